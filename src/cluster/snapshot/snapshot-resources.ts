/** One resource that a snapshot holds whole. */
export interface SnapshotResource {
  /** As in `missing`: "clusterroles.rbac.authorization.k8s.io". */
  readonly name: string;
  /** Where it is listed: the first path that the server knows, newest version first. */
  readonly paths: readonly string[];
  /** Objects a page; fewer where they are large before they are trimmed. */
  readonly pageSize?: number;
}

export const apiServicesResource: SnapshotResource = resource("apiregistration.k8s.io", "apiservices", [
  "v1",
]);

/** Everything but the APIServices and what stands behind them. Not every server serves every one of these. */
export const otherResources: readonly SnapshotResource[] = [
  // With their schemas, CRDs are the largest objects of many clusters.
  { ...resource("apiextensions.k8s.io", "customresourcedefinitions", ["v1"]), pageSize: 50 },
  ...["clusterroles", "clusterrolebindings", "roles", "rolebindings"].map((name) =>
    resource("rbac.authorization.k8s.io", name, ["v1"]),
  ),
  ...["flowschemas", "prioritylevelconfigurations"].map((name) =>
    resource("flowcontrol.apiserver.k8s.io", name, ["v1", "v1beta3", "v1beta2", "v1beta1"]),
  ),
  ...["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].map((name) =>
    resource("admissionregistration.k8s.io", name, ["v1"]),
  ),
  ...["validatingadmissionpolicies", "validatingadmissionpolicybindings"].map((name) =>
    resource("admissionregistration.k8s.io", name, ["v1", "v1beta1", "v1alpha1"]),
  ),
  ...["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"].map((name) =>
    resource("admissionregistration.k8s.io", name, ["v1", "v1beta1", "v1alpha1"]),
  ),
  // Their labels decide which webhooks and policies are asked.
  { name: "namespaces", paths: ["/api/v1/namespaces"] },
];

function resource(group: string, plural: string, versions: readonly string[]): SnapshotResource {
  return {
    name: `${plural}.${group}`,
    paths: versions.map((version) => `/apis/${group}/${version}/${plural}`),
  };
}
