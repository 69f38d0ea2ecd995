import type { CommandTimes } from "../trace/time/time-keeper.ts";
import type { Bar } from "../trace/time/time-line.ts";
import type { Trace } from "../trace/trace.ts";
import { statusTone } from "./columns.ts";
import { sanitize } from "./sanitize.ts";
import type { Tone } from "./style.ts";
import { type DrawnBar, requestBar } from "./waterfall-bar.ts";
import { durationText, requestText, statusText, timeText, verbText } from "./words.ts";

/** One line of the drawing. All of it is safe to print. */
export interface Row {
  readonly label: string;
  readonly status: string;
  readonly tone: Tone;
  /** null: when it was is not known. */
  readonly bar: DrawnBar | null;
  readonly time: string;
}

/** Rows that are drawn; the slowest are. */
const mostRows = 50;
/** So many lookups are drawn each by itself; of more the slowest are, and the others are one row. */
const mostAlike = 6;
const slowestAlike = 3;

/** A Trace and its place on the time line. */
interface Drawn {
  readonly trace: Trace;
  readonly bar: Bar | null;
}

/** The rows in the order in which the requests began; those of which that is not known come last. */
export function rowsOf(
  traces: readonly Trace[],
  times: CommandTimes,
): { readonly rows: readonly Row[]; readonly undrawn: number } {
  const drawn = traces.map((trace, i) => ({ trace, bar: times.bars[i] ?? null }));
  const { alone, together } = group(drawn);
  const slowest = alone.toSorted(bySlowness).slice(0, mostRows);
  const rows = slowest.map((one) => ({ begin: beginOf(one.bar), row: requestRow(one) }));
  if (together.length > 0)
    rows.push({ begin: Math.min(...together.map(({ bar }) => beginOf(bar))), row: groupRow(together) });
  rows.sort((a, b) => (a.begin === b.begin ? 0 : a.begin - b.begin));
  return {
    rows: [...beforeRow(times), ...rows.map(({ row }) => row)],
    undrawn: alone.length - slowest.length,
  };
}

/** Lookups that were answered are alike: when there are many, only the slowest tell something. */
function group(drawn: readonly Drawn[]): { alone: readonly Drawn[]; together: readonly Drawn[] } {
  const alike = drawn.filter(isAlike);
  if (alike.length <= mostAlike) return { alone: drawn, together: [] };
  const telling = new Set(alike.toSorted(bySlowness).slice(0, slowestAlike));
  const isTold = (one: Drawn) => !isAlike(one) || telling.has(one);
  return { alone: drawn.filter(isTold), together: drawn.filter((one) => !isTold(one)) };
}

function isAlike({ trace, bar }: Drawn): boolean {
  const { requestInfo, roundTrip } = trace;
  return bar !== null && !requestInfo.isResourceRequest && (roundTrip.status ?? 999) < 400;
}

function bySlowness(a: Drawn, b: Drawn): number {
  return (b.trace.roundTrip.durationMs ?? 0) - (a.trace.roundTrip.durationMs ?? 0);
}

function beginOf(bar: Bar | null): number {
  return bar?.heldFrom ?? Number.POSITIVE_INFINITY;
}

function requestRow({ trace, bar }: Drawn): Row {
  return {
    label: sanitize(`${verbText(trace)} ${requestText(trace)}`),
    status: sanitize(statusText(trace.roundTrip)),
    tone: statusTone(trace),
    bar: bar === null ? null : requestBar(bar),
    time: timeText(trace.roundTrip),
  };
}

/** One row that lasts from the first of them to the last; its time is the slowest one's. */
function groupRow(together: readonly Drawn[]): Row {
  const bars = together.map(({ bar }) => bar).filter((bar) => bar !== null);
  const from = Math.min(...bars.map(({ heldFrom }) => heldFrom));
  const sent = Math.min(...bars.map((bar) => bar.sent));
  const to = Math.max(...bars.map((bar) => bar.to));
  const slowest = Math.max(...together.map(({ trace }) => trace.roundTrip.durationMs ?? 0));
  return {
    label: `${together.length} lookups`,
    status: "-",
    tone: "plain",
    bar: requestBar({ heldFrom: from, sent, networkFrom: sent, serverFrom: sent, to }),
    time: durationText(slowest),
  };
}

/** What passed before the first request, when that is known. */
function beforeRow({ budget }: CommandTimes): Row[] {
  const ms = budget?.sharesMs.beforeFirstRequest ?? 0;
  if (ms === 0) return [];
  const bar: DrawnBar = { from: 0, parts: [{ fill: "before", to: ms }] };
  return [{ label: "(before)", status: "-", tone: "plain", bar, time: durationText(ms) }];
}
