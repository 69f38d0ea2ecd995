/**
 * Which handler of kube-aggregator a path goes to.
 * Source of truth: kube-aggregator/pkg/apiserver/apiserver.go (AddAPIService) and handler_apis.go.
 */
export type ApiServiceRoute =
  /** The APIService of that name, which may be Local or a Service. */
  | { readonly kind: "apiService"; readonly name: string }
  /** The aggregator answers from the APIService objects themselves, or is the API server of its own group. */
  | { readonly kind: "aggregator" }
  /** Not an API path (/version, /healthz): kube-apiserver's own handlers. */
  | { readonly kind: "none" };

/** The aggregator's own group, the only one without an APIService object. */
const aggregatorGroup = "apiregistration.k8s.io";

/** @param path decoded path without base path, as in RequestInfo.path */
export function apiServiceRouteOf(path: string): ApiServiceRoute {
  const [, prefix, group, version] = path.split("/");
  if (prefix === "api") return { kind: "apiService", name: "v1." };
  if (prefix !== "apis") return { kind: "none" };
  if (!group || !version || group === aggregatorGroup) return { kind: "aggregator" };
  return { kind: "apiService", name: `${version}.${group}` };
}

/** "v1beta1.metrics.k8s.io" → its version and group; the core group is "". */
export function parseApiServiceName(name: string): { readonly version: string; readonly group: string } {
  const dot = name.indexOf(".");
  return dot < 0 ? { version: name, group: "" } : { version: name.slice(0, dot), group: name.slice(dot + 1) };
}
