import type { RequestInfo } from "../api/request-info.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { isOfKind } from "../cluster/snapshot/snapshot-objects.ts";
import { field, list, text, texts } from "./fields.ts";
import type { Identity } from "./users.ts";

/** What API Priority and Fairness made of a request. */
export interface Flow {
  /** Name of the FlowSchema. */
  readonly flowSchema: string;
  /** The two headers of every answer that came through it. */
  readonly headers: Readonly<Record<string, string>>;
}

const group = "flowcontrol.apiserver.k8s.io";

/** Finds the FlowSchema of a request: the lowest matchingPrecedence that matches; null when none does. */
export type FlowClassifier = (user: Identity, info: RequestInfo) => Flow | null;

/**
 * Source of truth: apiserver/pkg/util/flowcontrol/rule.go and formatting of the headers in
 * apiserver/pkg/server/filters/priority-and-fairness.go.
 * @param objects with their UIDs
 */
export function createFlowClassifier(objects: readonly KubeObject[]): FlowClassifier {
  const uids = new Map(
    objects
      .filter((object) => isOfKind(object, group, "PriorityLevelConfiguration"))
      .map(({ metadata }) => [metadata.name, text(metadata, "uid")]),
  );
  const schemas = objects.filter((object) => isOfKind(object, group, "FlowSchema")).sort(byPrecedence);
  return (user, info) => {
    const schema = schemas.find((one) =>
      list(one, "spec.rules").some((rule) => ruleMatches(rule, user, info)),
    );
    if (schema === undefined) return null;
    const level = text(schema, "spec.priorityLevelConfiguration.name");
    const headers = {
      "X-Kubernetes-Pf-Flowschema-Uid": text(schema, "metadata.uid"),
      "X-Kubernetes-Pf-Prioritylevel-Uid": uids.get(level) ?? "",
    };
    return { flowSchema: schema.metadata.name, headers };
  };
}

function byPrecedence(left: KubeObject, right: KubeObject): number {
  const precedence = (schema: KubeObject): number =>
    Number(text(schema, "spec.matchingPrecedence") || "1000");
  return (
    precedence(left) - precedence(right) ||
    (left.metadata.name < right.metadata.name ? -1 : Number(left.metadata.name > right.metadata.name))
  );
}

function ruleMatches(rule: unknown, user: Identity, info: RequestInfo): boolean {
  if (!list(rule, "subjects").some((subject) => subjectMatches(subject, user))) return false;
  return info.isResourceRequest
    ? list(rule, "resourceRules").some((one) => resourceRuleMatches(one, info))
    : list(rule, "nonResourceRules").some((one) => nonResourceRuleMatches(one, info));
}

function subjectMatches(subject: unknown, { username, groups }: Identity): boolean {
  switch (text(subject, "kind")) {
    case "User":
      return ["*", username].includes(text(subject, "user.name"));
    case "Group": {
      const name = text(subject, "group.name");
      return name === "*" || groups.includes(name);
    }
    case "ServiceAccount": {
      const prefix = `system:serviceaccount:${text(subject, "serviceAccount.namespace")}:`;
      const name = text(subject, "serviceAccount.name");
      return name === "*" ? username.startsWith(prefix) : username === prefix + name;
    }
    default:
      return false;
  }
}

function resourceRuleMatches(rule: unknown, info: RequestInfo): boolean {
  const { verb, apiGroup, resource, subresource, namespace } = info;
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  const inScope =
    namespace === ""
      ? field(rule, "clusterScope") === true
      : includesOrAll(texts(rule, "namespaces"), namespace);
  return (
    inScope &&
    includesOrAll(texts(rule, "verbs"), verb) &&
    includesOrAll(texts(rule, "apiGroups"), apiGroup) &&
    includesOrAll(texts(rule, "resources"), full)
  );
}

function nonResourceRuleMatches(rule: unknown, { verb, path }: RequestInfo): boolean {
  return (
    includesOrAll(texts(rule, "verbs"), verb) &&
    texts(rule, "nonResourceURLs").some(
      (url) => url === "*" || url === path || path.startsWith(directoryOf(url)),
    )
  );
}

/** A rule for a path is one for all below it, with or without a star at its end. */
function directoryOf(url: string): string {
  const prefix = url.replace(/\*$/, "");
  return prefix.endsWith("/") ? prefix : `${prefix}/`;
}

function includesOrAll(allowed: readonly string[], asked: string): boolean {
  return allowed.includes("*") || allowed.includes(asked);
}
