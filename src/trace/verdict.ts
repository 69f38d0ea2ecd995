import type { RequestInfo } from "../api/request-info.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import { isProxied } from "./diagnosis/proxied.ts";
import type { Verdict } from "./trace.ts";

/**
 * May the user do this? Asked as a review of exactly the request's attributes, as the user who made it. When the
 * review is refused, read off the answer that the request got. `own`: the one who asks made the request, just now.
 */
export async function resolveVerdict(
  roundTrip: RoundTrip,
  info: RequestInfo,
  cluster: Cluster,
  own: boolean,
): Promise<Verdict> {
  const known = verdictWithoutCluster(roundTrip, info, "");
  if (roundTrip.url === "" || info.error !== undefined) return known;
  const answer = await cluster.review(info, roundTrip.impersonation);
  if (!answer.ok) return known.decision === "unknown" ? unknown(answer.reason) : known;
  const { allowed, reason, evaluationError } = answer.value;
  // Somebody else may have sent it, or the rules have changed since: the answer it got is a fact.
  if (!allowed && known.decision === "allowed") {
    return { ...known, reason: `${known.reason}, though the review now says no${reason && `: ${reason}`}` };
  }
  // An extension server says the same of what kube-apiserver allows: only a review of one's own tells them apart.
  if (allowed && known.decision === "denied" && !own && roundTrip.relayed !== true) {
    return known;
  }
  return {
    decision: allowed ? "allowed" : "denied",
    reason: reason || evaluationError || (allowed ? "" : readForbidden(roundTrip)),
    source: cluster.kind === "live" ? "review" : "snapshot",
  };
}

/** The same without asking anyone: what the answer itself proves. `reason` says why no cluster was asked. */
export function verdictWithoutCluster(roundTrip: RoundTrip, info: RequestInfo, reason: string): Verdict {
  if (roundTrip.url !== "" && info.error !== undefined) {
    return unknown(`the API server cannot read this request: ${info.error}`);
  }
  return readResponse(roundTrip, info) ?? unknown(roundTrip.url === "" ? unknownRequest : reason);
}

const unknownRequest = "the log does not say which request this answers";

/**
 * What the answer itself proves: an answer from behind authorization was allowed, the server's sentence of a 403 was
 * not, and a 401 never came as far as being asked. Any other status may come from before or after it.
 */
function readResponse(roundTrip: RoundTrip, info: RequestInfo): Verdict | null {
  const { status, outcome, message } = roundTrip;
  if (outcome !== "response" || status === null) return null;
  // A 2xx that something is said of was no success: a proxy's page, an answer that broke off.
  if (status < 300 && message !== null) return null;
  if (status === 101 || status === 304 || (status >= 200 && status < 300)) {
    return { decision: "allowed", reason: `the server answered ${status}`, source: "response" };
  }
  if (status === 401) {
    // Of an extension server or a proxied program it says nothing of kube-apiserver, which let the request through to it.
    if (roundTrip.relayed === true || isProxied(info)) return null;
    return { decision: "denied", reason: "not authenticated: the server answered 401", source: "response" };
  }
  const sentence = readForbidden(roundTrip);
  return sentence === "" ? null : { decision: "denied", reason: sentence, source: "response" };
}

/**
 * The authorizer's part of a Forbidden message, "" when there is none. Admission refuses with 403 too, in other
 * words: such a request was authorised. Source of truth: apiserver/pkg/endpoints/handlers/responsewriters/errors.go.
 */
function readForbidden({ status, message }: RoundTrip): string {
  const sentence = /User "(?:[^"\\]|\\.)*" cannot .*/s.exec(status === 403 ? (message ?? "") : "");
  return sentence?.[0] ?? "";
}

function unknown(reason: string): Verdict {
  return { decision: "unknown", reason, source: "none" };
}
