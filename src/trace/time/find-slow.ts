import { isDiscovery, isOfOneVersion } from "../../api/discovery.ts";
import { word } from "../diagnosis/shell-word.ts";
import type { Trace } from "../trace.ts";
import { costOf } from "./cost.ts";
import { hasPhases, requestParts } from "./request-parts.ts";
import type { Shares } from "./shares.ts";
import { type SlowCause, type SlowFinding, slowCauses } from "./slow.ts";
import { firstAnswerOf, isStream, type Placed } from "./time-line.ts";

/** What a command's time is judged by. */
export interface Timing {
  readonly requests: readonly Placed[];
  readonly totalMs: number;
  readonly sharesMs: Shares;
  /** Name of the credential plugin that is configured; null when there is none, or it is not known. */
  readonly credentialPlugin: string | null;
}

/** An answer that comes later is slow: what Kubernetes promises of a request for one object (its SLO of API calls), at the 99th percentile. */
const slowAnswerMs = 1000;
/** People notice half a second. */
const noticedMs = 500;
/** Less than a quarter is not what makes a command slow. */
const largeShare = 0.25;
/** A server without aggregated APIs and CRDs has more than twenty groups; who asks for so many asks for all. */
const manyVersions = 10;
/** A name server is near: what takes longer is a search list, or a question that nobody answers. */
const slowNameMs = 200;
/** No round trip on earth takes longer. */
const slowDialMs = 300;
/** Two round trips. */
const slowTlsMs = 600;
/** APIs and requests that are named. */
const mostNamed = 3;

/** What made the command slow, as far as the log proves it: the costliest first. */
export function findSlow(timing: Timing): readonly SlowFinding[] {
  const found = [
    ...unavailableApis(timing),
    ...uncachedDiscovery(timing),
    ...discoveryByGroup(timing),
    ...throttling(timing),
    ...credentials(timing),
    ...phases(timing),
    ...waits(timing),
    ...slowRequests(timing),
  ];
  return found.sort((a, b) => b.costMs - a.costMs);
}

function finding(
  cause: SlowCause,
  costMs: number,
  summary: string,
  ...advice: readonly string[]
): SlowFinding {
  return { cause, costMs: Math.round(costMs), summary, advice };
}

function unavailableApis({ requests }: Timing): SlowFinding[] {
  return slowestApis(requests).flatMap((name) => {
    const own = (request: Placed) => isBadApi(request) && nameOf(request) === name;
    const costMs = costOf(requests, own);
    if (costMs < slowAnswerMs) return [];
    const answers = requests.filter(own);
    const statuses = [...new Set(answers.map(({ trace }) => trace.roundTrip.status))].join(", ");
    const times = answers.length === 1 ? "one request" : `${answers.length} requests`;
    return finding(
      "UnavailableAPIService",
      costMs,
      `${name} answered ${times} with ${statuses}, and kept the command waiting`,
      `kubectl trace check ${word(name, "APISERVICE")}`,
      "mend it, or delete its APIService when what served it is gone for good: other commands wait for it, too",
    );
  });
}

/** Names of those that may have cost anything worth a word. */
function slowestApis(requests: readonly Placed[]): readonly string[] {
  const sums = new Map<string, number>();
  for (const request of requests.filter(isBadApi)) {
    const name = nameOf(request);
    sums.set(name, (sums.get(name) ?? 0) + request.bar.to - request.bar.sent);
  }
  const slow = [...sums].filter(([, ms]) => ms >= slowAnswerMs).sort((a, b) => b[1] - a[1]);
  return slow.slice(0, mostNamed).map(([name]) => name);
}

/** An API that is not kube-apiserver's own, or of which that is not known, and that the answer says is broken. */
function isBadApi({ trace }: Placed): boolean {
  const { apiService, target, roundTrip } = trace;
  return apiService !== null && target.kind !== "Local" && (roundTrip.status ?? 0) >= 500;
}

function nameOf({ trace }: Placed): string {
  return trace.apiService?.name ?? "";
}

function uncachedDiscovery({ requests, totalMs }: Timing): SlowFinding[] {
  const firstAnswer = firstAnswerOf(requests);
  const costMs = costOf(requests, (one) => isCacheable(one) && isToldApart(one, firstAnswer));
  if (costMs <= noticedMs || costMs <= totalMs * largeShare) return [];
  return [
    finding(
      "DiscoveryNotCached",
      costMs,
      slowCauses.DiscoveryNotCached,
      "its cache is ~/.kube/cache, where kubectl keeps it for six hours since 1.24 and for ten minutes before: that folder must be writable, and kept between the runs of a CI job",
    ),
  ];
}

