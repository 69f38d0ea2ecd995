import type {
  AdmissionPolicy,
  AdmissionPolicyBinding,
  MatchResources,
} from "../../cluster/admission-policy.ts";
import type { AdmissionWebhook, LabelSelector } from "../../cluster/webhook-info.ts";
import type { AdmissionRequest, Operation } from "./admission-request.ts";
import { isEmptySelector, matchLabels } from "./match-labels.ts";
import { matchRules } from "./match-rules.ts";
import { allOf, anyOf, fromBoolean, type Matching, maybe, no, not, yes } from "./matching.ts";

/** Is the webhook asked about this request? Source of truth: apiserver/pkg/admission/plugin/webhook/generic/webhook.go. */
export function matchWebhook(webhook: AdmissionWebhook, request: AdmissionRequest): Matching {
  const { rules, matchPolicy, namespaceSelector, objectSelector, matchConditions } = webhook;
  if (isExempt(request, configurations)) return no;
  return forEachOperation(request, (operation) =>
    allOf([
      matchNamespace(namespaceSelector, operation, request),
      matchObject(objectSelector, operation, request),
      matchRules(rules, matchPolicy, operation, request),
      ...matchConditions.map(matchCondition),
      ...(isReview(request) ? [maybe("from 1.37 on webhooks are not asked about reviews")] : []),
    ]),
  );
}

/**
 * Is the policy evaluated for this request by at least one of its bindings? Those that may are given too.
 * Source of truth: apiserver/pkg/admission/plugin/policy/generic/{plugin,policy_dispatcher}.go.
 */
export function matchPolicy(
  policy: AdmissionPolicy,
  request: AdmissionRequest,
): { readonly matching: Matching; readonly bindings: readonly AdmissionPolicyBinding[] } {
  const nothing = { matching: no, bindings: [] };
  if (isExempt(request, policyResources) || isReview(request)) return nothing;
  const matched = policy.bindings.map((binding) => ({
    binding,
    matching: matchBinding(policy, binding, request),
  }));
  const bindings = matched.filter(({ matching }) => matching.matches !== "no").map(({ binding }) => binding);
  return { matching: anyOf(matched.map(({ matching }) => matching)), bindings };
}

function matchBinding(
  { kind, match, matchConditions }: AdmissionPolicy,
  binding: AdmissionPolicyBinding,
  request: AdmissionRequest,
): Matching {
  return forEachOperation(request, (operation) =>
    allOf([
      // plugin/policy/mutating/plugin.go: a deletion changes nothing.
      fromBoolean(kind === "ValidatingAdmissionPolicy" || operation !== "DELETE"),
      matchResources(match, operation, request),
      matchResources(binding.match, operation, request),
      ...matchConditions.map(matchCondition),
      ...(binding.needsParameters
        ? [maybe(`binding ${binding.name} has parameters, which were not looked for`)]
        : []),
    ]),
  );
}

/** Source of truth: apiserver/pkg/admission/plugin/policy/matching/matching.go. */
function matchResources(match: MatchResources, operation: Operation, request: AdmissionRequest): Matching {
  const { rules, excludedRules, matchPolicy } = match;
  return allOf([
    matchNamespace(match.namespaceSelector, operation, request),
    matchObject(match.objectSelector, operation, request),
    not(matchRules(excludedRules, matchPolicy, operation, request)),
    rules.length === 0 ? yes : matchRules(rules, matchPolicy, operation, request),
  ]);
}

/** An operation that is not certain makes an answer that depends on it uncertain. */
function forEachOperation(request: AdmissionRequest, match: (operation: Operation) => Matching): Matching {
  const all = request.operations.map((operation) => ({ operation, matching: match(operation) }));
  const matching = all.filter((one) => one.matching.matches !== "no");
  if (matching.length === 0) return no;
  const ofThem = anyOf(matching.map((one) => one.matching));
  if (matching.length < all.length) {
    const isCreate = matching[0]?.operation === "CREATE";
    const why = `only if the object ${isCreate ? "was not there yet" : "was there already"}`;
    return allOf([ofThem, maybe(why)]);
  }
  // Each of them has to be certain, for only one of them is what happens.
  const certain = allOf(matching.map((one) => one.matching));
  return request.isCollection
    ? allOf([certain, maybe("once for each object, of which there may be none")])
    : certain;
}

/** Source of truth: apiserver/pkg/admission/plugin/webhook/predicates/namespace/matcher.go. */
function matchNamespace(selector: LabelSelector, operation: Operation, request: AdmissionRequest): Matching {
  const { resource, subresource, namespace, name, namespaceLabels } = request;
  if ((namespace === "" && resource !== "namespaces") || isEmptySelector(selector)) return yes;
  const isOfBody =
    resource === "namespaces" && subresource === "" && (operation === "CREATE" || operation === "UPDATE");
  if (!isOfBody) return matchLabels(selector, namespaceLabels);
  // The server itself sets this one, before admission.
  const labels = name === "" ? {} : { "kubernetes.io/metadata.name": name };
  return matchLabels(selector, { labels, unknown: "the namespace's labels are in the request's body" });
}

const inTheBody = "the object's labels are in the request's body";

/** The object as it was, or as it will be: one of them is enough. Source of truth: …/predicates/object/matcher.go. */
function matchObject(selector: LabelSelector, operation: Operation, request: AdmissionRequest): Matching {
  if (isEmptySelector(selector)) return yes;
  switch (operation) {
    case "CONNECT":
      return no; // Options have no labels, and there is nothing else.
    case "CREATE":
      return maybe(inTheBody);
    case "DELETE":
      return matchLabels(selector, request.objectLabels);
    case "UPDATE":
      return anyOf([matchLabels(selector, request.objectLabels), maybe(inTheBody)]);
  }
}

/** Conditions are CEL, of which no more than the two constants is read. */
function matchCondition({ name, expression }: AdmissionWebhook["matchConditions"][number]): Matching {
  const text = expression.trim();
  if (text === "true" || text === "false") return fromBoolean(text === "true");
  return maybe(`match condition ${name} is not judged`);
}

const policyResources = [
  "mutatingadmissionpolicies",
  "mutatingadmissionpolicybindings",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
];
const configurations = [
  ...policyResources,
  "mutatingwebhookconfigurations",
  "validatingwebhookconfigurations",
];

/**
 * What admission itself is made of is admitted without asking webhooks, and policies without asking policies.
 * Source of truth: …/predicates/rules/rules.go, plugin/policy/generic/plugin.go.
 */
function isExempt({ apiGroup, resource }: AdmissionRequest, resources: readonly string[]): boolean {
  return apiGroup === "admissionregistration.k8s.io" && resources.includes(resource);
}

const reviews = new Set([
  "selfsubjectreviews.authentication.k8s.io",
  "tokenreviews.authentication.k8s.io",
  "localsubjectaccessreviews.authorization.k8s.io",
  "selfsubjectaccessreviews.authorization.k8s.io",
  "selfsubjectrulesreviews.authorization.k8s.io",
  "subjectaccessreviews.authorization.k8s.io",
]);

/**
 * Policies were never asked about reviews, webhooks are not from 1.37 on.
 * Source of truth: k/k pkg/kubeapiserver/admission/exclusion/resources.go; feature ExcludeAdmissionWebhookVirtualResources.
 */
function isReview({ apiGroup, resource }: AdmissionRequest): boolean {
  return reviews.has(`${resource}.${apiGroup}`);
}
