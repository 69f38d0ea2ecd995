import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import type { Snapshot } from "../../../src/cluster/snapshot/snapshot.ts";
import { createSnapshotCluster } from "../../../src/cluster/snapshot/snapshot-cluster.ts";
import type { Impersonation } from "../../../src/log/round-trip.ts";
import { clusterRole, clusterRoleBinding, role, roleBinding, rule } from "../../rbac/policies.ts";
import { apiService, customResourceDefinition, endpointSlice, service } from "../objects.ts";

/* A small snapshot, the cluster that it is, and the answers that one gives. */

export const items: readonly KubeObject[] = [
  apiService("v1."),
  apiService(
    "v1beta1.metrics.k8s.io",
    { namespace: "kube-system", name: "metrics-server", port: 443 },
    {
      status: "False",
      reason: "MissingEndpoints",
      message: "no addresses",
    },
  ),
  apiService("v1.gone.example.com", { namespace: "gone", name: "gone" }),
  { ...apiService("v1.new.example.com", { namespace: "gone", name: "gone" }), status: {} },
  customResourceDefinition("things", "example.com"),
  service("kube-system", "metrics-server", { app: "metrics" }),
  endpointSlice("kube-system", "metrics-server", ["10.0.0.1", "10.0.0.2"]),
  clusterRole("reader", rule("get,list - pods")),
  clusterRoleBinding("devs-read", "reader", "Group:dev"),
  role("ns", "editor", rule("update - pods")),
  roleBinding("ns", "jane-edits", "Role/editor", "User:jane"),
];

export function snapshotOf(changes: Partial<Snapshot> = {}): Snapshot {
  const user = { username: "jane", uid: "", groups: ["dev"] };
  const common = { file: "f.yaml", complete: true, server: "https://h", serverVersion: "v1.33.2" };
  return { ...common, user, missing: [], items, ...changes };
}

export function clusterOf(changes: Partial<Snapshot> = {}) {
  return createSnapshotCluster(snapshotOf(changes));
}

export const without = (...kinds: string[]) => items.filter(({ kind }) => !kinds.includes(kind));
export const missing = (resource: string) => [{ resource, reason: "403 Forbidden" }];
export const yes = <T>(value: T) => ({ ok: true as const, value });
export const no = (reason: string) => ({ ok: false as const, reason, status: null });
export const as = (user: string, ...groups: string[]): Impersonation => ({
  user,
  groups,
  uid: "",
  extra: {},
});
export const allowed = (reason: string) => yes({ allowed: true, reason, evaluationError: "" });
export const denied = yes({ allowed: false, reason: "", evaluationError: "" });
