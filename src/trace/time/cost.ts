import type { Placed } from "./time-line.ts";

/**
 * For how long these requests were what the command waited for: any of them was under way, and no other one. What came before its
 * connection, another request would have had to wait for as well.
 */
export function costOf(requests: readonly Placed[], of: (request: Placed) => boolean): number {
  return unionMs(requests) - unionMs(requests.filter((request) => !of(request)));
}

/** How long at least one of them was under way. */
function unionMs(requests: readonly Placed[]): number {
  const bars = requests.map(({ bar }) => bar).sort((a, b) => a.networkFrom - b.networkFrom);
  let sum = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { networkFrom, to } of bars) {
    if (to <= until) continue;
    sum += to - Math.max(networkFrom, until);
    until = to;
  }
  return sum;
}
