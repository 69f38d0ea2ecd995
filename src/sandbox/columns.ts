import type { KubeObject } from "../cluster/kube-object.ts";
import { renderAge } from "./age.ts";
import type { ServedResource } from "./catalog.ts";
import { entries, field, list, text, texts } from "./fields.ts";
import { podReady, podRestarts, podStatus } from "./pod-cells.ts";

export type Cell = string | number | boolean | null;

/** A column of a Table. Priority 0 is always shown, 1 with `-o wide`. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "date" | "number" | "boolean";
  readonly priority: number;
  readonly cell: (object: KubeObject, now: Date) => Cell;
}

type Text = (object: KubeObject) => Cell;

function column(name: string, cell: Text, type: Column["type"] = "string"): Column {
  return { name, type, priority: 0, cell };
}

function wide(name: string, cell: Text): Column {
  return { ...column(name, cell), priority: 1 };
}

const orNone =
  (path: string): Text =>
  (object) =>
    text(object, path) || "<none>";
const count =
  (path: string): Text =>
  (object) =>
    Number(text(object, path) || 0);

const name = column("Name", ({ metadata }) => metadata.name);
const age: Column = {
  ...column("Age", () => null),
  cell: ({ metadata }, now) => renderAge(text(metadata, "creationTimestamp"), now),
};
const createdAt = column("Created At", ({ metadata }) => text(metadata, "creationTimestamp"), "date");

const lastSeen: Column = {
  ...column("Last Seen", () => null),
  cell: (object, now) => renderAge(text(object, "lastTimestamp"), now),
};

/** The columns of the kinds that people look at; any other has its name and age. k/k pkg/printers/internalversion. */
const columnsByKind: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    name,
    column("Ready", podReady),
    column("Status", podStatus),
    column("Restarts", podRestarts),
    age,
    wide("IP", orNone("status.podIP")),
    wide("Node", orNone("spec.nodeName")),
    wide("Nominated Node", orNone("status.nominatedNodeName")),
    wide("Readiness Gates", () => "<none>"),
  ],
  Service: [
    name,
    column("Type", orNone("spec.type")),
    column("Cluster-IP", orNone("spec.clusterIP")),
    column("External-IP", externalIp),
    column("Port(s)", servicePorts),
    age,
    wide("Selector", (object) => keyValues(object, "spec.selector")),
  ],
  Node: [
    name,
    column("Status", (object) => (conditionOf(object, "Ready") === "True" ? "Ready" : "NotReady")),
    column("Roles", nodeRoles),
    age,
    column("Version", orNone("status.nodeInfo.kubeletVersion")),
    wide("Internal-IP", (object) => nodeAddress(object, "InternalIP")),
    wide("External-IP", (object) => nodeAddress(object, "ExternalIP")),
    wide("OS-Image", orNone("status.nodeInfo.osImage")),
    wide("Kernel-Version", orNone("status.nodeInfo.kernelVersion")),
    wide("Container-Runtime", orNone("status.nodeInfo.containerRuntimeVersion")),
  ],
  Namespace: [name, column("Status", orNone("status.phase")), age],
  APIService: [name, column("Service", apiServiceBackend), column("Available", apiServiceAvailable), age],
  Deployment: [
    name,
    column("Ready", (object) => `${count("status.readyReplicas")(object)}/${count("spec.replicas")(object)}`),
    column("Up-to-date", count("status.updatedReplicas"), "integer"),
    column("Available", count("status.availableReplicas"), "integer"),
    age,
  ],
  ConfigMap: [name, column("Data", (object) => entries(object, "data").length, "integer"), age],
  Event: [
    lastSeen,
    column("Type", orNone("type")),
    column("Reason", orNone("reason")),
    column("Object", eventObject),
    column("Message", (object) => text(object, "message").trim()),
  ],
  Role: [name, createdAt],
  ClusterRole: [name, createdAt],
  RoleBinding: [name, column("Role", roleRef), age],
  ClusterRoleBinding: [name, column("Role", roleRef), age],
  CustomResourceDefinition: [name, createdAt],
  ServiceAccount: [name, age],
  EndpointSlice: [
    name,
    column("AddressType", orNone("addressType")),
    column(
      "Ports",
      (object) =>
        list(object, "ports")
          .map((port) => text(port, "port"))
          .join(",") || "<unset>",
    ),
    column(
      "Endpoints",
      (object) =>
        list(object, "endpoints")
          .flatMap((one) => texts(one, "addresses"))
          .join(",") || "<unset>",
    ),
    age,
  ],
  Endpoints: [name, column("Endpoints", endpointAddresses), age],
  FlowSchema: [
    name,
    column("PriorityLevel", orNone("spec.priorityLevelConfiguration.name")),
    column("MatchingPrecedence", count("spec.matchingPrecedence"), "integer"),
    column("DistinguisherMethod", orNone("spec.distinguisherMethod.type")),
    age,
    column("MissingPL", (object) => (conditionOf(object, "Dangling") === "True" ? "True" : "False")),
  ],
  NodeMetrics: [
    name,
    column("cpu", orNone("usage.cpu")),
    column("memory", orNone("usage.memory")),
    column("Window", orNone("window")),
  ],
};

