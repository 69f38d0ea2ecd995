import { apiServiceRouteOf, parseApiServiceName } from "../api/api-service-route.ts";
import { isApiServerPath } from "../api/base-path.ts";
import { isBuiltInGroup } from "../api/built-in-groups.ts";
import type { RequestInfo } from "../api/request-info.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import type { Trace } from "./trace.ts";

/** The APIService that a path belongs to, and what stands behind it. */
export type PathPlacement = Pick<Trace, "apiService" | "target">;

export const unknownRequest = "the log does not say which request this answers";

/** Who answers a request, as far as its path alone tells. `reason` says why no cluster was asked. */
export function placeWithoutCluster(roundTrip: RoundTrip, info: RequestInfo, reason: string): PathPlacement {
  if (roundTrip.url === "") return placeUnresolved(unknownRequest);
  const route = apiServiceRouteOf(info.path);
  if (route.kind === "aggregator") return { apiService: null, target: { kind: "Local", by: "aggregator" } };
  if (route.kind === "apiService") return placeUnknown(route.name, "NotAsked", reason);
  if (!isApiServerPath(info.path)) return placeUnresolved("not a path of the Kubernetes API");
  return { apiService: null, target: { kind: "Local", by: "built-in" } };
}

export function placeUnresolved(reason: string): PathPlacement {
  return { apiService: null, target: { kind: "Unresolved", reason } };
}

/** Without a list of APIServices only the groups that kube-apiserver itself brings have a known backend. */
export function placeUnknown(name: string, why: "NotAsked" | "NotKnown", reason: string): PathPlacement {
  const builtIn = isBuiltInGroup(parseApiServiceName(name).group);
  return {
    apiService: { name, available: "Unknown", reason: why, message: reason },
    target: builtIn ? { kind: "Local", by: "built-in" } : { kind: "Unresolved", reason },
  };
}
