import type { CheckReport } from "./check-report.ts";
import {
  type CheckRow,
  connectionRowsOf,
  consequenceOf,
  isQuietRow,
  itemRowsOf,
  notesOf,
  rowsOf,
  webhookRowsOf,
  worstFirst,
} from "./check-rows.ts";
import { contextsOf, summaryOf } from "./check-words.ts";
import { layOutRows } from "./plain-table.ts";
import { sanitize } from "./sanitize.ts";
import { createStyle, type Style, type Tone } from "./style.ts";
import { shortenMiddle, textWidth, wrapText } from "./text-width.ts";

export interface CheckRenderOptions {
  /** Columns of the terminal; null when the text does not go to one: then nothing is shortened or wrapped. */
  readonly columns: number | null;
  readonly color: boolean;
  /** Give the Local ones that are available a line each, too. */
  readonly all: boolean;
}

interface Column {
  readonly heading: string;
  readonly cell: (row: CheckRow) => string;
  /** Widths to which it gives way on a narrow terminal: in the first round, and when that was not enough. */
  readonly least: readonly [number, number];
}

const context: Column = {
  heading: "CONTEXT",
  cell: (row) => plain(row.context ?? "") || "-",
  least: [16, 8],
};
const name: Column = { heading: "APISERVICE", cell: (row) => plain(row.name) || "-", least: [24, 11] };
const webhook: Column = { ...name, heading: "WEBHOOK", least: [24, 7] };
const available: Column = { heading: "AVAILABLE", cell: (row) => row.availability, least: [9, 9] };
const state: Column = { heading: "STATE", cell: (row) => row.availability, least: [7, 7] };
const policy: Column = { heading: "POLICY", cell: (row) => plain(row.policy) || "-", least: [6, 6] };
const reason: Column = {
  heading: "REASON",
  cell: (row) => `${plain(row.reason) || "-"}${row.state === "accepted" ? " (accepted)" : ""}`,
  least: [12, 6],
};
const backend: Column = { heading: "BACKEND", cell: (row) => plain(row.backend) || "?", least: [20, 7] };

/** In which order they give way: a policy is Fail or Ignore, unless a file has something else; then what the others, or the lines below, say as well comes first. */
const giveWay: readonly Column[] = [policy, backend, name, webhook, context, reason];
const gap = "  ";
const indent = "  ";

/**
 * The report for people: those that are not available first, each with its message below, then the others, then
 * one line that says it all.
 */
export function renderCheck(report: CheckReport, options: CheckRenderOptions): string {
  const style = createStyle(options);
  const { columns } = options;
  const isFolded = (row: CheckRow) => !options.all && isQuietRow(row);
  const tables = [
    [itemRowsOf(report), [name, available, reason, backend]],
    [webhookRowsOf(report), [webhook, policy, state, reason, backend]],
  ] as const;
  const contexts = needsContext(report) ? [context] : [];
  const blocks = [
    ...tables.map(([rows, cells]) => {
      const shown = rows.filter((row) => !isFolded(row)).toSorted(worstFirst);
      return renderTable(shown, [...contexts, ...cells], columns, style);
    }),
    renderFolded(report, rowsOf(report).filter(isFolded), columns),
    renderLine(consequenceOf(report), columns),
    renderConnections(report, columns),
    ...notesOf(report).map((note) => renderLine(`note: ${note}`, columns)),
    renderSummary(report, style, columns),
  ];
  const hasTable = blocks[0] !== "" || blocks[1] !== "";
  return blocks.filter((block) => block !== "").join(hasTable ? "\n" : "");
}

/** In no table: that a connection stands is all there would be in its cells. */
function renderConnections(report: CheckReport, columns: number | null): string {
  const isOneOfSeveral = needsContext(report);
  return connectionRowsOf(report)
    .flatMap(({ title, warnings }) =>
      warnings.map(({ text }) => (isOneOfSeveral ? `${title}: ${text}` : text)),
    )
    .map((text) => renderLine(`warning: ${text}`, columns))
    .join("");
}

