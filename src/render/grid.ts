import type { Trace } from "../trace/trace.ts";
import type { Column } from "./columns.ts";
import { isPrintableAscii, sanitize } from "./sanitize.ts";
import type { Style } from "./style.ts";
import { pad, shortenMiddle, textWidth } from "./text-width.ts";

const gap = "  ";

/** The columns of a table once their widths are known. */
export interface Grid {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  /** Longer cells are shortened; if not, they push the rest of their row to the right. */
  readonly cut: boolean;
}

/** One row as text, and which of its cells had to be shortened. */
export interface RowText {
  readonly text: string;
  readonly shortened: ReadonlySet<Column>;
}

/**
 * Widths that hold these traces' cells, narrowed column by column, the widest first, until a line fits into `limit`
 * columns. null: no limit. When more rows come, what is left of the line goes to the columns that may need it.
 */
export function fitGrid(
  columns: readonly Column[],
  traces: readonly Trace[],
  limit: number | null,
  moreRowsCome: boolean,
): Grid {
  const widths = columns.map((column) => naturalWidth(column, traces));
  if (limit === null) return { columns, widths, cut: false };
  const smallest = columns.map((column) => Math.max(column.min, column.header.length));
  let excess = widths.reduce((sum, width) => sum + width, gap.length * (columns.length - 1)) - limit;
  for (; excess > 0; excess--) {
    const widest = indexOfWidest(widths, smallest);
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  if (moreRowsCome) shareOut(columns, widths, -excess);
  return { columns, widths, cut: true };
}

export function renderHeader(grid: Grid, style: Style): string {
  const cells = grid.columns.map((column, i) => pad(column.header, grid.widths[i] ?? 0, column.align));
  return style.paint("strong", cells.join(gap).trimEnd());
}

/** The trace's row on one line, without trailing spaces. */
export function renderRow(grid: Grid, trace: Trace, style: Style): RowText {
  const { columns, widths } = grid;
  const last = columns.length - 1;
  let text = "";
  let shortened = none;
  for (let i = 0; i <= last; i++) {
    const column = columns[i] as Column;
    const width = widths[i] ?? 0;
    let cell = column.text(trace);
    let missing = width - cell.length;
    if (!isPrintableAscii(cell)) {
      cell = sanitize(cell);
      missing = width - textWidth(cell);
    }
    if (missing < 0 && grid.cut) {
      shortened = new Set([...shortened, column]);
      cell = shortCell(column, trace, width, style);
      missing = width - textWidth(cell);
    }
    const painted = column.tone && style.colored ? style.paint(column.tone(trace), cell) : cell;
    if (column.align === "right") text += spaces(missing) + painted + (i === last ? "" : gap);
    else text += i === last ? painted : painted + spaces(Math.max(0, missing) + gap.length);
    if (i === last && cell === "") text = text.trimEnd();
  }
  return { text, shortened };
}

function shortCell(column: Column, trace: Trace, width: number, style: Style): string {
  return shortenMiddle(sanitize((column.short ?? column.text)(trace)), width, style.glyphs.ellipsis);
}

const none: ReadonlySet<Column> = new Set();

const someSpaces = Array.from({ length: 64 }, (_, i) => " ".repeat(i));

function spaces(count: number): string {
  return count <= 0 ? "" : (someSpaces[count] ?? " ".repeat(count));
}

function naturalWidth(column: Column, traces: readonly Trace[]): number {
  let width = column.header.length;
  for (const trace of traces) width = Math.max(width, textWidth(sanitize(column.text(trace))));
  return width;
}

function shareOut(columns: readonly Column[], widths: number[], room: number): void {
  let spare = room;
  const growing: number[] = [];
  for (const [i, { roomy = 0 }] of columns.entries()) {
    if (roomy === Number.POSITIVE_INFINITY) growing.push(i);
    const more = roomy === Number.POSITIVE_INFINITY ? 0 : Math.min(spare, roomy - (widths[i] ?? 0));
    if (more <= 0) continue;
    widths[i] = (widths[i] ?? 0) + more;
    spare -= more;
  }
  for (const [nth, i] of growing.entries()) {
    widths[i] = (widths[i] ?? 0) + Math.max(0, Math.floor((spare + nth) / growing.length));
  }
}

function indexOfWidest(widths: readonly number[], smallest: readonly number[]): number {
  let widest = -1;
  for (let i = 0; i < widths.length; i++) {
    const width = widths[i] ?? 0;
    if (width > (smallest[i] ?? 0) && (widest === -1 || width > (widths[widest] ?? 0))) widest = i;
  }
  return widest;
}
