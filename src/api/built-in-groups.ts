/**
 * API groups that kube-apiserver itself serves or served, so their APIServices are Local without being a CRD's.
 * Source of truth: kubernetes/pkg/controlplane/apiserver/aggregator.go and the groups of older releases.
 */
const builtInGroups: ReadonlySet<string> = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apps",
  "auditregistration.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "extensions",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "settings.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

/** Does kube-apiserver itself bring this group (in some release)? */
export function isBuiltInGroup(group: string): boolean {
  return builtInGroups.has(group);
}
