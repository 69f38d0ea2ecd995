/**
 * The resources that kube-apiserver itself serves, by group and version. Source of truth: the discovery documents
 * of Kubernetes 1.37 (k/k api/discovery/).
 *
 * `# group version…` opens a group ("core" is the one without a name). Then a line a resource: plural, N or C for
 * namespaced or cluster scope, kind; after these short names, `+category`, `=verbs` (all eight unless told),
 * `@group/version` in which it is stored where that is another than the newest served one, and `/subresource[:kind[:verbs]]`,
 * where a subresource without a kind has the resource's own and the verbs of `status`. `^35` at a kind or a subresource is the
 * minor version that brought it.
 */
const table = `
# core v1
bindings N Binding =create
componentstatuses C ComponentStatus cs =get,list
configmaps N ConfigMap cm
endpoints N Endpoints ep
events N Event ev
limitranges N LimitRange limits
namespaces C Namespace ns =create,delete,get,list,patch,update,watch /finalize::update /status
nodes C Node no /proxy:NodeProxyOptions:create,delete,get,patch,update /status
persistentvolumeclaims N PersistentVolumeClaim pvc /status
persistentvolumes C PersistentVolume pv /status
pods N Pod po +all /attach:PodAttachOptions:create,get /binding:Binding:create /ephemeralcontainers /eviction:Eviction:create /exec:PodExecOptions:create,get /log::get /portforward:PodPortForwardOptions:create,get /proxy:PodProxyOptions:create,delete,get,patch,update /resize^32 /status
podtemplates N PodTemplate
replicationcontrollers N ReplicationController rc +all /scale:Scale /status
resourcequotas N ResourceQuota quota /status
secrets N Secret
serviceaccounts N ServiceAccount sa /token:TokenRequest:create
services N Service svc +all /proxy:ServiceProxyOptions:create,delete,get,patch,update /status
# apiregistration.k8s.io v1
apiservices C APIService +api-extensions /status
# apps v1
controllerrevisions N ControllerRevision
daemonsets N DaemonSet ds +all /status
deployments N Deployment deploy +all /scale:Scale /status
replicasets N ReplicaSet rs +all /scale:Scale /status
statefulsets N StatefulSet sts +all /scale:Scale /status
# events.k8s.io v1
events N Event ev @/v1
# authentication.k8s.io v1
selfsubjectreviews C SelfSubjectReview =create
tokenreviews C TokenReview =create
# authorization.k8s.io v1
localsubjectaccessreviews N LocalSubjectAccessReview =create
selfsubjectaccessreviews C SelfSubjectAccessReview =create
selfsubjectrulesreviews C SelfSubjectRulesReview =create
subjectaccessreviews C SubjectAccessReview =create
# autoscaling v2 v1
horizontalpodautoscalers N HorizontalPodAutoscaler hpa +all /status
# batch v1
cronjobs N CronJob cj +all /status
jobs N Job +all /status
# certificates.k8s.io v1
certificatesigningrequests C CertificateSigningRequest csr /approval /status
clustertrustbundles C ClusterTrustBundle^37 @certificates.k8s.io/v1beta1
podcertificaterequests N PodCertificateRequest^37 @certificates.k8s.io/v1beta1 /status
# networking.k8s.io v1
ingressclasses C IngressClass
ingresses N Ingress ing /status
ipaddresses C IPAddress^33 ip
networkpolicies N NetworkPolicy netpol
servicecidrs C ServiceCIDR^33 /status
# policy v1
poddisruptionbudgets N PodDisruptionBudget pdb /status
# rbac.authorization.k8s.io v1
clusterrolebindings C ClusterRoleBinding
clusterroles C ClusterRole
rolebindings N RoleBinding
roles N Role
# storage.k8s.io v1
csidrivers C CSIDriver
csinodes C CSINode /status^37
csistoragecapacities N CSIStorageCapacity
storageclasses C StorageClass sc
volumeattachments C VolumeAttachment /status
volumeattributesclasses C VolumeAttributesClass^34 vac
# admissionregistration.k8s.io v1
mutatingadmissionpolicies C MutatingAdmissionPolicy^36 +api-extensions
mutatingadmissionpolicybindings C MutatingAdmissionPolicyBinding^36 +api-extensions
mutatingwebhookconfigurations C MutatingWebhookConfiguration +api-extensions
validatingadmissionpolicies C ValidatingAdmissionPolicy +api-extensions /status
validatingadmissionpolicybindings C ValidatingAdmissionPolicyBinding +api-extensions
validatingwebhookconfigurations C ValidatingWebhookConfiguration +api-extensions
# apiextensions.k8s.io v1
customresourcedefinitions C CustomResourceDefinition crd,crds @apiextensions.k8s.io/v1beta1 +api-extensions /status
# scheduling.k8s.io v1
priorityclasses C PriorityClass pc
# coordination.k8s.io v1
leases N Lease
# node.k8s.io v1
runtimeclasses C RuntimeClass
# discovery.k8s.io v1
endpointslices N EndpointSlice
# resource.k8s.io v1
deviceclasses C DeviceClass
devicetaintrules C DeviceTaintRule^37 @resource.k8s.io/v1beta2 /status
resourceclaims N ResourceClaim /status
resourceclaimtemplates N ResourceClaimTemplate
resourceslices C ResourceSlice
# flowcontrol.apiserver.k8s.io v1
flowschemas C FlowSchema /status
prioritylevelconfigurations C PriorityLevelConfiguration /status
# storagemigration.k8s.io v1
storageversionmigrations C StorageVersionMigration @storagemigration.k8s.io/v1beta1 /status
# metrics.k8s.io v1beta1
nodes C NodeMetrics =get,list
pods N PodMetrics =get,list
`;

