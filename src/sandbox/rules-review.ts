import type { RbacPolicy, RoleBinding } from "../rbac/policy.ts";
import type { PolicyRule } from "../rbac/rule-matches.ts";
import { subjectApplies } from "../rbac/subject.ts";
import type { Identity } from "./users.ts";

/**
 * `status` of a SelfSubjectRulesReview: every rule that the user's bindings give in the namespace, without the
 * bindings' names. Source of truth: RulesFor in k/k plugin/pkg/auth/authorizer/rbac/rbac.go.
 */
export function rulesFor(policy: RbacPolicy, user: Identity, namespace: string) {
  const bindings = [...policy.clusterRoleBindings, ...(policy.roleBindings.get(namespace) ?? [])];
  const mine = bindings.filter((binding) =>
    binding.subjects.some((subject) => subjectApplies(subject, user, binding.namespace)),
  );
  const granted = mine.flatMap((binding) =>
    (rulesOf(policy, binding) ?? []).map((rule) => ({ rule, isClusterWide: binding.namespace === "" })),
  );
  const missing = mine.filter((binding) => rulesOf(policy, binding) === undefined);
  return {
    resourceRules: granted
      .filter(({ rule }) => rule.resources.length > 0)
      .map(({ rule }) => resourceRule(rule)),
    nonResourceRules: granted
      .filter(({ rule, isClusterWide }) => isClusterWide && rule.nonResourceURLs.length > 0)
      .map(({ rule: { verbs, nonResourceURLs } }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
    ...(missing.length === 0 ? {} : { evaluationError: aggregate(missing.map(notFound)) }),
  };
}

function rulesOf(policy: RbacPolicy, { namespace, roleRef }: RoleBinding): readonly PolicyRule[] | undefined {
  return roleRef.kind === "ClusterRole"
    ? policy.clusterRoles.get(roleRef.name)
    : policy.roles.get(`${namespace}/${roleRef.name}`);
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule) {
  return { verbs, apiGroups, resources, ...(resourceNames.length === 0 ? {} : { resourceNames }) };
}

/** apimachinery/pkg/util/errors: one stands alone, several stand in brackets. */
function aggregate(errors: readonly string[]): string {
  return errors.length === 1 ? `${errors[0]}` : `[${errors.join(", ")}]`;
}

function notFound({ roleRef }: RoleBinding): string {
  return `${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io "${roleRef.name}" not found`;
}
