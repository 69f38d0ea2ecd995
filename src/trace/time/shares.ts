/**
 * Where the time of a command went, in the order in which people are told. The shares are disjoint and their sum is the total:
 * of what happens at the same time, the first in `precedence` counts.
 */
export const shareNames = {
  beforeFirstRequest: "before the first request: the client's start, its kubeconfig, its cache",
  credentials: "inside the first requests, before their connection: only what gets credentials stands there",
  discovery: "asking what the server has, while no other request is under way",
  throttled: "held back by the client itself, while none of its requests is under way",
  network: "DNS, dial and TLS",
  server: "waiting for answers; with the network in it where the log has no phases",
  client: "the rest of the client: between its requests and after them",
} as const satisfies Record<string, string>;

export type ShareName = keyof typeof shareNames;

/** Whole milliseconds. null: not told apart from what the requests took, as the log has no phases. */
export type Shares = Readonly<Record<ShareName, number | null>>;

/** What a request does in one of its parts; the first of those under way at an instant is what the instant counts for. */
export const precedence = [
  { activity: "serving", share: "server" },
  { activity: "connecting", share: "network" },
  { activity: "discovering", share: "discovery" },
  { activity: "connectingForDiscovery", share: "network" },
  { activity: "gettingCredentials", share: "credentials" },
  { activity: "heldBack", share: "throttled" },
] as const satisfies readonly { readonly activity: string; readonly share: ShareName }[];

export type Activity = (typeof precedence)[number]["activity"];

/** From and to are milliseconds on the command's time line. */
export interface Interval {
  readonly activity: Activity;
  readonly from: number;
  readonly to: number;
}

/**
 * The shares of what lies between `begin` and `end`. Before `first` is what comes before the first request; any other instant in which
 * nothing is under way is the client's. Not rounded.
 */
export function shareOut(
  intervals: readonly Interval[],
  begin: number,
  first: number,
  end: number,
): Record<ShareName, number> {
  const shares = Object.fromEntries(Object.keys(shareNames).map((name) => [name, 0])) as Record<
    ShareName,
    number
  >;
  const active = precedence.map(() => 0);
  let at = begin;
  for (const edge of edgesOf(intervals, begin, first, end)) {
    const running = precedence[active.findIndex((count) => count > 0)]?.share;
    shares[running ?? (at < first ? "beforeFirstRequest" : "client")] += edge.at - at;
    at = edge.at;
    if (edge.activity !== -1) active[edge.activity] = (active[edge.activity] ?? 0) + edge.step;
  }
  return shares;
}

interface Edge {
  readonly at: number;
  /** Index in `precedence`; -1 for the end of something else. */
  readonly activity: number;
  readonly step: 1 | -1;
}

function edgesOf(intervals: readonly Interval[], begin: number, first: number, end: number): Edge[] {
  const edges: Edge[] = [first, end].map((at) => ({ at: clip(at), activity: -1, step: 1 }));
  for (const { activity, from, to } of intervals) {
    if (clip(from) >= clip(to)) continue;
    const index = precedence.findIndex((one) => one.activity === activity);
    edges.push({ at: clip(from), activity: index, step: 1 }, { at: clip(to), activity: index, step: -1 });
  }
  return edges.sort((a, b) => a.at - b.at);

  function clip(at: number): number {
    return Math.min(Math.max(at, begin), end);
  }
}

/** Whole numbers whose sum is the rounded sum: those that lose most by rounding down are rounded up. */
export function wholeShares(shares: Readonly<Record<ShareName, number>>): Record<ShareName, number> {
  const names = Object.keys(shares) as ShareName[];
  const whole = { ...shares };
  for (const name of names) whole[name] = Math.floor(shares[name]);
  const total = Math.round(names.reduce((sum, name) => sum + shares[name], 0));
  const missing = total - names.reduce((sum, name) => sum + whole[name], 0);
  const lossOf = (name: ShareName) => shares[name] - Math.floor(shares[name]);
  const losers = names.toSorted((a, b) => lossOf(b) - lossOf(a));
  for (const name of losers.slice(0, missing)) whole[name] += 1;
  return whole;
}
