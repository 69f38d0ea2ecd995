import { parseGoUrl } from "./go-url.ts";
import type { RequestInfo } from "./request-info.ts";

/** A request that kube-apiserver hands on: to a kubelet, a Pod, or whatever stands behind a Service. */
export interface ConnectRequest {
  readonly resource: "pods" | "services" | "nodes";
  readonly namespace: string;
  readonly name: string;
  /** Number or name of the port that a proxy request names; "" for none. */
  readonly port: string;
  /** The container that the URL names; "" for none. */
  readonly container: string;
}

const subresources: Readonly<Record<ConnectRequest["resource"], readonly string[]>> = {
  pods: ["log", "exec", "attach", "portforward", "proxy"],
  services: ["proxy"],
  nodes: ["proxy"],
};

/** null for a request that kube-apiserver answers itself. Source of truth: k/k pkg/registry/core (pod, service and node rest). */
export function parseConnectRequest(info: RequestInfo, url: string): ConnectRequest | null {
  const { resource, subresource, namespace } = info;
  if (!isConnect(info) || !isConnectable(resource)) return null;
  const { name, port } = subresource === "proxy" ? splitProxyName(info.name) : { name: info.name, port: "" };
  if (name === "") return null;
  return { resource, namespace, name, port, container: parseGoUrl(url).query.get("container")?.[0] ?? "" };
}

/** Name of the object that it is handed on by: "https:web:443" is proxied by its name, web. One that cannot be read is as it stands. */
export function connectName(info: RequestInfo): string {
  return parseConnectRequest(info, "")?.name ?? info.name;
}

/** Is it a request that kube-apiserver hands on? */
export function isConnect({ apiGroup, resource, subresource, name }: RequestInfo): boolean {
  return (
    apiGroup === "" && name !== "" && isConnectable(resource) && subresources[resource].includes(subresource)
  );
}

function isConnectable(resource: string): resource is ConnectRequest["resource"] {
  return Object.hasOwn(subresources, resource);
}

/** "web", "web:8080" or "https:web:8080". Source of truth: apimachinery/pkg/util/net/port_split.go. */
function splitProxyName(text: string): { readonly name: string; readonly port: string } {
  const parts = text.split(":");
  const [first = "", second = "", third = ""] = parts;
  if (parts.length > 3 || (parts.length === 3 && !/^(?:https?)?$/.test(first))) return { name: "", port: "" };
  return parts.length === 3 ? { name: second, port: third } : { name: first, port: second };
}
