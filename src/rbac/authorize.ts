import type { ReviewAttributes, UserInfo } from "../cluster/cluster.ts";
import { goQuote } from "./go-quote.ts";
import type { RbacPolicy, RoleBinding } from "./policy.ts";
import { type PolicyRule, ruleAllows } from "./rule-matches.ts";
import { describeSubject, type Subject, subjectApplies } from "./subject.ts";

export interface Authorization {
  readonly allowed: boolean;
  /**
   * Word for word the server's. Allowed: the binding, role and subject that did it, or "" for `system:masters`.
   * Not allowed: "", or the roles that the user's bindings name but that do not exist.
   */
  readonly reason: string;
}

/**
 * What kube-apiserver's RBAC authorizer answers, preceded by its privileged group. ClusterRoleBindings come
 * first, then the RoleBindings of the request's namespace; the first rule that fits decides. The server lists
 * bindings in no particular order; here it is the policy's, so that the same question has the same answer.
 * The user's groups are taken as they are: see withImplicitGroups.
 * Source of truth: VisitRulesFor in k/k pkg/registry/rbac/validation/rule.go and
 * k/k plugin/pkg/auth/authorizer/rbac/rbac.go.
 */
export function authorize(policy: RbacPolicy, user: UserInfo, attributes: ReviewAttributes): Authorization {
  if (user.groups.includes("system:masters")) {
    return { allowed: true, reason: "" };
  }
  const errors = new Set<string>();
  for (const binding of bindingsFor(policy, attributes.namespace)) {
    const subject = binding.subjects.find((one) => subjectApplies(one, user, binding.namespace));
    if (subject === undefined) {
      continue;
    }
    const rules = rulesOf(policy, binding);
    if (typeof rules === "string") {
      errors.add(rules);
    } else if (rules.some((rule) => ruleAllows(rule, attributes))) {
      return { allowed: true, reason: `RBAC: allowed by ${describe(binding, subject)}` };
    }
  }
  const reason = errors.size === 0 ? "" : `${policy.noOpinionPrefix}RBAC: ${aggregate([...errors])}`;
  return { allowed: false, reason };
}

function* bindingsFor(policy: RbacPolicy, namespace: string): Iterable<RoleBinding> {
  yield* policy.clusterRoleBindings;
  if (namespace !== "") {
    yield* policy.roleBindings.get(namespace) ?? [];
  }
}

/** The rules a binding grants, or the server's error when it cannot find them. */
function rulesOf(policy: RbacPolicy, binding: RoleBinding): readonly PolicyRule[] | string {
  const { kind, name } = binding.roleRef;
  if (kind === "ClusterRole") {
    return policy.clusterRoles.get(name) ?? notFound("clusterrole", name);
  }
  if (kind === "Role") {
    return policy.roles.get(`${binding.namespace}/${name}`) ?? notFound("role", name);
  }
  return `unsupported role reference kind: ${goQuote(kind)}`;
}

function notFound(resource: string, name: string): string {
  return `${resource}.rbac.authorization.k8s.io ${goQuote(name)} not found`;
}

/** The server names a RoleBinding "name/namespace", in that order. */
function describe(binding: RoleBinding, subject: Subject): string {
  const { name, namespace, roleRef } = binding;
  const source =
    namespace === ""
      ? `ClusterRoleBinding ${goQuote(name)}`
      : `RoleBinding ${goQuote(`${name}/${namespace}`)}`;
  return `${source} of ${roleRef.kind} ${goQuote(roleRef.name)} to ${describeSubject(subject, namespace)}`;
}

/** apimachinery's Aggregate: one error stands alone, several stand in brackets. */
function aggregate(errors: readonly string[]): string {
  return errors.length === 1 ? `${errors[0]}` : `[${errors.join(", ")}]`;
}
