import { newTrust } from "../certificates.ts";
import type { ApiService, ConditionStatus, Endpoint, ServiceInfo } from "../cluster.ts";
import type { KubeObject } from "../kube-object.ts";
import { newNamedService } from "../named-service.ts";
import { asNumber, asObject, asObjects, asText, type JsonObject } from "../narrow.ts";

/** Is it an object of this kind and group, in whatever version? */
export function isOfKind(object: KubeObject, group: string, kind: string): boolean {
  const slash = object.apiVersion.indexOf("/");
  return object.kind === kind && (slash < 0 ? "" : object.apiVersion.slice(0, slash)) === group;
}

/** An APIService as tracing needs it. `kube-aggregator/pkg/apis/apiregistration/v1/types.go`. */
export function newApiService(object: KubeObject): ApiService {
  const spec = asObject(object["spec"]);
  const service = newNamedService(spec["service"]);
  const condition = asObjects(asObject(object["status"])["conditions"]).find(
    (one) => one["type"] === "Available",
  );
  return {
    name: object.metadata.name,
    service,
    available: conditionStatus(condition?.["status"]),
    reason: asText(condition?.["reason"]),
    message: asText(condition?.["message"]),
    trust: service === null ? null : newTrust(spec),
  };
}

function conditionStatus(value: unknown): ConditionStatus {
  return value === "True" || value === "False" ? value : "Unknown";
}

export function newServiceInfo(object: KubeObject): ServiceInfo {
  const spec = asObject(object["spec"]);
  return {
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name,
    type: asText(spec["type"]) || "ClusterIP",
    clusterIP: asText(spec["clusterIP"]),
    selector: textsOf(spec["selector"]),
    ports: asObjects(spec["ports"]).map((port) => ({
      name: asText(port["name"]),
      port: asNumber(port["port"]) ?? 0,
      targetPort: portText(port["targetPort"]) || portText(port["port"]),
    })),
  };
}

/** A port is a number, or a container's name for one. */
function portText(value: unknown): string {
  return asText(value) || String(asNumber(value) ?? "");
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(asObject(value)).map(([key, text]) => [key, asText(text)]));
}

/** The Service that an EndpointSlice belongs to, by the label that the API itself goes by. */
export function serviceOfSlice(slice: KubeObject): string {
  return slice.metadata.labels?.["kubernetes.io/service-name"] ?? "";
}

/** Every address of an EndpointSlice with every one of its ports. */
export function newEndpoints(slice: KubeObject): readonly Endpoint[] {
  const ports = asObjects(slice["ports"]).map((port) => asNumber(port["port"]));
  return asObjects(slice["endpoints"]).flatMap((endpoint) =>
    (ports.length === 0 ? [null] : ports).flatMap((port) => addressesOf(endpoint, port)),
  );
}

function addressesOf(endpoint: JsonObject, port: number | null): readonly Endpoint[] {
  const addresses = Array.isArray(endpoint["addresses"]) ? endpoint["addresses"].map(asText) : [];
  return addresses.map((address) => ({
    address,
    port,
    // A condition that is not set means ready, the API says.
    ready: asObject(endpoint["conditions"])["ready"] !== false,
    pod: asText(asObject(endpoint["targetRef"])["name"]),
    node: asText(endpoint["nodeName"]),
  }));
}
