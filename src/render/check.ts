import type { Target, TraceApiService } from "../trace/trace.ts";
import { layOutRows } from "./plain-table.ts";
import { sanitize } from "./sanitize.ts";
import { createStyle, type Style, type Tone } from "./style.ts";
import { shortenMiddle, textWidth, wrapText } from "./text-width.ts";
import { backendText } from "./words.ts";

export interface CheckItem {
  readonly apiService: TraceApiService;
  readonly target: Target;
  readonly ok: boolean;
}

/** What `check` found: ok when every item is. The field order is that of the JSON output. */
export interface CheckReport {
  readonly apiVersion: "kubectl-trace/v1alpha1";
  readonly kind: "CheckReport";
  readonly ok: boolean;
  readonly items: readonly CheckItem[];
}

export interface CheckRenderOptions {
  /** Columns of the terminal; null when the text does not go to one: then nothing is shortened or wrapped. */
  readonly columns: number | null;
  readonly color: boolean;
  /** Give the Local ones that are available a line each, too. */
  readonly all: boolean;
}

type Row = readonly [name: string, available: string, reason: string, backend: string];

const headings: Row = ["APISERVICE", "AVAILABLE", "REASON", "BACKEND"];
const gap = "  ";
const indent = "  ";

/**
 * The report for people: those that are not available first, each with its message below, then the others, then
 * one line that says it all.
 */
export function renderCheck(report: CheckReport, options: CheckRenderOptions): string {
  const style = createStyle(options);
  const isFolded = (item: CheckItem) => !options.all && item.ok && item.target.kind === "Local";
  const shown = report.items.filter((item) => !isFolded(item)).toSorted(brokenFirst);
  const folded = report.items.filter(isFolded);
  const blocks = [
    renderTable(shown, options.columns, style),
    renderFolded(folded, options.columns),
    `${renderSummary(report, style)}\n`,
  ];
  return blocks.filter((block) => block !== "").join(blocks[0] === "" ? "" : "\n");
}

function brokenFirst(left: CheckItem, right: CheckItem): number {
  return Number(left.ok) - Number(right.ok) || Number(isLocal(left)) - Number(isLocal(right));
}

function isLocal(item: CheckItem): boolean {
  return item.target.kind === "Local";
}

function renderTable(items: readonly CheckItem[], columns: number | null, style: Style): string {
  if (items.length === 0) {
    return "";
  }
  const rows = items.map(newRow);
  const widths = fitWidths([headings, ...rows], columns);
  const head = headings.map((heading) => style.paint("strong", heading));
  const cells = rows.map((row, index) => newCells(row, widths, style, items[index]));
  const [headLine = "", ...lines] = layOutRows([head, ...cells]);
  const blocks = items.map((item, index) => {
    const shortened = (rows[index] ?? []).filter((cell, column) => textWidth(cell) > (widths[column] ?? 0));
    const details = item.ok ? [] : renderDetails([...shortened, sanitize(item.apiService.message)], columns);
    return [lines[index] ?? "", ...details].join("\n");
  });
  return `${[headLine, ...blocks].join("\n")}\n`;
}

/** Cells that are too wide are shortened; the one that says whether it is available is coloured. */
function newCells(row: Row, widths: readonly number[], style: Style, item: CheckItem | undefined): string[] {
  return row.map((cell, column) => {
    const text = shortenMiddle(cell, widths[column] ?? 0, "…");
    return column === 1 && item !== undefined ? style.paint(toneOf(item), text) : text;
  });
}

function newRow({ apiService, target }: CheckItem): Row {
  const { name, available, reason } = apiService;
  return [plain(name), available, plain(reason) || "-", plain(backendText(target))];
}

/**
 * Names and reasons of Kubernetes are ASCII. Whatever else stands there is shown as an escape: how wide it is, terminals
 * do not agree on.
 */
function plain(text: string): string {
  return sanitize(text).replaceAll(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

function toneOf({ ok, apiService }: CheckItem): Tone {
  if (ok) {
    return "good";
  }
  return apiService.available === "False" ? "bad" : "doubt";
}

/**
 * As wide as the widest cell. Where that is too much for the terminal, backend, name and reason give way in this
 * order, first so far that they can still be told apart, then down to a table of 40 columns.
 */
function fitWidths(rows: readonly Row[], columns: number | null): readonly number[] {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ""))));
  const total = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  let excess = columns === null ? 0 : Math.max(0, total - columns);
  for (const [column, least] of [
    [3, 20],
    [0, 24],
    [2, 12],
    [3, 8],
    [0, 11],
    [2, 6],
  ] as const) {
    const width = widths[column] ?? 0;
    const given = Math.min(excess, Math.max(0, width - least));
    widths[column] = width - given;
    excess -= given;
  }
  return widths;
}

/** What is to be known of one that is broken: the cells that were shortened, in full, and its message. */
function renderDetails(details: readonly string[], columns: number | null): readonly string[] {
  const width = columns === null ? Number.POSITIVE_INFINITY : Math.max(20, columns - indent.length);
  return details
    .filter((text) => text !== "")
    .flatMap((text) => wrapText(text, width))
    .map((line) => indent + line);
}

/** The Local ones are always available: how many there are is enough. */
function renderFolded(items: readonly CheckItem[], columns: number | null): string {
  if (items.length === 0) {
    return "";
  }
  const crds = items.filter(({ target }) => target.kind === "Local" && target.by === "crd").length;
  const parts = [...counted(items.length - crds, "built-in"), ...counted(crds, "CRD")].join(", ");
  const text = `${items.length} Local (${parts}) ${items.length === 1 ? "is" : "are"} available; --all lists them`;
  return `${wrapText(text, columns ?? Number.POSITIVE_INFINITY).join("\n")}\n`;
}

function counted(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

function renderSummary({ ok, items }: CheckReport, style: Style): string {
  const head = ok ? style.paint("good", "ok:") : style.paint("bad", "not ok:");
  const [first] = items;
  if (items.length === 1 && first !== undefined) {
    return `${head} ${sanitize(first.apiService.name)} is ${ok ? "" : "not "}available`;
  }
  const broken = items.filter((item) => !item.ok).length;
  return ok
    ? `${head} all ${items.length} APIServices are available`
    : `${head} ${broken} of ${items.length} APIServices ${broken === 1 ? "is" : "are"} not available`;
}
