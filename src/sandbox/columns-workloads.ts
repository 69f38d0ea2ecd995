import type { KubeObject } from "../cluster/kube-object.ts";
import {
  age,
  at,
  type Column,
  column,
  count,
  createdAt,
  each,
  isTrue,
  name,
  numberOrNone,
  orNone,
  pairs,
  since,
  size,
  wide,
} from "./column.ts";
import { entries, field, list, text, texts } from "./fields.ts";
import { podReady, podRestarts, podStatus, readinessGates } from "./pod-cells.ts";

const template = "spec.template.spec.containers";
const containers = wide("Containers", each(template, "name"));
const images = wide("Images", each(template, "image"));
const selector = wide("Selector", selectorOf);
const selectorOrNone = wide("Selector", pairs("spec.selector"));

/**
 * Columns of what people run, and of what stands in front of it.
 * Source of truth: k/k pkg/printers/internalversion/printers.go.
 */
export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    name,
    column("Ready", podReady),
    column("Status", podStatus),
    column("Restarts", podRestarts),
    age,
    wide("IP", orNone("status.podIP")),
    wide("Node", orNone("spec.nodeName")),
    wide("Nominated Node", orNone("status.nominatedNodeName")),
    wide("Readiness Gates", readinessGates),
  ],
  PodTemplate: [
    name,
    column("Containers", each("template.spec.containers", "name")),
    column("Images", each("template.spec.containers", "image")),
    column("Pod Labels", pairs("template.metadata.labels")),
  ],
  Deployment: [
    name,
    column("Ready", readyOf),
    column("Up-to-date", count("status.updatedReplicas")),
    column("Available", count("status.availableReplicas")),
    age,
    containers,
    images,
    selector,
  ],
  ReplicaSet: [...replicas(), age, containers, images, selector],
  ReplicationController: [...replicas(), age, containers, images, selectorOrNone],
  StatefulSet: [name, column("Ready", readyOf), age, containers, images],
  DaemonSet: [
    name,
    column("Desired", count("status.desiredNumberScheduled"), "integer"),
    column("Current", count("status.currentNumberScheduled"), "integer"),
    column("Ready", count("status.numberReady"), "integer"),
    column("Up-to-date", count("status.updatedNumberScheduled"), "integer"),
    column("Available", count("status.numberAvailable"), "integer"),
    column("Node Selector", pairs("spec.template.spec.nodeSelector")),
    age,
    containers,
    images,
    selector,
  ],
  ControllerRevision: [
    name,
    column("Controller", controllerOf),
    column("Revision", numberOrNone("revision")),
    age,
  ],
  Job: [
    name,
    column("Status", jobStatus),
    column(
      "Completions",
      (job) => `${text(job, "status.succeeded") || 0}/${text(job, "spec.completions") || 1}`,
    ),
    since("Duration", "status.startTime"),
    age,
    containers,
    images,
    selector,
  ],
  CronJob: [
    name,
    column("Schedule", at("spec.schedule")),
    column("Timezone", orNone("spec.timeZone")),
    column("Suspend", isTrue("spec.suspend"), "boolean"),
    column("Active", size("status.active"), "integer"),
    since("Last Schedule", "status.lastScheduleTime"),
    age,
    wide("Containers", each("spec.jobTemplate.spec.template.spec.containers", "name")),
    wide("Images", each("spec.jobTemplate.spec.template.spec.containers", "image")),
    wide("Selector", pairs("spec.jobTemplate.spec.selector.matchLabels")),
  ],
  HorizontalPodAutoscaler: [
    name,
    column(
      "Reference",
      (hpa) => `${text(hpa, "spec.scaleTargetRef.kind")}/${text(hpa, "spec.scaleTargetRef.name")}`,
    ),
    column("Targets", () => "<none>"),
    column("MinPods", orNone("spec.minReplicas", "<unset>")),
    column("MaxPods", count("spec.maxReplicas")),
    column("Replicas", count("status.currentReplicas")),
    age,
  ],
  PodDisruptionBudget: [
    name,
    column("Min Available", orNone("spec.minAvailable", "N/A")),
    column("Max Unavailable", orNone("spec.maxUnavailable", "N/A")),
    column("Allowed Disruptions", count("status.disruptionsAllowed"), "integer"),
    age,
  ],
  Service: [
    name,
    column("Type", orNone("spec.type")),
    column("Cluster-IP", orNone("spec.clusterIP")),
    column("External-IP", externalIp),
    column("Port(s)", servicePorts),
    age,
    wide("Selector", pairs("spec.selector")),
  ],
  Endpoints: [name, column("Endpoints", endpointAddresses), age],
  EndpointSlice: [
    name,
    column("AddressType", orNone("addressType")),
    column("Ports", each("ports", "port", ",", "<unset>")),
    column(
      "Endpoints",
      (slice) =>
        list(slice, "endpoints")
          .flatMap((one) => texts(one, "addresses"))
          .join(",") || "<unset>",
    ),
    age,
  ],
  Ingress: [
    name,
    column("Class", orNone("spec.ingressClassName")),
    column("Hosts", each("spec.rules", "host", ",", "*")),
    column("Address", (ingress) =>
      list(ingress, "status.loadBalancer.ingress")
        .map((one) => text(one, "ip") || text(one, "hostname"))
        .join(","),
    ),
    column("Ports", (ingress) => (list(ingress, "spec.tls").length > 0 ? "80, 443" : "80")),
    age,
  ],
  NetworkPolicy: [name, column("Pod-Selector", pairs("spec.podSelector.matchLabels")), age],
  ConfigMap: [
    name,
    column("Data", (map) => entries(map, "data").length + entries(map, "binaryData").length),
    age,
  ],
  Secret: [name, column("Type", at("type")), column("Data", size("data")), age],
  ServiceAccount: [name, age],
  LimitRange: [name, createdAt],
  ResourceQuota: [name, column("Request", at("")), column("Limit", at("")), age],
  PersistentVolumeClaim: [
    name,
    column("Status", at("status.phase")),
    column("Volume", at("spec.volumeName")),
    column("Capacity", at("status.capacity.storage")),
    column("Access Modes", each("status.accessModes", "")),
    column("StorageClass", at("spec.storageClassName")),
    column("VolumeAttributesClass", orNone("spec.volumeAttributesClassName", "<unset>")),
    age,
    wide("VolumeMode", orNone("spec.volumeMode", "<unset>")),
  ],
};

