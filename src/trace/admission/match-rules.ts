import type { AdmissionRule } from "../../cluster/webhook-info.ts";
import type { AdmissionRequest, Operation } from "./admission-request.ts";
import { allOf, anyOf, fromBoolean, type Matching, maybe, no, yes } from "./matching.ts";

/** A group, version and resource: the request's own, or another name of the same objects. */
type Place = Pick<AdmissionRequest, "apiGroup" | "apiVersion" | "resource">;

/**
 * Is one of the rules for this request? Source of truth: apiserver/pkg/admission/plugin/webhook/predicates/rules/rules.go,
 * plugin/webhook/generic/webhook.go (ShouldCallHook), plugin/policy/matching/matching.go (matchesResourceRules).
 */
export function matchRules(
  rules: readonly AdmissionRule[],
  matchPolicy: string,
  operation: Operation,
  request: AdmissionRequest,
): Matching {
  const exact = anyOf(
    rules.map((rule) => (matchesRule(rule, operation, request) ? matchName(rule, operation, request) : no)),
  );
  if (exact.matches === "yes" || matchPolicy !== "Equivalent") return exact;
  return anyOf([exact, ...rules.map((rule) => matchEquivalent(rule, operation, request))]);
}

/** All but the names of a policy's rule. `place` is the request's own, or an equivalent of it. */
export function matchesRule(
  rule: AdmissionRule,
  operation: Operation,
  request: Pick<AdmissionRequest, "subresource" | "namespace">,
  place: Place = request as AdmissionRequest,
): boolean {
  return (
    matchesScope(rule.scope, place, request.namespace) &&
    includesOrAll(rule.operations, operation) &&
    includesOrAll(rule.apiGroups, place.apiGroup) &&
    includesOrAll(rule.apiVersions, place.apiVersion) &&
    rule.resources.some((one) => matchesResource(one, place.resource, request.subresource))
  );
}

function includesOrAll(items: readonly string[], item: string): boolean {
  return items.includes("*") || items.includes(item);
}

/** A namespace is a cluster-scoped object, although its requests name one. */
function matchesScope(scope: string, place: Place, namespace: string): boolean {
  const isNamespace = place.apiGroup === "" && place.apiVersion === "v1" && place.resource === "namespaces";
  const isNamespaced = namespace !== "" && !isNamespace;
  return scope === "*" || (isNamespaced ? scope === "Namespaced" : scope === "Cluster");
}

/** "pods" is without its subresources, "pods" with a slash and an asterisk is with them. */
function matchesResource(pattern: string, resource: string, subresource: string): boolean {
  const slash = pattern.indexOf("/");
  const ofResource = slash < 0 ? pattern : pattern.slice(0, slash);
  const ofSubresource = slash < 0 ? "" : pattern.slice(slash + 1);
  return (
    (ofResource === "*" || ofResource === resource) &&
    (ofSubresource === "*" || ofSubresource === subresource)
  );
}

function matchName(
  { resourceNames }: AdmissionRule,
  operation: Operation,
  request: AdmissionRequest,
): Matching {
  if (resourceNames.length === 0) return yes;
  if (request.name !== "") return fromBoolean(resourceNames.includes(request.name));
  return operation === "CREATE" || request.isCollection
    ? maybe("the object's name is in the request's body")
    : no;
}

/** Resources that are stored together under two groups. Source of truth: k/k pkg/kubeapiserver/default_storage_factory_builder.go. */
const storedTogether: readonly (readonly [resource: string, groups: readonly string[]])[] = [
  ["events", ["", "events.k8s.io"]],
  ["deployments", ["apps", "extensions"]],
  ["daemonsets", ["apps", "extensions"]],
  ["replicasets", ["apps", "extensions"]],
  ["replicationcontrollers", ["", "extensions"]],
  ["networkpolicies", ["networking.k8s.io", "extensions"]],
  ["ingresses", ["networking.k8s.io", "extensions"]],
  ["podsecuritypolicies", ["policy", "extensions"]],
];

/**
 * With matchPolicy Equivalent a rule also counts for the same objects by another name: another version that the server serves this
 * resource in, or another group that it is stored with. Source of truth: apimachinery/pkg/runtime/mapper.go (EquivalentResourcesFor).
 */
function matchEquivalent(rule: AdmissionRule, operation: Operation, request: AdmissionRequest): Matching {
  return anyOf(
    equivalentsOf(rule, operation, request).map((place) =>
      allOf([matchName(rule, operation, request), isServed(place, request)]),
    ),
  );
}

/** Groups and versions ("apps/v1", "/v1") whose resources decide whether one of these rules is for the request. */
export function groupVersionsToAsk(
  rules: readonly AdmissionRule[],
  request: AdmissionRequest,
): readonly string[] {
  const places = rules.flatMap((rule) =>
    request.operations.flatMap((operation) => equivalentsOf(rule, operation, request)),
  );
  return [...new Set(places.map(groupVersionOf))];
}

function equivalentsOf(
  rule: AdmissionRule,
  operation: Operation,
  request: AdmissionRequest,
): readonly Place[] {
  const { resource } = request;
  const groups = groupsWith(request).filter((group) => includesOrAll(rule.apiGroups, group));
  return groups
    .flatMap((apiGroup) =>
      versionsOf(rule, apiGroup, request).map((apiVersion) => ({ apiGroup, apiVersion, resource })),
    )
    .filter((place) => matchesRule(rule, operation, request, place));
}

function isServed(place: Place, { served, resource, subresource }: AdmissionRequest): Matching {
  const resources = served.get(groupVersionOf(place));
  if (resources !== undefined)
    return fromBoolean(resources.has(subresource === "" ? resource : `${resource}/${subresource}`));
  return maybe(
    `a rule is for ${groupVersionOf(place)}, which counts if the server has these objects there too`,
  );
}

function groupVersionOf({ apiGroup, apiVersion }: Place): string {
  return `${apiGroup}/${apiVersion}`;
}

function groupsWith({ apiGroup, resource }: AdmissionRequest): readonly string[] {
  const together = storedTogether.find(([one, groups]) => one === resource && groups.includes(apiGroup));
  return together?.[1] ?? [apiGroup];
}

/** Versions of a group that the rule names and the server may serve, but for the request's own. */
function versionsOf(rule: AdmissionRule, group: string, request: AdmissionRequest): readonly string[] {
  const { groupVersions, apiGroup, apiVersion } = request;
  const named = rule.apiVersions.flatMap((version) =>
    version === "*" && group !== apiGroup ? servedVersions(group, groupVersions) : [version],
  );
  return named.filter(
    (version) =>
      version !== "*" &&
      !(group === apiGroup && version === apiVersion) &&
      (groupVersions === null || groupVersions.has(`${version}.${group}`)),
  );
}

/** Where it is not known which there are, it is taken that there is one. */
function servedVersions(group: string, groupVersions: AdmissionRequest["groupVersions"]): readonly string[] {
  if (groupVersions === null) return ["v1"];
  return [...groupVersions]
    .filter((one) => one.slice(one.indexOf(".") + 1) === group)
    .map((one) => one.slice(0, one.indexOf(".")));
}
