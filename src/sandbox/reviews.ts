import type { RequestInfo } from "../api/request-info.ts";
import { authorize } from "../rbac/authorize.ts";
import type { ServedResource } from "./catalog.ts";
import type { Exchange, World } from "./exchange.ts";
import { field, text, texts } from "./fields.ts";
import { parseReview } from "./review-body.ts";
import { rulesFor } from "./rules-review.ts";
import { type Answer, badRequest, json, methodNotAllowed, status } from "./status.ts";
import { groupVersion } from "./store.ts";
import type { Identity } from "./users.ts";

type Review = (world: World, exchange: Exchange, body: unknown) => unknown | Answer;

/** What each kind of review answers with: its whole `status`, or an Answer that refuses it. */
const reviews: Readonly<Record<string, Review>> = {
  SelfSubjectReview: (_world, { user }) => ({ userInfo: userInfo(user) }),
  SelfSubjectAccessReview: (world, { user }, body) => accessStatus(world, user, body),
  SubjectAccessReview: (world, _exchange, body) => accessStatus(world, subjectOf(body), body),
  LocalSubjectAccessReview: (world, { info }, body) =>
    text(body, "spec.resourceAttributes.namespace") === info.namespace
      ? accessStatus(world, subjectOf(body), body)
      : badRequest("spec.resourceAttributes.namespace must match namespace"),
  SelfSubjectRulesReview: (world, { user }, body) => {
    const namespace = text(body, "spec.namespace");
    return namespace === "" ? badRequest("no namespace on request") : rulesFor(world.policy, user, namespace);
  },
};

export function isReview({ kind }: ServedResource): boolean {
  return Object.hasOwn(reviews, kind);
}

/** Answers a posted review with 201 and what was asked, as the API server does. */
export function answerReview(world: World, exchange: Exchange, resource: ServedResource): Answer {
  const { info, body } = exchange;
  const review = reviews[resource.kind];
  if (info.verb !== "create" || info.name !== "" || review === undefined) return methodNotAllowed(info);
  const asked = parseReview(body, resource.kind);
  if (typeof asked !== "object" || asked === null) {
    return badRequest("the object provided is unrecognized (must be of type Kubernetes object)");
  }
  const isAccess = resource.kind.endsWith("AccessReview");
  const attributes = [field(asked, "spec.resourceAttributes"), field(asked, "spec.nonResourceAttributes")];
  if (isAccess && attributes.filter((one) => one !== undefined && one !== null).length !== 1) {
    return invalid(resource);
  }
  const result = review(world, exchange, asked);
  if (isAnswer(result)) return result;
  const spec = field(asked, "spec");
  return json(201, {
    kind: resource.kind,
    apiVersion: groupVersion(resource),
    metadata: { creationTimestamp: null },
    ...(spec === undefined ? {} : { spec }),
    status: result,
  });
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "headers" in value;
}

function invalid({ kind, group }: ServedResource): Answer {
  const cause =
    "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified";
  return status(422, "Invalid", `${kind}.${group} "" is invalid: spec.resourceAttributes: ${cause}`);
}

function accessStatus({ policy }: World, user: Identity, body: unknown) {
  const { allowed, reason } = authorize(policy, user, attributesOf(body));
  return { allowed, ...(reason === "" ? {} : { reason }) };
}

/** The spec of a review as the attributes of the request it asks about. */
function attributesOf(body: unknown): RequestInfo {
  const resource = field(body, "spec.resourceAttributes");
  const isResourceRequest = typeof resource === "object" && resource !== null;
  const at = (name: string): string => text(resource, name);
  return {
    isResourceRequest,
    path: isResourceRequest ? "" : text(body, "spec.nonResourceAttributes.path"),
    verb: isResourceRequest ? at("verb") : text(body, "spec.nonResourceAttributes.verb"),
    apiPrefix: "",
    apiGroup: at("group"),
    apiVersion: at("version") || "*",
    namespace: at("namespace"),
    resource: at("resource"),
    subresource: at("subresource"),
    name: at("name"),
    fieldSelector: at("fieldSelector.rawSelector"),
    labelSelector: at("labelSelector.rawSelector"),
    parts: [],
  };
}

function subjectOf(body: unknown): Identity {
  return {
    username: text(body, "spec.user"),
    uid: text(body, "spec.uid"),
    groups: texts(body, "spec.groups"),
    extra: {},
  };
}

function userInfo({ username, uid, groups, extra }: Identity) {
  return {
    username,
    ...(uid === "" ? {} : { uid }),
    groups,
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
