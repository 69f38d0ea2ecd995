import type { ReviewAttributes } from "../cluster/cluster.ts";

/** One rule of a Role or ClusterRole. A rule for resources has no nonResourceURLs, and the other way round. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/**
 * Does this one rule allow the request? Everything has to fit in the same rule; the API version and the
 * selectors are never looked at.
 * Source of truth: RuleAllows in k/k plugin/pkg/auth/authorizer/rbac/rbac.go and the matchers of
 * k/k pkg/apis/rbac/v1/evaluation_helpers.go.
 */
export function ruleAllows(rule: PolicyRule, attributes: ReviewAttributes): boolean {
  if (!matchesOrAll(rule.verbs, attributes.verb)) {
    return false;
  }
  if (!attributes.isResourceRequest) {
    return rule.nonResourceURLs.some((url) => nonResourceUrlMatches(url, attributes.path));
  }
  return (
    matchesOrAll(rule.apiGroups, attributes.apiGroup) &&
    rule.resources.some((resource) => resourceMatches(resource, attributes)) &&
    resourceNameMatches(rule.resourceNames, attributes.name)
  );
}

function matchesOrAll(allowed: readonly string[], asked: string): boolean {
  return allowed.includes("*") || allowed.includes(asked);
}

/** `*` also stands for every subresource, `*` + `/log` for that one of any resource; `pods/*` is just a name. */
function resourceMatches(ruleResource: string, { resource, subresource }: ReviewAttributes): boolean {
  if (ruleResource === "*") {
    return true;
  }
  if (subresource === "") {
    return ruleResource === resource;
  }
  return ruleResource === `${resource}/${subresource}` || ruleResource === `*/${subresource}`;
}

/** An empty list is every name; there is no wildcard, so a `*` in it is the name "*". */
function resourceNameMatches(resourceNames: readonly string[], name: string): boolean {
  return resourceNames.length === 0 || resourceNames.includes(name);
}

function nonResourceUrlMatches(ruleUrl: string, path: string): boolean {
  if (ruleUrl === path) {
    return true;
  }
  return ruleUrl.endsWith("*") && path.startsWith(withoutTrailingStars(ruleUrl));
}

function withoutTrailingStars(text: string): string {
  let end = text.length;
  while (text[end - 1] === "*") {
    end -= 1;
  }
  return text.slice(0, end);
}
