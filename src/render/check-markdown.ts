import type { CheckReport } from "./check-report.ts";
import {
  type CheckRow,
  connectionRowsOf,
  consequenceOf,
  isQuietRow,
  itemRowsOf,
  webhookRowsOf,
  worstFirst,
} from "./check-rows.ts";
import { type CheckState, contextsOf, summaryOf } from "./check-words.ts";
import { sanitize } from "./sanitize.ts";

type Column = readonly [heading: string, cell: (row: CheckRow) => string];

const states: Readonly<Record<CheckState, string>> = {
  available: "available",
  accepted: "accepted",
  ignored: "down, ignored",
  unavailable: "**not available**",
  unasked: "**cannot be asked**",
  unknown: "not known",
};

/**
 * The report as GitHub flavoured Markdown, for the summary of a CI job: one line that says it all, a table of the APIServices that
 * are not available and of those with a Service, and one of the webhooks that are down.
 * Source of truth: github.github.com/gfm, sections 4.10 (tables), 6.2 (entities), 6.10 (raw HTML).
 */
export function renderCheckMarkdown(report: CheckReport, options: { readonly all: boolean }): string {
  const [items, webhooks] = [itemRowsOf(report), webhookRowsOf(report)];
  const isShown = (row: CheckRow) => options.all || !isQuietRow(row);
  const [shown, down] = [items, webhooks].map((rows) => rows.filter(isShown).toSorted(worstFirst));
  const folded = items.length - (shown ?? []).length;
  const needsContext = contextsOf(items) > 1 || items.some(({ state }) => state === "unasked");
  const consequence = consequenceOf(report);
  const blocks = [
    `### APIServices: ${report.ok ? "ok" : "not ok"}`,
    escapeMarkdown(`${summaryOf(report)}.`),
    renderTable(shown ?? [], columnsOf("APIService", needsContext)),
    renderTable(down ?? [], columnsOf("Webhook", needsContext)),
    folded === 0 ? "" : `${folded} Local ${folded === 1 ? "one is" : "ones are"} available.`,
    escapeMarkdown(consequence === "" ? "" : `${consequence[0]?.toUpperCase()}${consequence.slice(1)}.`),
    ...connectionRowsOf(report).flatMap(({ title, warnings }) =>
      warnings.map(({ text }) => `**Warning** ${code(needsContext ? `${title}: ${text}` : text)}`),
    ),
    ...(report.notes ?? []).map((note) => `Note: ${code(note)}`),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function columnsOf(what: string, needsContext: boolean): readonly Column[] {
  return [
    ...(needsContext ? [["Context", ({ context }) => code(context ?? "")] as const satisfies Column] : []),
    [what, ({ name }) => code(name)],
    ["State", ({ state, availability, about }) => stateText(state, about, availability)],
    ["Reason", ({ state, reason, cause }) => code(state === "available" ? reason : cause)],
    ["Backend", ({ backend }) => code(backend)],
    ["Message", (row) => [...messagesOf(row), ...warningsOf(row)].join(" ")],
  ];
}

/** What a probe found broken is available all the same. */
function stateText(state: CheckState, about: CheckRow["about"], availability: string): string {
  if (state !== "unavailable") return states[state];
  if (about === "webhook") return "**down**";
  return availability === "True" ? "**broken**" : states[state];
}

function messagesOf({ state, message, acceptedReason, facts, about, advice }: CheckRow): readonly string[] {
  if (state === "available") return [];
  const accepted = acceptedReason === "" ? [] : [`accepted: ${acceptedReason}`];
  return [message, ...facts, ...(about === "context" ? advice : []), ...accepted].map(code);
}

function warningsOf({ warnings }: CheckRow): readonly string[] {
  return warnings.map(({ text }) => `**warning** ${code(text)}`);
}

function renderTable(items: readonly CheckRow[], columns: readonly Column[]): string {
  if (items.length === 0) return "";
  const rows = [
    columns.map(([heading]) => heading),
    columns.map(() => "---"),
    ...items.map((row) => columns.map(([, cell]) => cell(row))),
  ];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/**
 * What a cluster says, as code: GitHub looks for no mentions and references in it. A code span of backticks could
 * not hold every `|`, and what stands between tags is still Markdown, so that it is escaped as well.
 */
function code(text: string): string {
  const safe = sanitize(text);
  return safe === "" ? "" : `<code>${escapeMarkdown(safe)}</code>`;
}

/**
 * Every character that begins something in Markdown or HTML, as a reference: in a table cell a backslash does not
 * help before each of them. The colon and the dot are those of links that need no brackets.
 */
function escapeMarkdown(text: string): string {
  return text.replaceAll(
    /[&<>|`*_[\]\\~$@#!{}^]|:(?=\/\/)|(?<=\bwww)\./gi,
    (char) => `&#${char.charCodeAt(0)};`,
  );
}
