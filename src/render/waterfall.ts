import type { CommandTimes } from "../trace/time/time-keeper.ts";
import type { Trace } from "../trace/trace.ts";
import type { Renderer, RenderOptions } from "./renderer.ts";
import { createStyle, type Style } from "./style.ts";
import { addToTally, createTally, renderSummary, type Tally } from "./summary.ts";
import { pad, shortenMiddle, textWidth, wrapText } from "./text-width.ts";
import { type Fill, fillGlyph, fillsOf, fillWords, renderBar } from "./waterfall-bar.ts";
import { type Row, rowsOf } from "./waterfall-rows.ts";
import { durationText } from "./words.ts";

const leastColumns = 40;
/** What is not written to a terminal has this many columns: the bars need a width. */
const usualColumns = 80;
/** Traces that are kept; the rest is counted. */
const mostTraces = 2000;
const gap = "  ";

/** One row a request, with bars on a common axis of time; then the summary, with where the time went and what was slow. */
export function createWaterfallRenderer(options: RenderOptions): Renderer {
  const tally = createTally();
  const traces: Trace[] = [];
  return {
    start: () => "",
    trace(trace) {
      addToTally(tally, trace);
      if (traces.length < mostTraces) traces.push(trace);
      return "";
    },
    end: (times) => renderWaterfall(traces, tally, times, options),
  };
}

function renderWaterfall(
  traces: readonly Trace[],
  tally: Tally,
  times: CommandTimes,
  options: RenderOptions,
): string {
  const columns = Math.max(options.columns ?? usualColumns, leastColumns);
  const style = createStyle(options);
  const summary = renderSummary(tally, times, { ...options, columns });
  if (tally.requests === 0) return summary;
  const { rows, undrawn } = rowsOf(traces, times);
  const layout = layOut(rows, axisOf(times), columns);
  const lines = [renderHead(layout, style), ...rows.map((row) => renderRow(row, layout, style))];
  const more = undrawn + tally.requests - traces.length;
  if (more > 0) lines.push(`${more} more requests are not drawn`);
  if (times.bars.length === 0) lines.push("", ...wrapText(noBarsText(tally.requests), columns));
  const legend = legendText(rows, style);
  if (legend !== "") lines.push("", ...wrapText(legend, columns));
  return `${lines.map((line) => `${line.trimEnd()}\n`).join("")}\n${summary}`;
}

function noBarsText(requests: number): string {
  return requests > mostTraces
    ? `bars are drawn for at most ${mostTraces} requests`
    : "it is not known when these requests were sent";
}

/** How wide the columns are, and how much time the bars' column stands for. */
interface Layout {
  readonly label: number;
  readonly status: number;
  readonly bar: number;
  readonly time: number;
  readonly axisMs: number;
}

function axisOf({ bars, budget }: CommandTimes): number {
  let ms = budget?.totalMs ?? 0;
  for (const bar of bars) ms = Math.max(ms, bar?.to ?? 0);
  return ms;
}

/** The request's name takes what it needs, but leaves more than half of the line to the bars. */
function layOut(rows: readonly Row[], axisMs: number, columns: number): Layout {
  const widest = (texts: readonly string[]) => Math.max(...texts.map(textWidth));
  const status = widest(["STATUS", ...rows.map((row) => row.status)]);
  const time = widest(["TIME", ...rows.map((row) => row.time)]);
  const room = columns - status - time - 3 * gap.length;
  const label = Math.min(widest(["REQUEST", ...rows.map((row) => row.label)]), Math.floor(room * 0.45));
  return { label, status, time, bar: room - label, axisMs };
}

function renderHead({ label, status, bar, time, axisMs }: Layout, style: Style): string {
  const axis = axisMs === 0 ? pad("", bar) : `0${pad(durationText(axisMs), bar - 1, "right")}`;
  const cells = [pad("REQUEST", label), pad("STATUS", status), axis, pad("TIME", time, "right")];
  return style.paint("strong", cells.join(gap));
}

function renderRow(row: Row, layout: Layout, style: Style): string {
  return [
    pad(shortenMiddle(row.label, layout.label, style.glyphs.ellipsis), layout.label),
    style.paint(row.tone, row.status) + " ".repeat(layout.status - textWidth(row.status)),
    renderBar(row.bar, layout.axisMs, layout.bar, row.tone, style),
    pad(row.time, layout.time, "right"),
  ].join(gap);
}

/** What the fills mean that are drawn. */
function legendText(rows: readonly Row[], style: Style): string {
  const drawn = new Set(rows.flatMap(({ bar }) => (bar === null ? [] : fillsOf(bar))));
  return (Object.keys(fillWords) as Fill[])
    .filter((fill) => drawn.has(fill))
    .map((fill) => {
      const told = fill !== "server" || drawn.has("network");
      return `${fillGlyph(fill, style.glyphs)} ${told ? fillWords[fill] : "network and server"}`;
    })
    .join(", ");
}
