import type { RoundTrip } from "../../log/round-trip.ts";

/** How long one request was where, in milliseconds, in this order. */
export interface RequestParts {
  /** Held back by client-side throttling, before the client logged it as sent. */
  readonly heldMs: number;
  /** In the client, after that and before its connection: what no phase accounts for. */
  readonly waitMs: number;
  /** DNS, dial and TLS, or waiting for a connection that another request opens. */
  readonly networkMs: number;
  /** Until the answer's headers: all of the rest where the log has no phases. */
  readonly serverMs: number;
}

/** The phases and the duration are cut to whole milliseconds, each by itself: so much may be missing in their sum. */
const roundingMs = 5;

/** What Go says of a request that did not get as far as the server. */
const neverSent = /\bdial |\blookup |TLS handshake|x509: |tls: |proxyconnect /;

/** null when the log does not say how long it took. */
export function requestParts(roundTrip: RoundTrip): RequestParts | null {
  const { durationMs, throttledMs } = roundTrip;
  if (durationMs === null) return null;
  const heldMs = throttledMs ?? 0;
  const { serverProcessing } = roundTrip.phasesMs;
  const networkMs = Math.min(durationMs, connectMs(roundTrip));
  const restMs = durationMs - networkMs;
  const missingMs = serverProcessing === undefined ? 0 : restMs - serverProcessing;
  const waitMs = missingMs > roundingMs ? missingMs : 0;
  return { heldMs, waitMs, networkMs, serverMs: restMs - waitMs };
}

function connectMs({ outcome, durationMs, message, phasesMs }: RoundTrip): number {
  const { dnsLookup, dial, tlsHandshake, getConnection } = phasesMs;
  const known = dnsLookup !== undefined || dial !== undefined || tlsHandshake !== undefined;
  if (!known && outcome === "failed" && neverSent.test(message ?? "")) return durationMs ?? 0;
  return known ? (dnsLookup ?? 0) + (dial ?? 0) + (tlsHandshake ?? 0) : (getConnection ?? 0);
}

/** Does the log tell the network and the server apart? -v=6 to -v=8 do not. */
export function hasPhases({ phasesMs }: RoundTrip): boolean {
  return phasesMs.serverProcessing !== undefined;
}