function replicas(): Column[] {
  return [
    name,
    column("Desired", count("spec.replicas"), "integer"),
    column("Current", count("status.replicas"), "integer"),
    column("Ready", count("status.readyReplicas"), "integer"),
  ];
}

function readyOf(object: KubeObject): string {
  return `${text(object, "status.readyReplicas") || 0}/${text(object, "spec.replicas") || 0}`;
}

function selectorOf(object: KubeObject): string {
  return String(pairs("spec.selector.matchLabels")(object));
}

function controllerOf({ metadata }: KubeObject): string {
  const [owner] = list(metadata, "ownerReferences");
  return owner === undefined ? "<none>" : `${text(owner, "kind").toLowerCase()}/${text(owner, "name")}`;
}

function jobStatus(job: KubeObject): string {
  const conditions = list(job, "status.conditions").filter((one) => field(one, "status") === "True");
  const found = ["Complete", "Failed", "Suspended", "FailureTarget"].find((type) =>
    conditions.some((one) => text(one, "type") === type),
  );
  return found ?? (text(job, "metadata.deletionTimestamp") === "" ? "Running" : "Terminating");
}

function externalIp(object: KubeObject): string {
  const ips = [
    ...texts(object, "spec.externalIPs"),
    ...list(object, "status.loadBalancer.ingress").map((one) => text(one, "ip") || text(one, "hostname")),
  ];
  if (text(object, "spec.type") === "ExternalName") return text(object, "spec.externalName");
  if (ips.length > 0) return ips.join(",");
  return text(object, "spec.type") === "LoadBalancer" ? "<pending>" : "<none>";
}

function servicePorts(object: KubeObject): string {
  const ports = list(object, "spec.ports").map((port) => {
    const nodePort = text(port, "nodePort");
    const middle = nodePort === "" ? "" : `:${nodePort}`;
    return `${text(port, "port")}${middle}/${text(port, "protocol") || "TCP"}`;
  });
  return ports.join(",") || "<none>";
}

function endpointAddresses(object: KubeObject): string {
  const addresses = list(object, "subsets").flatMap((subset) =>
    list(subset, "addresses").flatMap((address) =>
      list(subset, "ports").map((port) => `${text(address, "ip")}:${text(port, "port")}`),
    ),
  );
  return addresses.join(",") || "<none>";
}