export function columnsOf({ kind, isCustom, printerColumns }: ServedResource): readonly Column[] {
  if (!isCustom) return columnsByKind[kind] ?? [name, age];
  const own = printerColumns.map(printerColumn);
  return own.length === 0 ? [name, age] : [name, ...own];
}

/** An additionalPrinterColumn. Of JSONPath it understands dotted paths, which is what nearly all of them are. */
function printerColumn(definition: unknown): Column {
  const path = text(definition, "jsonPath").replace(/^\./, "");
  const type = text(definition, "type");
  const priority = Number(text(definition, "priority") || 0);
  const base = { name: text(definition, "name"), priority };
  if (type === "date") return { ...base, type, cell: (object, now) => renderAge(text(object, path), now) };
  if (type === "integer" || type === "number" || type === "boolean") {
    return { ...base, type, cell: (object) => scalar(field(object, path)) };
  }
  return { ...base, type: "string", cell: (object) => text(object, path) };
}

function scalar(value: unknown): Cell {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
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

function keyValues(object: KubeObject, path: string): string {
  return (
    entries(object, path)
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(",") || "<none>"
  );
}

function nodeRoles({ metadata }: KubeObject): string {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return (
    roles
      .map((label) => label.slice(prefix.length))
      .sort()
      .join(",") || "<none>"
  );
}

function nodeAddress(object: KubeObject, type: string): string {
  const found = list(object, "status.addresses").find((address) => text(address, "type") === type);
  return text(found, "address") || "<none>";
}

function conditionOf(object: KubeObject, type: string, key = "status"): string {
  return text(
    list(object, "status.conditions").find((one) => text(one, "type") === type),
    key,
  );
}

function apiServiceBackend(object: KubeObject): string {
  const service = text(object, "spec.service.name");
  return service === "" ? "Local" : `${text(object, "spec.service.namespace")}/${service}`;
}

function apiServiceAvailable(object: KubeObject): string {
  const status = conditionOf(object, "Available") || "Unknown";
  return status === "True" ? status : `${status} (${conditionOf(object, "Available", "reason")})`;
}

function endpointAddresses(object: KubeObject): string {
  const addresses = list(object, "subsets").flatMap((subset) =>
    list(subset, "addresses").flatMap((address) =>
      list(subset, "ports").map((port) => `${text(address, "ip")}:${text(port, "port")}`),
    ),
  );
  return addresses.join(",") || "<none>";
}

function eventObject(object: KubeObject): string {
  return `${text(object, "involvedObject.kind").toLowerCase()}/${text(object, "involvedObject.name")}`;
}

function roleRef(object: KubeObject): string {
  return `${text(object, "roleRef.kind")}/${text(object, "roleRef.name")}`;
}
