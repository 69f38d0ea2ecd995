import type { Trace } from "../trace/trace.ts";
import type { Column } from "./columns.ts";
import { fitGrid, type Grid, renderHeader } from "./grid.ts";
import type { Renderer, RenderOptions } from "./renderer.ts";
import { createStyle } from "./style.ts";
import { addToTally, createTally, renderSummary } from "./summary.ts";

/** The first rows decide how wide the columns are; they are held back until then. */
const sampleRows = 200;

/** A table that is written while its rows come: header, rows, a blank line, and the closing summary. */
export function createGridRenderer(
  columns: readonly Column[],
  options: RenderOptions,
  renderRow: (grid: Grid, trace: Trace) => string,
): Renderer {
  const style = createStyle(options);
  const tally = createTally();
  let waiting: Trace[] = [];
  let grid: Grid | null = null;

  function flush(moreRowsCome: boolean): string {
    const fitted = fitGrid(columns, waiting, options.columns, moreRowsCome);
    const rows = waiting.map((trace) => renderRow(fitted, trace));
    grid = fitted;
    waiting = [];
    return `${renderHeader(fitted, style)}\n${rows.join("")}`;
  }

  return {
    start: () => "",
    trace(trace) {
      addToTally(tally, trace);
      if (grid !== null) return renderRow(grid, trace);
      waiting.push(trace);
      return waiting.length < sampleRows ? "" : flush(true);
    },
    end(times) {
      const rows = waiting.length === 0 ? "" : flush(false);
      return `${rows}${tally.requests === 0 ? "" : "\n"}${renderSummary(tally, times, options)}`;
    },
  };
}
