import { isDiscovery } from "../../api/discovery.ts";
import type { Trace } from "../trace.ts";
import { parseMoment } from "./moment.ts";
import { requestParts } from "./request-parts.ts";
import { type CommandMoments, spanOf, type TimeBudget, timeBudget } from "./time-budget.ts";
import { type Bar, moveBar, place, type Timed } from "./time-line.ts";

/** Requests and the sum of their durations; they may have run at the same time. */
export interface Summed {
  readonly count: number;
  readonly ms: number;
}

/** All that is known of the time of the Traces that were added. */
export interface CommandTimes {
  readonly discovery: Summed;
  readonly work: Summed;
  /** null when it is not one command from its beginning, or when not all of its moments are known. */
  readonly budget: TimeBudget | null;
  /** For each Trace in the order in which they were added; null: its place is not known. Empty: none is, or they are too many. */
  readonly bars: readonly (Bar | null)[];
}

export interface TimeKeeper {
  /** Takes the Traces in the order of the output. */
  add(trace: Trace): void;
  /** `moments` null: their times are not those of one clock. */
  times(moments: CommandMoments | null): CommandTimes;
}

/** A command that sends more than that is a program that goes on and on: it is not kept, so that memory stays flat. */
const mostRequests = 2000;

export function createTimeKeeper(): TimeKeeper {
  const discovery = { count: 0, ms: 0 };
  const work = { count: 0, ms: 0 };
  let requests: (Timed | null)[] = [];
  let tooMany = false;
  return {
    add(trace) {
      const share = isDiscovery(trace.requestInfo) ? discovery : work;
      share.count += 1;
      share.ms += trace.roundTrip.durationMs ?? 0;
      if (tooMany) return;
      requests.push(timed(trace));
      tooMany = requests.length > mostRequests;
      if (tooMany) requests = [];
    },
    times: (moments) => ({ discovery, work, ...timesOf(requests, moments) }),
  };
}

/** The request with its moment; null when it is not known when it began. */
function timed(trace: Trace): Timed | null {
  const { roundTrip } = trace;
  const logged = parseMoment(roundTrip.time);
  if (logged === null || roundTrip.outcome === "planned" || roundTrip.outcome === "unattributed") return null;
  const parts = requestParts(roundTrip);
  if (parts === null && roundTrip.outcome !== "pending") return null;
  return { trace, logged, parts };
}

function timesOf(
  requests: readonly (Timed | null)[],
  moments: CommandMoments | null,
): Pick<CommandTimes, "budget" | "bars"> {
  const known = requests.filter((request) => request !== null);
  const [first] = known;
  const placed = first === undefined || moments === null ? null : place(known, first.logged);
  if (first === undefined || moments === null || placed === null) return { budget: null, bars: [] };
  const span = spanOf(placed, first.logged, moments);
  const bars = placed.map((request) => moveBar(request, span.begin, span.end));
  const budget = known.length === requests.length ? timeBudget(placed, span, moments) : null;
  let next = 0;
  return { budget, bars: requests.map((request) => (request === null ? null : (bars[next++] ?? null))) };
}
