import type { CommandTimes } from "../trace/time/time-keeper.ts";
import type { Trace, Verdict } from "../trace/trace.ts";
import { commandText } from "./command-line.ts";
import type { RenderOptions } from "./renderer.ts";
import { sanitize } from "./sanitize.ts";
import { createStyle, type Glyphs } from "./style.ts";
import { wrapAdvice } from "./text-width.ts";
import { timeTexts } from "./time-words.ts";
import { durationText } from "./words.ts";

/** What the closing lines of a table are made of: counters, however many traces there were. */
export interface Tally {
  requests: number;
  readonly failures: Map<string, number>;
  readonly outcomes: Map<string, number>;
  readonly verdicts: Record<Verdict["decision"], number>;
  throttledMs: number;
  slowest: Trace | null;
}

export function createTally(): Tally {
  return {
    requests: 0,
    failures: new Map(),
    outcomes: new Map(),
    verdicts: { allowed: 0, denied: 0, unknown: 0 },
    throttledMs: 0,
    slowest: null,
  };
}

export function addToTally(tally: Tally, trace: Trace): void {
  const { roundTrip, verdict } = trace;
  const { outcome, status, durationMs } = roundTrip;
  tally.requests += 1;
  tally.verdicts[verdict.decision] += 1;
  tally.throttledMs += roundTrip.throttledMs ?? 0;
  if (outcome === "failed") increment(tally.failures, "no answer");
  else if (outcome !== "response") increment(tally.outcomes, outcome);
  else if (status !== null && status >= 400) increment(tally.failures, String(status));
  if (durationMs === null) return;
  if (durationMs > (tally.slowest?.roundTrip.durationMs ?? -1)) tally.slowest = trace;
}

/** The closing lines: what was asked, what failed, where the time went, and who answered our questions. */
export function renderSummary(tally: Tally, times: CommandTimes, options: RenderOptions): string {
  const { glyphs } = createStyle(options);
  const sentences =
    tally.requests === 0
      ? [nothingText(options)]
      : [countText(tally, glyphs), ...timeTexts(times, tally.slowest), ...throttledTexts(tally, times)];
  if (options.title && tally.requests > 0) sentences.push(`APIServices and RBAC: ${options.title}`);
  const width = options.columns ?? Number.POSITIVE_INFINITY;
  return sentences.map((text) => `${wrapAdvice(sanitize(text), width).join("\n")}\n`).join("");
}

function nothingText({ command }: RenderOptions): string {
  return command
    ? `no API requests: "${commandText(command)}" sent none`
    : "no API requests: nothing here is a request that a Kubernetes client logs at -v=6 or above";
}

function countText(tally: Tally, glyphs: Glyphs): string {
  const failed = sum(tally.failures.values());
  const parts = [plural(tally.requests, "request")];
  if (failed > 0) parts.push(`${failed} failed (${breakdown(tally.failures, glyphs)})`);
  for (const [outcome, count] of tally.outcomes) parts.push(`${count} ${outcome}`);
  const verdicts = Object.entries(tally.verdicts)
    .filter(([, count]) => count > 0)
    .map(([decision, count]) => `${count} ${decision}`);
  return `${parts.join(", ")}; RBAC: ${verdicts.join(", ")}`;
}

/** The budget has what that cost the command. */
function throttledTexts({ throttledMs }: Tally, { budget }: CommandTimes): string[] {
  return throttledMs > 0 && budget === null
    ? [`held back ${durationText(throttledMs)} in all by client-side throttling`]
    : [];
}

/** "403 ×2, no answer ×1". */
function breakdown(counts: ReadonlyMap<string, number>, glyphs: Glyphs): string {
  return [...counts].map(([what, count]) => `${what} ${glyphs.times}${count}`).join(", ");
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
