import type { RequestInfo } from "../api/request-info.ts";
import { authorize } from "../rbac/authorize.ts";
import { goQuote } from "../rbac/go-quote.ts";
import type { ServedResource } from "./catalog.ts";
import { type Exchange, headerOf, type World } from "./exchange.ts";
import { field, text, texts } from "./fields.ts";
import { acceptsPlain, notAcceptable, unsupportedMediaType } from "./negotiation.ts";
import { minorOf, since } from "./release.ts";
import { parseReview } from "./review-body.ts";
import { readSpec } from "./review-spec.ts";
import { validateAccessReview } from "./review-validation.ts";
import { rulesFor } from "./rules-review.ts";
import { type Answer, badRequest, invalid, json, methodNotAllowed, withWarnings } from "./status.ts";
import { groupVersion } from "./store.ts";
import type { Identity } from "./users.ts";

type Review = (world: World, exchange: Exchange, body: unknown) => unknown | Answer;

/** What each kind of review answers with: its whole `status`, or an Answer that refuses it. */
const reviews: Readonly<Record<string, Review>> = {
  SelfSubjectReview: (_world, { user }) => ({ userInfo: userInfo(user) }),
  SelfSubjectAccessReview: (world, { user }, body) => accessStatus(world, user, body),
  SubjectAccessReview: (world, _exchange, body) => accessStatus(world, subjectOf(body), body),
  LocalSubjectAccessReview: (world, _exchange, body) => accessStatus(world, subjectOf(body), body),
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
  const { info, headers } = exchange;
  const { kind, group } = resource;
  const review = reviews[kind];
  if (info.verb !== "create" || review === undefined) return methodNotAllowed();
  const accept = headerOf(headers, "accept");
  if (!acceptsPlain(accept)) return notAcceptable(accept);
  const asked = readReview(exchange, resource);
  if (isAnswer(asked)) return asked;
  const causes = kind.endsWith("AccessReview") ? validateAccessReview(kind, asked, info.namespace) : [];
  if (causes.length > 0) return invalid("", group, causes);
  const { spec, warnings } = readSpec(kind, field(asked, "spec"));
  if (warnings.length > 0 && exchange.query.get("fieldValidation") === "Strict") {
    const error = `strict decoding error: ${warnings.join(", ")}`;
    return badRequest(
      `${kind} in version ${goQuote(resource.version)} cannot be handled as a ${kind}: ${error}`,
    );
  }
  const result = review(world, exchange, asked);
  if (isAnswer(result)) return result;
  const answer = json(201, {
    kind,
    apiVersion: groupVersion(resource),
    metadata: metadataOf(world, kind, info.namespace),
    ...(kind === "SelfSubjectReview" ? {} : { spec: kind === "SelfSubjectRulesReview" ? {} : spec }),
    status: result,
  });
  return withWarnings(answer, warnings);
}

/** Only what says who one is is stamped as if it were stored. */
function metadataOf({ now, serverVersion }: World, kind: string, namespace: string) {
  if (kind === "SelfSubjectReview")
    return {
      creationTimestamp: now()
        .toISOString()
        .replace(/\.\d+Z$/, "Z"),
    };
  return {
    ...(namespace === "" ? {} : { namespace }),
    ...(minorOf(serverVersion) < since.omitsCreationTimestamp ? { creationTimestamp: null } : {}),
  };
}

/** The review in the body, or what the API server says of a body that holds none. */
function readReview({ body, headers }: Exchange, { kind, group, version }: ServedResource): object | Answer {
  const type = headerOf(headers, "content-type").split(";")[0]?.trim() ?? "";
  if (type !== "" && !bodyTypes.includes(type)) return unsupportedMediaType();
  const asked = parseReview(body, kind);
  if (asked === undefined) return unreadable(body, kind);
  if (typeof asked !== "object" || asked === null) return {};
  const sent = {
    kind: text(asked, "kind") || kind,
    apiVersion: text(asked, "apiVersion") || `${group}/${version}`,
  };
  if (sent.kind === kind) return asked;
  const sentVersion = sent.apiVersion.split("/").at(-1) ?? "";
  const internal = group.split(".")[0] ?? "";
  const conversion = `converting (${sentVersion}.${sent.kind}) to (${internal}.${kind}): unknown conversion`;
  return badRequest(
    `${sent.kind} in version ${goQuote(sentVersion)} cannot be handled as a ${kind}: ${conversion}`,
  );
}

const bodyTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/** In Go's words, as far as they are the same for every text that ends too early. */
function unreadable(body: Uint8Array, kind: string): Answer {
  const text = Buffer.from(body).toString();
  const cause = `couldn't get version/kind; json parse error: unexpected end of JSON input (${text || "<empty>"})`;
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${cause}`);
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "headers" in value;
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
