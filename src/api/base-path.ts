/** First path segments that kube-apiserver serves itself: such a path has no base path. */
const ownRoots = new Set([
  "",
  "api",
  "apis",
  "configz",
  "debug",
  "flagz",
  "healthz",
  "livez",
  "logs",
  "metrics",
  "openapi",
  "readyz",
  "statusz",
  "version",
  ".well-known",
]);

/**
 * The part of a decoded path that a proxy in front of the API server added ("/k8s/clusters/c-x"), without a trailing
 * slash; "" when there is none. Only forms that cannot be the API server's own are recognised.
 */
export function recogniseBasePath(path: string): string {
  const segments = path.split("/").slice(1);
  if (ownRoots.has(segments[0] ?? "")) return "";
  if (segments[0] === "k8s" && segments[1] === "clusters" && segments[2])
    return `/${segments.slice(0, 3).join("/")}`;
  const start = segments.findIndex((_, index) => isApiRoot(segments, index));
  return start < 0 ? "" : `/${segments.slice(0, start).join("/")}`;
}

/** Is the path one that kube-apiserver has a handler for? (What lies below its first segment is not looked at.) */
export function isApiServerPath(path: string): boolean {
  return ownRoots.has(path.split("/")[1] ?? "");
}

/** `api/v1…` or `apis[/group/version…]`, or either word as the path's end. */
function isApiRoot(segments: readonly string[], index: number): boolean {
  const next = segments[index + 1] ?? "";
  if (segments[index] === "api") return next === "" || isVersion(next);
  if (segments[index] !== "apis") return false;
  return next === "" || next.includes(".") || isVersion(segments[index + 2] ?? "");
}

function isVersion(segment: string): boolean {
  return /^v\d+((alpha|beta)\d+)?$/.test(segment);
}

/** The path without its base path; the path unchanged when it does not begin with it. */
export function stripBasePath(path: string, basePath: string): string {
  const base = basePath.replace(/\/+$/, "");
  if (base === "" || !path.startsWith(base)) return path;
  const rest = path.slice(base.length);
  return rest === "" || rest.startsWith("/") ? rest : path;
}
