import type { ReviewAttributes, UserInfo } from "../../../src/cluster/cluster.ts";
import { authorize } from "../../../src/rbac/authorize.ts";
import type { RbacPolicy } from "../../../src/rbac/policy.ts";

/**
 * Every reason that the server may give: it names the first binding that allows, and goes through bindings in no particular
 * order. Each binding is asked alone.
 */
export function possibleReasons(
  policy: RbacPolicy,
  user: UserInfo,
  attributes: ReviewAttributes,
): ReadonlySet<string> {
  const alone: RbacPolicy[] = [
    ...policy.clusterRoleBindings.map((one) => ({
      ...policy,
      clusterRoleBindings: [one],
      roleBindings: new Map(),
    })),
    ...[...policy.roleBindings].flatMap(([namespace, bindings]) =>
      bindings.map((one) => ({
        ...policy,
        clusterRoleBindings: [],
        roleBindings: new Map([[namespace, [one]]]),
      })),
    ),
  ];
  const answers = alone.map((policy) => authorize(policy, user, attributes)).filter(({ allowed }) => allowed);
  return new Set(answers.map(({ reason }) => reason));
}