/** Without phases the first requests may have waited for credentials or the connection: any request would have. */
function isToldApart({ trace, bar }: Placed, firstAnswer: number): boolean {
  return bar.sent >= firstAnswer || hasPhases(trace.roundTrip);
}

/** A lookup that kubectl's cache would have spared; it keeps only good answers. */
function isCacheable({ trace }: Placed): boolean {
  const { fromCache, status } = trace.roundTrip;
  const { path } = trace.requestInfo;
  const kept = isOfOneVersion(path) || /^\/apis?\/?$/.test(path);
  return isDiscovery(trace.requestInfo) && kept && fromCache !== true && status === 200;
}

function discoveryByGroup({ requests }: Timing): SlowFinding[] {
  const firstAnswer = firstAnswerOf(requests);
  const isOne = (request: Placed) =>
    isCacheable(request) &&
    isOfOneVersion(request.trace.requestInfo.path) &&
    isToldApart(request, firstAnswer);
  const count = new Set(requests.filter(isOne).map(({ trace }) => trace.requestInfo.path)).size;
  const costMs = costOf(requests, isOne);
  if (count < manyVersions || costMs <= noticedMs) return [];
  return [
    finding(
      "DiscoveryByGroup",
      costMs,
      `${count} groups and versions were asked about one by one`,
      "where kubectl and the server are of 1.30 or newer, two requests ask about all of them",
    ),
  ];
}

function throttling({ requests, sharesMs }: Timing): SlowFinding[] {
  const costMs = sharesMs.throttled ?? 0;
  if (costMs < noticedMs) return [];
  const count = requests.filter(({ trace }) => trace.roundTrip.throttledMs !== null).length;
  return [
    finding(
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
    finding(
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
    ms < limit ? [] : [finding(cause, ms, slowCauses[cause], advice)];
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

/** client-go waits in the same way, and logs it as an answer, where none came. Source of truth: client-go/rest/with_retry.go. */
function waits({ requests }: Timing): SlowFinding[] {
  const of = (cause: SlowCause, isWanted: (outcome: string) => boolean, ...advice: readonly string[]) => {
    const waited = requests.flatMap(({ trace: { roundTrip } }) =>
      isWanted(roundTrip.outcome) ? (roundTrip.retryAfterMs ?? []) : [],
    );
    const costMs = waited.reduce((sum, ms) => sum + ms, 0);
    const times = waited.length === 1 ? "" : `, ${waited.length} times`;
    return costMs < noticedMs ? [] : [finding(cause, costMs, `${slowCauses[cause]}${times}`, ...advice)];
  };
  return [
    ...of(
      "AskedToWait",
      (outcome) => outcome !== "failed",
      "kubectl get flowschemas,prioritylevelconfigurations",
      "ask less at a time, or give the user a FlowSchema with a larger share",
    ),
    ...of(
      "RetriedWithoutAnswer",
      (outcome) => outcome === "failed",
      "kubectl config view --minify",
      "something on the way cuts connections, or the server's URL leads to another program",
    ),
  ];
}

function slowRequests({ requests }: Timing): SlowFinding[] {
  return requests
    .filter((request) => request.answered && !isBadApi(request) && !isStream(request.trace))
    .map(({ trace }) => ({ trace, ms: requestParts(trace.roundTrip)?.serverMs ?? 0 }))
    .filter(({ ms }) => ms >= slowAnswerMs)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, mostNamed)
    .map(({ trace, ms }) => {
      const { method } = trace.roundTrip;
      return finding(
        "SlowRequest",
        ms,
        `the answer to ${method} ${trace.requestInfo.path} took long`,
        ...requestAdvice(trace),
      );
    });
}

function requestAdvice({ apiService, target, requestInfo, roundTrip }: Trace): string[] {
  if (target.kind === "Service" && apiService !== null)
    return [`kubectl trace check ${word(apiService.name, "APISERVICE")}`];
  if (requestInfo.verb === "list") return ["ask for less: one namespace, a label selector, one object"];
  if (/^(?:POST|PUT|PATCH|DELETE)$/.test(roundTrip.method) && requestInfo.isResourceRequest)
    return [
      "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
      "a webhook that is asked about every write may be what takes the time",
    ];
  return [];
}
