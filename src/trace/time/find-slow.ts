import type { Shares } from "./shares.ts";
import { newFinding, noticedMs, type SlowCause, type SlowFinding, slowCauses } from "./slow.ts";
import { slowRequests, unavailableApis } from "./slow-answers.ts";
import { discoveryByGroup, uncachedDiscovery } from "./slow-discovery.ts";
import type { Placed } from "./time-line.ts";
import { waits } from "./waits.ts";

/** What a command's time is judged by. */
export interface Timing {
  readonly requests: readonly Placed[];
  readonly totalMs: number;
  readonly sharesMs: Shares;
  /** Name of the credential plugin that is configured; null when there is none, or it is not known. */
  readonly credentialPlugin: string | null;
}

/** A name server is near: what takes longer is a search list, or a question that nobody answers. */
const slowNameMs = 200;
/** No round trip on earth takes longer. */
const slowDialMs = 300;
/** Two round trips. */
const slowTlsMs = 600;

/** What made the command slow, as far as the log proves it: the costliest first. */
export function findSlow(timing: Timing): readonly SlowFinding[] {
  const found = [
    ...unavailableApis(timing),
    ...uncachedDiscovery(timing),
    ...discoveryByGroup(timing),
    ...throttling(timing),
    ...credentials(timing),
    ...phases(timing),
    ...waits(timing.requests),
    ...slowRequests(timing),
  ];
  return found.sort((a, b) => b.costMs - a.costMs);
}

function throttling({ requests, sharesMs }: Timing): SlowFinding[] {
  const costMs = sharesMs.throttled ?? 0;
  if (costMs < noticedMs) return [];
  const count = requests.filter(({ trace }) => trace.roundTrip.throttledMs !== null).length;
  return [
    newFinding(
      "ClientSideThrottling",
      costMs,
      `the client held ${count === 1 ? "one of its own requests" : `${count} of its own requests`} back; the server did not ask for that`,
      "since 1.24 kubectl may send 300 lookups at once and then 50 a second, before that 100 and 5; other clients have what they set as burst and QPS, client-go's own are 10 and 5",
    ),
  ];
}

function credentials({ sharesMs, credentialPlugin }: Timing): SlowFinding[] {
  const costMs = sharesMs.credentials ?? 0;
  if (costMs < noticedMs) return [];
  const who = credentialPlugin === null ? "" : `: the credential plugin ${credentialPlugin}`;
  return [
    newFinding(
      "SlowCredentials",
      costMs,
      `${slowCauses.SlowCredentials}${who}`,
      "kubectl config view --minify",
      "a credential plugin runs in every command: one that keeps its token on disk answers at once",
    ),
  ];
}

function phases({ requests }: Timing): SlowFinding[] {
  const slowest = (phase: "dnsLookup" | "dial" | "tlsHandshake") =>
    Math.max(0, ...requests.map(({ trace }) => trace.roundTrip.phasesMs[phase] ?? 0));
  const [dns, dial, tls] = [slowest("dnsLookup"), slowest("dial"), slowest("tlsHandshake")];
  const slow = (cause: SlowCause, ms: number, limit: number, advice: string) =>
    ms < limit ? [] : [newFinding(cause, ms, slowCauses[cause], advice)];
  return [
    ...slow(
      "SlowNameResolution",
      dns,
      slowNameMs,
      "a name server that does not answer, or a long search list, on this machine",
    ),
    ...slow(
      "SlowDial",
      dial,
      slowDialMs,
      "the way to the server is long or loses packets: a VPN, a proxy, an address that is tried first in vain",
    ),
    ...slow(
      "SlowTLSHandshake",
      tls,
      slowTlsMs,
      "the way to the server is long, or the server or a proxy before it is busy",
    ),
  ];
}
