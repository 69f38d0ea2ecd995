import { onCluster } from "../diagnosis/on-cluster.ts";
import { findSlow } from "./find-slow.ts";
import { type Moment, msFrom, parseMoment } from "./moment.ts";
import { hasPhases } from "./request-parts.ts";
import { type ShareName, type Shares, shareOut, wholeShares } from "./shares.ts";
import type { SlowFinding } from "./slow.ts";
import { intervalsOf, isStream, type Placed } from "./time-line.ts";

/**
 * Where the time of one command went. There is one only when it is known that it was a command, and when it began: we started it, or its
 * log has the entry with which a client begins. Without that a log may be any piece of what a controller wrote in a week.
 */
export interface TimeBudget {
  /** Whole milliseconds: the sum of the shares that are known. */
  readonly totalMs: number;
  readonly sharesMs: Shares;
  /** Where the total begins: when the client was started, or with its first log entry. */
  readonly from: "start" | "firstEntry";
  /** Where it ends: with the client's exit, with the last answer, or with the answer that goes on for as long as somebody wants. */
  readonly to: "exit" | "lastAnswer" | "stream";
  /** What would make it faster, the costliest first. */
  readonly findings: readonly SlowFinding[];
}

/** What is known of a command beside its requests. */
export interface CommandMoments {
  /** When we started it, by this machine's clock; null when somebody else did, or when it was several programs. */
  readonly started: Moment | null;
  /** From there to its exit, in milliseconds. */
  readonly lengthMs: number | null;
  /** The log's text of the moment at which the one client says that it begins; null when it does not, or when there are several. */
  readonly firstEntry: string | null;
  /** Name of the credential plugin that is configured; null when there is none, or it is not known. */
  readonly credentialPlugin: string | null;
  /** With which kubectl goes to the same cluster, as a shell takes them ("--context prod"); left out: its own default. */
  readonly kubectlFlags?: string;
}

/** What a clock of the machine and one of its processes may differ by in the log. */
const toleranceMs = 5;

/** The command between the first and the last moment that is known of it, on the line on which its requests are placed. */
export interface Span {
  /** null: the log does not say when it began; the span begins with the first request. */
  readonly from: TimeBudget["from"] | null;
  readonly to: TimeBudget["to"];
  readonly begin: number;
  readonly end: number;
}

/**
 * `origin` is the moment 0 of the requests' bars. A start or an exit that lies within the requests is that of another clock, or of
 * another zone: then the log's own moments count. Where requests of a stream are, the time until the first of them is the command's.
 */
export function spanOf(requests: readonly Placed[], origin: Moment, moments: CommandMoments): Span {
  const first = Math.min(...requests.map(({ bar }) => bar.heldFrom));
  const last = Math.max(...requests.map(({ bar }) => bar.to));
  const streams = requests.filter(({ trace }) => isStream(trace)).map(({ bar }) => bar.to);
  const run = runOf(origin, moments, first, last);
  const entry = run === null ? momentAt(origin, parseMoment(moments.firstEntry)) : null;
  const logged = entry !== null && entry <= first + toleranceMs ? entry : null;
  const begin = Math.min(run?.begin ?? logged ?? first, first);
  const from = run !== null ? "start" : logged !== null ? "firstEntry" : null;
  if (streams.length > 0) return { from, to: "stream", begin, end: Math.min(...streams) };
  if (run !== null) return { from, to: "exit", begin, end: Math.max(run.end, last) };
  return { from, to: "lastAnswer", begin, end: last };
}

function runOf(origin: Moment, { started, lengthMs }: CommandMoments, first: number, last: number) {
  const begin = momentAt(origin, started);
  if (begin === null || lengthMs === null) return null;
  const end = begin + lengthMs;
  return begin <= first + toleranceMs && end >= last - toleranceMs ? { begin, end } : null;
}

function momentAt(origin: Moment, moment: Moment | null): number | null {
  return moment === null ? null : msFrom(origin, moment);
}

/** The budget of a command with these requests, at least one of which is in its span; null when it is not known when that began. */
export function timeBudget(
  requests: readonly Placed[],
  { begin, end, from, to }: Span,
  { credentialPlugin, kubectlFlags = "" }: CommandMoments,
): TimeBudget | null {
  if (from === null) return null;
  const within = requests.filter(({ bar }) => bar.heldFrom <= end);
  const first = Math.min(...within.map(({ bar }) => bar.heldFrom));
  const whole = wholeShares(shareOut(intervalsOf(within, end), begin, first, end));
  const totalMs = sumOf(whole);
  const toldApart = within.some(({ trace }) => hasPhases(trace.roundTrip));
  const sharesMs: Shares = {
    ...whole,
    ...(toldApart ? {} : { credentials: null }),
    ...(toldApart || whole.network > 0 ? {} : { network: null }),
  };
  const found = findSlow({ requests: within, totalMs, sharesMs, credentialPlugin });
  return { totalMs, sharesMs, from, to, findings: found.map((one) => onCluster(one, kubectlFlags)) };
}

function sumOf(shares: Readonly<Record<ShareName, number>>): number {
  return Object.values(shares).reduce((sum, ms) => sum + ms, 0);
}
