import type { KubeObject } from "../cluster/kube-object.ts";
import { conditionOf } from "./column.ts";
import { field, list, text } from "./fields.ts";

/** The cells of columns-cluster.ts that are computed. Source of truth: k/k pkg/printers/internalversion/printers.go. */

export function subjectsOf(kind: string): (object: KubeObject) => string {
  return (object) =>
    list(object, "subjects")
      .filter((subject) => text(subject, "kind") === kind)
      .map((subject) =>
        kind === "ServiceAccount"
          ? `${text(subject, "namespace")}/${text(subject, "name")}`
          : text(subject, "name"),
      )
      .join(", ");
}

export function nodeStatus(node: KubeObject): string {
  const ready = conditionOf(node, "Ready");
  const first = ready === "" ? "Unknown" : ready === "True" ? "Ready" : "NotReady";
  return field(node, "spec.unschedulable") === true ? `${first},SchedulingDisabled` : first;
}

export function nodeRoles({ metadata }: KubeObject): string {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  const names = roles.map((label) => label.slice(prefix.length)).sort();
  return names.join(",") || "<none>";
}

export function nodeAddress(type: string): (node: KubeObject) => string {
  return (node) => {
    const found = list(node, "status.addresses").find((address) => text(address, "type") === type);
    return text(found, "address") || "<none>";
  };
}

export function kernelVersion(node: KubeObject): string {
  const version = text(node, "status.nodeInfo.kernelVersion") || "<unknown>";
  const architecture = text(node, "status.nodeInfo.architecture");
  return architecture === "" ? version : `${version} (${architecture})`;
}

export function health(object: KubeObject, key: string): string {
  const condition = list(object, "conditions").find((one) => text(one, "type") === "Healthy");
  if (key !== "status") return text(condition, key);
  if (condition === undefined) return "Unknown";
  return text(condition, "status") === "True" ? "Healthy" : "Unhealthy";
}

export function lastSeenPath(object: KubeObject): string {
  const paths = ["series.lastObservedTime", "lastTimestamp", "firstTimestamp"];
  return paths.find((path) => text(object, path) !== "") ?? "eventTime";
}

export function eventObject(object: KubeObject): string {
  const about = field(object, "involvedObject") ?? field(object, "regarding");
  const objectName = text(about, "name");
  return text(about, "kind").toLowerCase() + (objectName === "" ? "" : `/${objectName}`);
}

export function eventSource(object: KubeObject): string {
  const component = text(object, "source.component") || text(object, "reportingComponent");
  const instance = text(object, "source.host") || text(object, "reportingInstance");
  return instance === "" ? component : `${component}, ${instance}`;
}

export function apiServiceBackend(object: KubeObject): string {
  const service = text(object, "spec.service.name");
  return service === "" ? "Local" : `${text(object, "spec.service.namespace")}/${service}`;
}

export function apiServiceAvailable(object: KubeObject): string {
  const status = conditionOf(object, "Available") || "Unknown";
  return status === "True" ? status : `${status} (${conditionOf(object, "Available", "reason")})`;
}

export function servedVersions(crd: KubeObject): string[] {
  return list(crd, "spec.versions")
    .filter((one) => field(one, "served") === true)
    .map((one) => text(one, "name") + (field(one, "storage") === true ? "(storage)" : ""));
}

export function paramKindOf(object: KubeObject): string {
  const kind = text(object, "spec.paramKind.kind");
  return kind === "" ? "<unset>" : `${text(object, "spec.paramKind.apiVersion")}/${kind}`;
}

export function claimOf(volume: KubeObject): string {
  const claim = text(volume, "spec.claimRef.name");
  return claim === "" ? "" : `${text(volume, "spec.claimRef.namespace")}/${claim}`;
}

export function parentOf(address: KubeObject): string {
  const [resource, namespace, parent] = ["resource", "namespace", "name"].map((key) =>
    text(address, `spec.parentRef.${key}`),
  );
  return `${resource}/${namespace}/${parent}`;
}

export function usageOf(key: string): (object: KubeObject) => string {
  return (object) => {
    const parts = list(object, "containers").map((one) => text(one, `usage.${key}`));
    return parts.length === 0 ? text(object, `usage.${key}`) : sumOf(parts);
  };
}

/** Of quantities in one unit, which is how metrics-server writes them. */
function sumOf(quantities: readonly string[]): string {
  const unit = /\D*$/.exec(quantities[0] ?? "")?.[0] ?? "";
  return `${quantities.reduce((sum, one) => sum + Number.parseInt(one, 10), 0)}${unit}`;
}

export function windowOf(object: KubeObject): string {
  return text(object, "window");
}
