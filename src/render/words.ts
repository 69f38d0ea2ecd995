import type { RequestInfo } from "../api/request-info.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import type { Target, Trace } from "../trace/trace.ts";

/* What the formats for people call things. None of these texts is sanitized yet: they hold what the log held. */

/** "list"; the lower-case method when the server has no verb for it. */
export function verbText(trace: Trace): string {
  return trace.requestInfo.verb || trace.roundTrip.method.toLowerCase() || "?";
}

/** As kubectl takes it: "deployments/scale.v1.apps", "pods.v1". The path of what is no resource: "/version". */
export function resourceText(info: RequestInfo): string {
  if (!info.isResourceRequest) return info.path || "?";
  const resource = info.subresource === "" ? info.resource : `${info.resource}/${info.subresource}`;
  return info.apiGroup === ""
    ? `${resource}.${info.apiVersion}`
    : `${resource}.${info.apiVersion}.${info.apiGroup}`;
}

/** "shop/web", "shop/" for what is no single object of a namespace, "node-1", or "". */
export function nameText(info: RequestInfo): string {
  if (!info.isResourceRequest || info.namespace === "") return info.name;
  if (info.resource === "namespaces" && info.namespace === info.name) return info.name;
  return `${info.namespace}/${info.name}`;
}

/** Resource and name in one: "pods.v1 default/web". */
export function requestText(trace: Trace): string {
  const name = nameText(trace.requestInfo);
  const resource = resourceText(trace.requestInfo);
  return name === "" ? resource : `${resource} ${name}`;
}

/** "200", "failed", "pending", "planned", or "?" when the log does not say which answer it got. */
export function statusText(roundTrip: RoundTrip): string {
  switch (roundTrip.outcome) {
    case "response":
      return roundTrip.status === null ? "?" : String(roundTrip.status);
    case "unattributed":
      return "?";
    default:
      return roundTrip.outcome;
  }
}

/** "200 OK", "503 Service Unavailable", and what stands for them when there is no answer. */
export function answerText(roundTrip: RoundTrip): string {
  return roundTrip.status !== null && roundTrip.statusText
    ? `${statusText(roundTrip)} ${roundTrip.statusText}`
    : statusText(roundTrip);
}

/** Time to the response headers; "-" when there can be none, "?" when it is not known. */
export function timeText(roundTrip: RoundTrip): string {
  if (roundTrip.durationMs !== null) return durationText(roundTrip.durationMs);
  return roundTrip.outcome === "planned" || roundTrip.outcome === "pending" ? "-" : "?";
}

/** "12ms", "5.01s", "2m05s", "1h02m": at most seven columns for anything shorter than weeks. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)}s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${twoDigits(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
}

/** "kube-system/metrics-server:443", "Local (CRD widgets.example.com)", "Local (aggregator)", "Local", "?". */
export function backendText(target: Target): string {
  switch (target.kind) {
    case "Service":
      return `${target.namespace}/${target.name}:${target.port}`;
    case "Local":
      if (target.by === "crd") return target.crd ? `Local (CRD ${target.crd})` : "Local (CRD)";
      return target.by === "aggregator" ? "Local (aggregator)" : "Local";
    case "Unresolved":
      return "?";
  }
}

/** The same in at most eleven columns, leaving out what resource and group say already. */
export function shortBackendText(target: Target): string {
  switch (target.kind) {
    case "Service":
      return "Service";
    case "Local":
      if (target.by === "crd") return "Local (CRD)";
      return target.by === "aggregator" ? "aggregator" : "Local";
    case "Unresolved":
      return "?";
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
