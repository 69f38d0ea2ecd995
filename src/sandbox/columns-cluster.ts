import {
  apiServiceAvailable,
  apiServiceBackend,
  claimOf,
  eventObject,
  eventSource,
  health,
  kernelVersion,
  lastSeenPath,
  nodeAddress,
  nodeRoles,
  nodeStatus,
  paramKindOf,
  parentOf,
  servedVersions,
  subjectsOf,
  usageOf,
  windowOf,
} from "./cluster-cells.ts";
import {
  age,
  at,
  type Column,
  column,
  conditionOf,
  count,
  createdAt,
  each,
  isTrue,
  name,
  numberOrNone,
  orNone,
  since,
  size,
  wide,
} from "./column.ts";
import { text } from "./fields.ts";

const subjects = [
  wide("Users", subjectsOf("User")),
  wide("Groups", subjectsOf("Group")),
  wide("ServiceAccounts", subjectsOf("ServiceAccount")),
];
const role = column("Role", (object) => `${text(object, "roleRef.kind")}/${text(object, "roleRef.name")}`);
const webhooks = [name, column("Webhooks", size("webhooks"), "integer"), age];
const paramKind = column("ParamKind", paramKindOf);
const policyBinding = [
  name,
  column("PolicyName", at("spec.policyName")),
  column("ParamRef", (object) => text(object, "spec.paramRef.name") || "<unset>"),
  age,
];
const quantity = (key: string): Column => ({ ...column(key, usageOf(key)), format: "quantity" });
const metrics = [
  name,
  quantity("cpu"),
  quantity("memory"),
  { ...column("Window", windowOf), format: "duration" },
];

const event: readonly Column[] = [
  {
    ...column("Last Seen", () => null),
    cell: (object, now) => since("", lastSeenPath(object)).cell(object, now),
  },
  column("Type", at("type")),
  column("Reason", at("reason")),
  column("Object", eventObject),
  wide(
    "Subobject",
    (object) => text(object, "involvedObject.fieldPath") || text(object, "regarding.fieldPath"),
  ),
  wide("Source", eventSource),
  column("Message", (object) => (text(object, "message") || text(object, "note")).trim()),
  { ...since("First Seen", "firstTimestamp"), priority: 1 },
  wide("Count", (object) => Number(text(object, "series.count") || text(object, "count") || 1)),
  { ...name, priority: 1 },
];

/**
 * Columns of what a cluster is made of and governed by.
 * Source of truth: k/k pkg/printers/internalversion/printers.go, kube-aggregator and apiextensions-apiserver for their own kinds,
 * metrics-server/pkg/api for metrics.
 */
export const clusterColumns: Readonly<Record<string, readonly Column[]>> = {
  Node: [
    name,
    column("Status", nodeStatus),
    column("Roles", nodeRoles),
    age,
    column("Version", at("status.nodeInfo.kubeletVersion")),
    wide("Internal-IP", nodeAddress("InternalIP")),
    wide("External-IP", nodeAddress("ExternalIP")),
    wide("OS-Image", orNone("status.nodeInfo.osImage", "<unknown>")),
    wide("Kernel-Version", kernelVersion),
    wide("Container-Runtime", orNone("status.nodeInfo.containerRuntimeVersion", "<unknown>")),
  ],
  Namespace: [name, column("Status", at("status.phase")), age],
  ComponentStatus: [
    name,
    column("Status", (object) => health(object, "status")),
    column("Message", (object) => health(object, "message")),
    column("Error", (object) => health(object, "error")),
  ],
  Event: event,
  APIService: [name, column("Service", apiServiceBackend), column("Available", apiServiceAvailable), age],
  Role: [name, createdAt],
  ClusterRole: [name, createdAt],
  RoleBinding: [name, role, age, ...subjects],
  ClusterRoleBinding: [name, role, age, ...subjects],
  CustomResourceDefinition: [
    name,
    column("Scope", at("spec.scope")),
    column("Versions", (crd) => servedVersions(crd).join(",")),
    createdAt,
    wide("Group", at("spec.group")),
    wide("Kind", at("spec.names.kind")),
    wide("ShortNames", each("spec.names.shortNames", "")),
    wide("Established", (crd) => conditionOf(crd, "Established") === "True", "boolean"),
  ],
  FlowSchema: [
    name,
    column("PriorityLevel", at("spec.priorityLevelConfiguration.name")),
    column("MatchingPrecedence", count("spec.matchingPrecedence")),
    column("DistinguisherMethod", orNone("spec.distinguisherMethod.type")),
    age,
    column("MissingPL", (object) => conditionOf(object, "Dangling") || "?"),
  ],
  PriorityLevelConfiguration: [
    name,
    column("Type", at("spec.type")),
    column("NominalConcurrencyShares", numberOrNone("spec.limited.nominalConcurrencyShares")),
    column("Queues", numberOrNone("spec.limited.limitResponse.queuing.queues")),
    column("HandSize", numberOrNone("spec.limited.limitResponse.queuing.handSize")),
    column("QueueLengthLimit", numberOrNone("spec.limited.limitResponse.queuing.queueLengthLimit")),
    age,
  ],
  PriorityClass: [
    name,
    column("Value", count("value"), "integer"),
    column("Global-Default", isTrue("globalDefault"), "boolean"),
    age,
    column("PreemptionPolicy", at("preemptionPolicy")),
  ],
  Lease: [name, column("Holder", at("spec.holderIdentity")), age],
  RuntimeClass: [name, column("Handler", at("handler")), age],
  MutatingWebhookConfiguration: webhooks,
  ValidatingWebhookConfiguration: webhooks,
  MutatingAdmissionPolicy: [name, column("Mutations", size("spec.mutations"), "integer"), paramKind, age],
  ValidatingAdmissionPolicy: [
    name,
    column("Validations", size("spec.validations"), "integer"),
    paramKind,
    age,
  ],
  MutatingAdmissionPolicyBinding: policyBinding,
  ValidatingAdmissionPolicyBinding: policyBinding,
  StorageClass: [
    name,
    column("Provisioner", at("provisioner")),
    column("ReclaimPolicy", orNone("reclaimPolicy", "Delete")),
    column("VolumeBindingMode", orNone("volumeBindingMode", "<unset>")),
    column("AllowVolumeExpansion", isTrue("allowVolumeExpansion")),
    age,
  ],
  PersistentVolume: [
    name,
    column("Capacity", at("spec.capacity.storage")),
    column("Access Modes", each("spec.accessModes", "")),
    column("Reclaim Policy", at("spec.persistentVolumeReclaimPolicy")),
    column("Status", at("status.phase")),
    column("Claim", (volume) => claimOf(volume)),
    column("StorageClass", at("spec.storageClassName")),
    column("VolumeAttributesClass", orNone("spec.volumeAttributesClassName", "<unset>")),
    column("Reason", at("status.reason")),
    age,
    wide("VolumeMode", orNone("spec.volumeMode", "<unset>")),
  ],
  IngressClass: [
    name,
    column("Controller", at("spec.controller")),
    column("Parameters", orNone("spec.parameters.name")),
    age,
  ],
  IPAddress: [name, column("ParentRef", parentOf)],
  ServiceCIDR: [name, column("CIDRs", each("spec.cidrs", "")), age],
  CertificateSigningRequest: [
    name,
    age,
    column("SignerName", at("spec.signerName")),
    column("Requestor", at("spec.username")),
    column("RequestedDuration", orNone("spec.expirationSeconds")),
    column("Condition", each("status.conditions", "type", ",", "Pending")),
  ],
  NodeMetrics: metrics,
  PodMetrics: metrics,
};
