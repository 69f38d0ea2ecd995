import type { Diagnosis } from "../trace/diagnosis/diagnosis.ts";
import type { Target, TraceApiService } from "../trace/trace.ts";
import { brokenFirst, contextsOf, isQuiet, messageOf, stateOf, summaryOf } from "./check-words.ts";
import { layOutRows } from "./plain-table.ts";
import { sanitize } from "./sanitize.ts";
import { adviceText, factsText } from "./sentences.ts";
import { createStyle, type Style, type Tone } from "./style.ts";
import { shortenMiddle, textWidth, wrapText } from "./text-width.ts";
import { backendText } from "./words.ts";

/** One APIService, or a context that could not be asked for its own. The field order is that of the JSON output. */
export interface CheckItem {
  /** Name of the kubeconfig context, where the command line chose one or more. */
  readonly context?: string;
  readonly apiService: TraceApiService;
  readonly target: Target;
  readonly ok: boolean;
  /** Why it is not Available, where its condition tells. */
  readonly diagnosis?: Diagnosis;
  /** A baseline says that it may be broken: it does not fail the check, but `ok` stays what it is. */
  readonly accepted?: true;
  /** Why, where the baseline says so. */
  readonly acceptedReason?: string;
  /** The context could not be asked: apiService has no name, its message says why. */
  readonly asked?: false;
}

/** What `check` found: ok when every item is, or is accepted. The field order is that of the JSON output. */
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

interface Column {
  readonly heading: string;
  readonly cell: (item: CheckItem) => string;
  /** Widths to which it gives way on a narrow terminal: in the first round, and when that was not enough. */
  readonly least: readonly [number, number];
}

const context: Column = {
  heading: "CONTEXT",
  cell: (item) => plain(item.context ?? "") || "-",
  least: [16, 8],
};
const name: Column = {
  heading: "APISERVICE",
  cell: ({ apiService }) => plain(apiService.name) || "-",
  least: [24, 11],
};
const available: Column = {
  heading: "AVAILABLE",
  cell: ({ apiService }) => apiService.available,
  least: [9, 9],
};
const reason: Column = {
  heading: "REASON",
  cell: ({ apiService, accepted }) =>
    `${plain(apiService.reason) || "-"}${accepted === true ? " (accepted)" : ""}`,
  least: [12, 6],
};
const backend: Column = {
  heading: "BACKEND",
  cell: ({ target }) => plain(backendText(target)),
  least: [20, 8],
};

/** In which order they give way: what the others, or the lines below, say as well comes first. */
const giveWay: readonly Column[] = [backend, name, context, reason];
const gap = "  ";
const indent = "  ";

/**
 * The report for people: those that are not available first, each with its message below, then the others, then
 * one line that says it all.
 */
export function renderCheck(report: CheckReport, options: CheckRenderOptions): string {
  const style = createStyle(options);
  const isFolded = (item: CheckItem) => !options.all && isQuiet(item);
  const shown = report.items.filter((item) => !isFolded(item)).toSorted(brokenFirst);
  const folded = report.items.filter(isFolded);
  const blocks = [
    renderTable(shown, columnsOf(report), options.columns, style),
    renderFolded(folded, options.columns),
    `${renderSummary(report, style)}\n`,
  ];
  return blocks.filter((block) => block !== "").join(blocks[0] === "" ? "" : "\n");
}

/** One context for all goes without saying. */
function columnsOf({ items }: CheckReport): readonly Column[] {
  const some = contextsOf(items) > 1 || items.some((item) => stateOf(item) === "unasked");
  return [...(some ? [context] : []), name, available, reason, backend];
}

function renderTable(
  items: readonly CheckItem[],
  columns: readonly Column[],
  width: number | null,
  style: Style,
): string {
  if (items.length === 0) {
    return "";
  }
  const rows = items.map((item) => columns.map((column) => column.cell(item)));
  const widths = fitWidths(columns, rows, width);
  const head = columns.map(({ heading }) => style.paint("strong", heading));
  const cells = rows.map((row, index) =>
    row.map((cell, at) => {
      const text = shortenMiddle(cell, widths[at] ?? 0, "…");
      const item = items[index];
      return columns[at] === available && item !== undefined ? style.paint(toneOf(item), text) : text;
    }),
  );
  const [headLine = "", ...lines] = layOutRows([head, ...cells]);
  const blocks = items.map((item, index) => {
    const shortened = (rows[index] ?? []).filter((cell, at) => textWidth(cell) > (widths[at] ?? 0));
    const details = item.ok ? [] : renderDetails([...shortened, ...explain(item)], width);
    return [lines[index] ?? "", ...details].join("\n");
  });
  return `${[headLine, ...blocks].join("\n")}\n`;
}

/** What the cluster says, what that means and what to do, and why it is accepted. */
function explain(item: CheckItem): readonly string[] {
  const { diagnosis, apiService, target } = item;
  const why = sanitize(item.acceptedReason ?? "");
  const known = diagnosis === undefined || diagnosis.cause === "Unknown" ? [] : [diagnosis.summary];
  const facts = diagnosis === undefined ? [] : factsText(diagnosis, [apiService.message]);
  // Of a Service that is not there the condition says so.
  const unseen =
    diagnosis?.cause !== "ServiceNotFound" && target.kind === "Service" && target.reason
      ? [`backend: ${target.reason}`]
      : [];
  const advice = diagnosis?.advice.map(adviceText) ?? [];
  return [
    messageOf(item),
    ...[...known, ...facts, ...unseen, ...advice].map((line) => sanitize(line)),
    why && `accepted: ${why}`,
  ];
}

/**
 * Names and reasons of Kubernetes are ASCII. Whatever else stands there is shown as an escape: how wide it is, terminals
 * do not agree on.
 */
function plain(text: string): string {
  return sanitize(text).replaceAll(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

function toneOf({ ok, accepted, apiService }: CheckItem): Tone {
  if (ok) {
    return "good";
  }
  return apiService.available === "False" && accepted !== true ? "bad" : "doubt";
}

/**
 * As wide as the widest cell. Where that is too much for the terminal, columns give way one after the other, first so
 * far that their cells can still be told apart, then down to a table of 40 columns.
 */
function fitWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  terminal: number | null,
): readonly number[] {
  const widths = columns.map(({ heading }, at) =>
    Math.max(...[heading, ...rows.map((row) => row[at] ?? "")].map(textWidth)),
  );
  const total = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  let excess = terminal === null ? 0 : Math.max(0, total - terminal);
  for (const round of [0, 1] as const) {
    for (const column of giveWay) {
      const at = columns.indexOf(column);
      const width = widths[at] ?? 0;
      const given = Math.min(excess, Math.max(0, width - column.least[round]));
      if (at >= 0) widths[at] = width - given;
      excess -= given;
    }
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

function renderSummary(report: CheckReport, style: Style): string {
  const head = report.ok ? style.paint("good", "ok:") : style.paint("bad", "not ok:");
  return `${head} ${summaryOf(report)}`;
}
