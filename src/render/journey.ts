import type { Trace } from "../trace/trace.ts";

/**
 * The stations of a request, in the order in which it passes them (apiserver/pkg/server/config.go,
 * DefaultBuildHandlerChain; then kube-aggregator's proxy).
 */
export const stations = [
  "connection",
  "authentication",
  "flowControl",
  "authorization",
  "apiService",
  "backend",
] as const;

export type Station = (typeof stations)[number];

/**
 * passed      the request came through here
 * stopped     it ended here
 * notReached  it ended before
 * unknown     there is no answer that proves anything
 */
export type Passage = "passed" | "stopped" | "notReached" | "unknown";

/** What the answer proves of the way that the request took. */
export function journeyOf(trace: Trace): Readonly<Record<Station, Passage>> {
  const stop = stationOfTheNo(trace);
  const end = stop === null ? stations.length : stations.indexOf(stop);
  const answered = trace.roundTrip.outcome === "response" || trace.roundTrip.outcome === "failed";
  const passage = (station: Station): Passage => {
    if (!answered) return "unknown";
    const index = stations.indexOf(station);
    if (index === end) return "stopped";
    return index < end ? "passed" : "notReached";
  };
  return {
    connection: passage("connection"),
    authentication: passage("authentication"),
    flowControl: passage("flowControl"),
    authorization: passage("authorization"),
    apiService: passage("apiService"),
    backend: passage("backend"),
  };
}

/** Who said no; null when nobody did, or when it was the backend's own answer to a request that it took (404, 409 …). */
function stationOfTheNo({ roundTrip, requestInfo, verdict, apiService, target }: Trace): Station | null {
  if (roundTrip.outcome === "failed") return "connection";
  switch (roundTrip.status) {
    case 401:
      return "authentication";
    case 403:
      return verdict.decision === "allowed" ? "backend" : "authorization";
    case 429:
      // A disruption budget refuses an eviction with the same status, long after flow control.
      return requestInfo.subresource === "eviction" ? null : "flowControl";
    case 503:
      if (target.kind !== "Service") return null;
      return apiService?.available === "True" ? "backend" : "apiService";
    default:
      return null;
  }
}
