import type { ApiService, Endpoint, Review, UserInfo } from "../cluster.ts";
import type { KubeObject } from "../kube-object.ts";
import { asArray, asNumber, asObject, asObjects, asText, isObject, type JsonObject } from "../narrow.ts";
import { newApiService } from "../snapshot/snapshot-objects.ts";

/** The value as an object of the API; null when it lacks a kind or a name. */
export function toKubeObject(value: unknown): KubeObject | null {
  if (!isObject(value)) return null;
  const metadata = asObject(value["metadata"]);
  const name = asText(metadata["name"]);
  const kind = asText(value["kind"]);
  if (name === "" || kind === "") return null;
  return { ...value, apiVersion: asText(value["apiVersion"]), kind, metadata: { ...metadata, name } };
}

/** APIServices by name, out of a Table or an APIServiceList; null when it is neither. */
export function parseApiServiceList(value: unknown): ReadonlyMap<string, ApiService> | null {
  if (!isObject(value)) return null;
  if (value["kind"] === "Table") return fromTable(value);
  if (value["kind"] !== "APIServiceList" || !Array.isArray(value["items"])) return null;
  const services = asObjects(value["items"]).flatMap((item) => {
    const object = toKubeObject({ apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", ...item });
    return object === null ? [] : [newApiService(object)];
  });
  return byName(services);
}

/**
 * Columns of kube-aggregator/pkg/registry/apiservice/etcd/etcd.go (ConvertToTable): Name, Service ("Local" or
 * "namespace/name"), Available ("True", "False (Reason)", "Unknown"). null when one of them is missing.
 */
function fromTable(table: JsonObject): ReadonlyMap<string, ApiService> | null {
  const columns = asObjects(table["columnDefinitions"]).map((column) => asText(column["name"]));
  const [name, service, available] = ["Name", "Service", "Available"].map((column) =>
    columns.indexOf(column),
  );
  if (name === undefined || service === undefined || available === undefined) return null;
  if (name < 0 || service < 0 || available < 0) return null;
  const services = asObjects(table["rows"]).flatMap((row) => {
    const cells = asArray(row["cells"]).map(asText);
    return cells[name] ? [newSummary(cells[name], cells[service] ?? "", cells[available] ?? "")] : [];
  });
  return byName(services);
}

function newSummary(name: string, service: string, available: string): ApiService {
  const [, status = "", reason = ""] = /^(True|False|Unknown)(?: \((.*)\))?$/.exec(available) ?? [];
  const condition = status === "True" || status === "False" ? status : "Unknown";
  if (service === "Local") {
    // The only condition that the aggregator ever gives a Local one (controllers/status/local).
    return condition === "True"
      ? {
          name,
          service: null,
          available: "True",
          reason: "Local",
          message: "Local APIServices are always available",
          trust: null,
        }
      : { name, service: null, available: condition, reason, message: "", trust: null };
  }
  const [namespace = "", ...rest] = service.split("/");
  return {
    name,
    service: { namespace, name: rest.join("/"), port: null },
    available: condition,
    reason,
    message: "",
    trust: null,
  };
}

function byName(services: readonly ApiService[]): ReadonlyMap<string, ApiService> {
  return new Map(services.map((service) => [service.name, service]));
}

/** Addresses of a core/v1 Endpoints object, of servers without EndpointSlices. */
export function parseCoreEndpoints(value: unknown): readonly Endpoint[] {
  return asObjects(asObject(value)["subsets"]).flatMap((subset) => {
    const ports = asObjects(subset["ports"]).map((port) => asNumber(port["port"]));
    const of = (field: string, ready: boolean): readonly Endpoint[] =>
      asObjects(subset[field]).flatMap((address) =>
        (ports.length === 0 ? [null] : ports).map((port) => ({
          address: asText(address["ip"]),
          port,
          ready,
          pod: asText(asObject(address["targetRef"])["name"]),
          node: asText(address["nodeName"]),
        })),
      );
    return [...of("addresses", true), ...of("notReadyAddresses", false)];
  });
}

/** null when it is not an answered SelfSubjectAccessReview. */
export function parseReview(value: unknown): Review | null {
  const status = asObject(asObject(value)["status"]);
  if (asObject(value)["kind"] !== "SelfSubjectAccessReview" || typeof status["allowed"] !== "boolean")
    return null;
  return {
    allowed: status["allowed"],
    reason: asText(status["reason"]),
    evaluationError: asText(status["evaluationError"]),
  };
}

/** null when it is not an answered SelfSubjectReview. */
export function parseUserInfo(value: unknown): UserInfo | null {
  const user = asObject(asObject(asObject(value)["status"])["userInfo"]);
  const username = asText(user["username"]);
  if (asObject(value)["kind"] !== "SelfSubjectReview" || username === "") return null;
  return { username, uid: asText(user["uid"]), groups: asArray(user["groups"]).map(asText) };
}
