import type { RoundTrip } from "../../src/log/round-trip.ts";
import type { CommandMoments } from "../../src/trace/time/time-budget.ts";
import { type CommandTimes, createTimeKeeper } from "../../src/trace/time/time-keeper.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { nonResourceTrace, sampleTrace } from "./traces.ts";

/** klog's text of a moment so many milliseconds after 10:00:00 on 24 November. */
export function klogAt(ms: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = Math.floor(ms / 1000);
  const micros = String(Math.round((ms - seconds * 1000) * 1000)).padStart(6, "0");
  const minutes = Math.floor(seconds / 60);
  return `1124 ${two(10 + Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}.${micros}`;
}

/** A command whose client began at 0, as its log says. */
export const logged: CommandMoments = {
  started: null,
  lengthMs: null,
  firstEntry: klogAt(0),
  credentialPlugin: null,
};

/** `list pods` from one moment to another, but for what is given. */
export function workAt(from: number, to: number, more: Partial<RoundTrip> = {}): Trace {
  return sampleTrace({ roundTrip: { time: klogAt(to), durationMs: to - from, ...more } });
}

/** `GET PATH`, discovery unless told, from one moment to another. */
export function lookupAt(
  from: number,
  to: number,
  more: Partial<RoundTrip> = {},
  path = "/apis/apps/v1",
): Trace {
  return nonResourceTrace(path, { roundTrip: { time: klogAt(to), durationMs: to - from, ...more } });
}

export function timesOf(traces: readonly Trace[], moments: CommandMoments | null = logged): CommandTimes {
  const keeper = createTimeKeeper();
  for (const trace of traces) keeper.add(trace);
  return keeper.times(moments);
}
