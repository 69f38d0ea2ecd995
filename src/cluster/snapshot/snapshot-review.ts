import { authorize } from "../../rbac/authorize.ts";
import { newRbacPolicy, type RbacPolicy } from "../../rbac/policy.ts";
import type { Answer, Review, ReviewAttributes, UserInfo } from "../cluster.ts";
import type { Snapshot } from "./snapshot.ts";
import { isOfKind } from "./snapshot-objects.ts";

export type Reviewer = (user: UserInfo, attributes: ReviewAttributes) => Answer<Review>;

const group = "rbac.authorization.k8s.io";
const clusterKinds = { ClusterRole: "clusterroles", ClusterRoleBinding: "clusterrolebindings" } as const;
const namespacedKinds = { Role: "roles", RoleBinding: "rolebindings" } as const;

/**
 * Answers access reviews from a snapshot's RBAC objects. Rules only ever add: a yes from some of them is a
 * yes, while a no needs all of them, so where objects are missing the answer is that it is not known.
 */
export function createReviewer(snapshot: Snapshot): Reviewer {
  let policy: RbacPolicy | null = null;
  return (user, attributes) => {
    policy ??= newRbacPolicy(snapshot.items, snapshot.serverVersion);
    const { allowed, reason } = authorize(policy, user, attributes);
    const doubt = allowed ? null : whyUnsure(snapshot, policy, user, attributes.namespace, reason);
    return doubt === null
      ? { ok: true, value: { allowed, reason, evaluationError: "" } }
      : { ok: false, reason: doubt, status: null };
  };
}

/** Why a no cannot be relied on; null when it can. */
function whyUnsure(
  snapshot: Snapshot,
  policy: RbacPolicy,
  user: UserInfo,
  namespace: string,
  reason: string,
): string | null {
  const kinds = { ...clusterKinds, ...(namespace === "" ? {} : namespacedKinds) };
  for (const resource of Object.values(kinds)) {
    const missing = snapshot.missing.find((one) => one.resource === `${resource}.${group}`);
    if (missing !== undefined) {
      return `the snapshot has not all ${resource}: ${missing.reason}`;
    }
  }
  if (user.groups.includes("system:nodes")) {
    return "nodes are authorized by the Node authorizer, which a snapshot cannot answer for";
  }
  return snapshot.complete
    ? whyUnsureOfSnapshot(snapshot)
    : whyUnsureOfObjects(snapshot, policy, namespace, reason, kinds);
}

function whyUnsureOfSnapshot(snapshot: Snapshot): string | null {
  const kinds = Object.keys({ ...clusterKinds, ...namespacedKinds });
  return snapshot.items.some((object) => kinds.some((kind) => isOfKind(object, group, kind)))
    ? null
    : "the snapshot has no RBAC objects";
}

/** Objects that somebody gathered: every real cluster has all four kinds, RoleBindings in several namespaces. */
function whyUnsureOfObjects(
  { file, items }: Snapshot,
  policy: RbacPolicy,
  namespace: string,
  reason: string,
  kinds: Readonly<Record<string, string>>,
): string | null {
  for (const [kind, resource] of Object.entries(kinds)) {
    if (!items.some((object) => isOfKind(object, group, kind))) {
      return `${file} has no ${resource}`;
    }
  }
  if (namespace !== "" && !policy.roleBindings.has(namespace) && policy.roleBindings.size < 2) {
    return `${file} has no rolebindings of namespace ${namespace}`;
  }
  // The server would say that a role is not found; here it may just not be in the file.
  return reason === "" ? null : `${file} has not every role that is bound: ${reason}`;
}