export interface Subresource {
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  /** Minor version of Kubernetes that brought it; 0: it has been there for long. */
  readonly since: number;
}

/** A resource of one group, whatever the version. */
export interface ResourceDefinition {
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** "group/version" in which objects are stored; "" when nothing is. */
  readonly storedIn: string;
  readonly since: number;
}

export const allVerbs: readonly string[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];
export const statusVerbs: readonly string[] = ["get", "patch", "update"];

let parsed: ReadonlyMap<string, readonly ResourceDefinition[]> | null = null;

/** What kube-apiserver serves in the group ("" is core), in the order of discovery; empty for a group not its own. */
export function builtInResources(group: string): readonly ResourceDefinition[] {
  parsed ??= parseTable();
  return parsed.get(group) ?? [];
}

function parseTable(): ReadonlyMap<string, readonly ResourceDefinition[]> {
  const groups = new Map<string, ResourceDefinition[]>();
  let resources: ResourceDefinition[] = [];
  let newest = "";
  for (const line of table.trim().split("\n")) {
    const words = line.split(" ");
    if (words[0] === "#") {
      resources = [];
      const group = words[1] === "core" ? "" : (words[1] ?? "");
      newest = `${group}/${words[2] ?? ""}`;
      groups.set(group, resources);
    } else resources.push(parseResource(words, newest));
  }
  return groups;
}

function parseResource(
  [plural = "", scope, kindAndSince = "", ...rest]: readonly string[],
  newest: string,
): ResourceDefinition {
  const { text: kind, since } = cutSince(kindAndSince);
  const marked = (mark: string): string[] =>
    rest.filter((word) => word.startsWith(mark)).map((word) => word.slice(mark.length));
  const verbs = marked("=")[0]?.split(",") ?? allVerbs;
  return {
    plural,
    singular: kind.endsWith("Metrics") ? "" : kind.toLowerCase(),
    kind,
    since,
    namespaced: scope === "N",
    verbs,
    storedIn: verbs.includes("watch") ? (marked("@")[0] ?? newest) : "",
    shortNames: rest.filter((word) => /^[a-z]/.test(word)).flatMap((word) => word.split(",")),
    categories: marked("+"),
    subresources: marked("/").map((word) => {
      const cut = cutSince(word);
      const [name = "", subKind, verbs] = cut.text.split(":");
      return { name, kind: subKind || kind, verbs: verbs?.split(",") ?? statusVerbs, since: cut.since };
    }),
  };
}

function cutSince(word: string): { readonly text: string; readonly since: number } {
  const [text = "", since = "0"] = word.split("^");
  return { text, since: Number(since) };
}