/** One context for all goes without saying. */
function needsContext(report: CheckReport): boolean {
  const rows = rowsOf(report);
  return contextsOf(rows) > 1 || rows.some((row) => row.state === "unasked");
}

function renderLine(line: string, columns: number | null): string {
  return line === "" ? "" : `${wrapText(line, columns ?? Number.POSITIVE_INFINITY).join("\n")}\n`;
}

function renderTable(
  rows: readonly CheckRow[],
  columns: readonly Column[],
  width: number | null,
  style: Style,
): string {
  if (rows.length === 0) {
    return "";
  }
  const texts = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = fitWidths(columns, texts, width);
  const head = columns.map(({ heading }) => style.paint("strong", heading));
  const cells = texts.map((cells, index) =>
    cells.map((cell, at) => {
      const text = shortenMiddle(cell, widths[at] ?? 0, "…");
      const row = rows[index];
      const isState = columns[at] === available || columns[at] === state;
      return isState && row !== undefined ? style.paint(toneOf(row), text) : text;
    }),
  );
  const [headLine = "", ...lines] = layOutRows([head, ...cells]);
  const blocks = rows.map((row, index) => {
    const shortened = (texts[index] ?? []).filter((cell, at) => textWidth(cell) > (widths[at] ?? 0));
    const isFine = row.state === "available" || row.state === "unknown";
    const details = isFine ? [] : [...shortened, ...explain(row)];
    const warnings = row.warnings.map(({ text }) => `warning: ${text}`);
    return [lines[index] ?? "", ...renderDetails([...details, ...warnings], width)].join("\n");
  });
  return `${[headLine, ...blocks].join("\n")}\n`;
}

/** What the cluster says, what that means, what else was seen, what to do, and why it is accepted. */
function explain(row: CheckRow): readonly string[] {
  const why = row.acceptedReason;
  const message = row.about === "webhook" ? row.detail : row.message;
  return [message, row.meaning, ...row.facts, ...row.advice, why && `accepted: ${why}`];
}

/**
 * Names and reasons of Kubernetes are ASCII. Whatever else stands there is shown as an escape: how wide it is, terminals
 * do not agree on.
 */
function plain(text: string): string {
  return sanitize(text).replaceAll(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

function toneOf({ state, availability }: CheckRow): Tone {
  if (state === "available") return "good";
  return state === "unavailable" && availability !== "Unknown" ? "bad" : "doubt";
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

/** The Local ones are always available, and of webhooks that can be called there is nothing to say: how many there are is enough. */
function renderFolded({ items }: CheckReport, folded: readonly CheckRow[], columns: number | null): string {
  const local = folded.filter(({ about }) => about !== "webhook");
  const webhooks = folded.length - local.length;
  if (folded.length === 0) {
    return "";
  }
  const all = items.filter(({ ok, target }) => ok && target.kind === "Local");
  const crds = all.filter(({ target }) => target.kind === "Local" && target.by === "crd").length;
  const parts = [...counted(local.length - crds, "built-in"), ...counted(crds, "CRD")].join(", ");
  const ofLocal = `${local.length} Local (${parts}) ${local.length === 1 ? "is" : "are"} available`;
  const ofWebhooks = `${webhooks} ${webhooks === 1 ? "webhook is" : "webhooks are"} not known to be down`;
  const texts = [...(local.length === 0 ? [] : [ofLocal]), ...(webhooks === 0 ? [] : [ofWebhooks])];
  return renderLine(`${texts.join(", ")}; --all lists them`, columns);
}

function counted(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

function renderSummary(report: CheckReport, style: Style, columns: number | null): string {
  const [head, tone] = report.ok ? (["ok:", "good"] as const) : (["not ok:", "bad"] as const);
  return style.paint(tone, head) + renderLine(`${head} ${summaryOf(report)}`, columns).slice(head.length);
}
