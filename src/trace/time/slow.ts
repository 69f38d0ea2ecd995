/** Stable codes of what makes a command slow, each with its one sentence. */
export const slowCauses = {
  UnavailableAPIService: "an aggregated API that gives no good answer kept the command waiting",
  DiscoveryNotCached: "what the server has was asked anew: there was no cache of it, or it was too old",
  DiscoveryByGroup: "each group and version was asked about in a request of its own",
  ClientSideThrottling: "the client held its own requests back",
  SlowCredentials: "the first requests waited for credentials",
  SlowNameResolution: "the server's name took long to resolve",
  SlowDial: "the connection took long to open",
  SlowTLSHandshake: "the TLS handshake took long",
  AskedToWait: "the server asked to wait before a retry",
  RetriedWithoutAnswer: "no answer came, and the client waited before it asked again",
  SlowRequest: "the answer to one request took long",
} as const satisfies Record<string, string>;

export type SlowCause = keyof typeof slowCauses;

/** One thing that would make the command faster. */
export interface SlowFinding {
  readonly cause: SlowCause;
  /** Whole milliseconds that it took of this command. Two findings may be about the same time. */
  readonly costMs: number;
  /** In one sentence, for people. */
  readonly summary: string;
  /** The next command to type, then the usual mend. */
  readonly advice: readonly string[];
}

/** People notice half a second. */
export const noticedMs = 500;

/** `costMs`: not rounded yet. */
export function newFinding(
  cause: SlowCause,
  costMs: number,
  summary: string,
  ...advice: readonly string[]
): SlowFinding {
  return { cause, costMs: Math.round(costMs), summary, advice };
}
