import type { TraceApiService } from "../trace.ts";
import { connectionCause } from "./connection-cause.ts";
import type { Cause } from "./diagnosis.ts";

/** The Available condition of an APIService. */
export type Condition = Pick<TraceApiService, "available" | "reason" | "message">;

/**
 * The cause behind an APIService's Available condition; null when it is Available or nothing is known of it.
 * Source of truth: kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go (to 1.30
 * status/available_controller.go); the sentences of each version are in fixtures/broken.
 */
export function conditionCause(service: Condition): Cause | null {
  if (service.available === "True") return null;
  switch (service.reason) {
    case "ServiceNotFound":
    case "ServiceAccessError":
    case "ServicePortError":
    case "EndpointsNotFound":
    case "EndpointsAccessError":
    case "MissingEndpoints":
      return service.reason;
    case "FailedDiscoveryCheck":
      return discoveryCause(service.message);
    case "NotAsked":
    case "NotKnown":
    case "NotFound":
      return null;
    case "":
      return service.available === "Unknown" ? "ConditionMissing" : "Unknown";
    default:
      return "Unknown";
  }
}

const statusCauses: Readonly<Record<string, Cause>> = {
  "401": "DiscoveryUnauthorized",
  "403": "DiscoveryForbidden",
  "404": "DiscoveryNotFound",
};

/** `failing or missing response from URL: …`, `timed out waiting for URL`, or why the Service leads nowhere. */
function discoveryCause(message: string): Cause {
  const status = /bad status from \S+: (\d{3})\b/.exec(message)?.[1];
  if (status !== undefined) return statusCauses[status] ?? "DiscoveryFailed";
  if (/no service port \d+ found for service/.test(message)) return "ServicePortError";
  if (/cannot route to service with ClusterIP "None"/.test(message)) return "HeadlessService";
  if (/no endpoints available for service/.test(message)) return "MissingEndpoints";
  if (/^timed out waiting for /.test(message)) return "RequestTimedOut";
  return connectionCause(message);
}
