import { isDiscovery, isOfOneVersion } from "../../api/discovery.ts";
import { costOf } from "./cost.ts";
import type { Timing } from "./find-slow.ts";
import { hasPhases } from "./request-parts.ts";
import { newFinding, noticedMs, type SlowFinding, slowCauses } from "./slow.ts";
import { firstAnswerOf, type Placed } from "./time-line.ts";

/** Less than a quarter is not what makes a command slow. */
const largeShare = 0.25;
/** A server without aggregated APIs and CRDs has more than twenty groups; who asks for so many asks for all. */
const manyVersions = 10;

/** Lookups that a cache would have spared. */
export function uncachedDiscovery({ requests, totalMs }: Timing): SlowFinding[] {
  const firstAnswer = firstAnswerOf(requests);
  const costMs = costOf(requests, (one) => isCacheable(one) && isToldApart(one, firstAnswer));
  if (costMs <= noticedMs || costMs <= totalMs * largeShare) return [];
  return [
    newFinding(
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

/** Groups and versions that were asked about one by one. */
export function discoveryByGroup({ requests }: Timing): SlowFinding[] {
  const firstAnswer = firstAnswerOf(requests);
  const isOne = (request: Placed) =>
    isCacheable(request) &&
    isOfOneVersion(request.trace.requestInfo.path) &&
    isToldApart(request, firstAnswer);
  const count = new Set(requests.filter(isOne).map(({ trace }) => trace.requestInfo.path)).size;
  const costMs = costOf(requests, isOne);
  if (count < manyVersions || costMs <= noticedMs) return [];
  return [
    newFinding(
      "DiscoveryByGroup",
      costMs,
      `${count} groups and versions were asked about one by one`,
      "where kubectl and the server are of 1.30 or newer, two requests ask about all of them",
    ),
  ];
}
