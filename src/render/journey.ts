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
  const doubt = firstDoubtful(trace);
  const doubtful = doubt === null ? stations.length : stations.indexOf(doubt);
  const answered = trace.roundTrip.outcome === "response" || trace.roundTrip.outcome === "failed";
  const passage = (station: Station): Passage => {
    if (!answered) return "unknown";
    const index = stations.indexOf(station);
    if (index >= doubtful) return "unknown";
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

/** Stations that say no with a status of their own. */
const stationOf: Readonly<Record<number, Station>> = {
  401: "authentication",
  403: "authorization",
  429: "flowControl",
  503: "apiService",
};

/** Where nobody knows any more whether it was this one, or one behind it, that said no; null: it is known who did. */
function firstDoubtful({ roundTrip, diagnosis }: Trace): Station | null {
  if (diagnosis?.party !== "Unknown" || roundTrip.outcome !== "response") return null;
  return stationOf[roundTrip.status ?? 0] ?? null;
}

/** Where it ended; null when nobody said no, or when it was the answer of one that had taken the request (404, 409, admission …). */
function stationOfTheNo({ roundTrip, diagnosis, apiService }: Trace): Station | null {
  if (roundTrip.outcome === "failed") return "connection";
  switch (diagnosis?.party) {
    case "Proxy":
      return "connection";
    case "Authentication":
    case "Impersonation":
      return "authentication";
    case "FlowControl":
      return "flowControl";
    case "Authorization":
      return "authorization";
    case "Aggregator":
      return apiService?.available === "True" ? "backend" : "apiService";
    case "ExtensionServer":
      return roundTrip.status === 403 || roundTrip.status === 503 ? "backend" : null;
    default:
      return null;
  }
}
