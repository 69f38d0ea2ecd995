import type { CheckItem, CheckReport } from "./check.ts";
import {
  brokenFirst,
  type CheckState,
  causeOf,
  contextsOf,
  isQuiet,
  messageOf,
  stateOf,
  summaryOf,
} from "./check-words.ts";
import { sanitize } from "./sanitize.ts";
import { backendText } from "./words.ts";

type Column = readonly [heading: string, cell: (item: CheckItem) => string];

const states: Readonly<Record<CheckState, string>> = {
  available: "available",
  accepted: "accepted",
  unavailable: "**not available**",
  unasked: "**cannot be asked**",
};

/**
 * The report as GitHub flavoured Markdown, for the summary of a CI job: one line that says it all, and a table of
 * those that are not available and of those with a Service.
 * Source of truth: github.github.com/gfm, sections 4.10 (tables), 6.2 (entities), 6.10 (raw HTML).
 */
export function renderCheckMarkdown(report: CheckReport, options: { readonly all: boolean }): string {
  const shown = report.items.filter((item) => options.all || !isQuiet(item)).toSorted(brokenFirst);
  const folded = report.items.length - shown.length;
  const blocks = [
    `### APIServices: ${report.ok ? "ok" : "not ok"}`,
    escapeMarkdown(`${summaryOf(report)}.`),
    ...(shown.length === 0 ? [] : [renderTable(shown, columnsOf(report.items))]),
    ...(folded === 0 ? [] : [`${folded} Local ${folded === 1 ? "one is" : "ones are"} available.`]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function columnsOf(items: readonly CheckItem[]): readonly Column[] {
  const some = contextsOf(items) > 1 || items.some((item) => stateOf(item) === "unasked");
  return [
    ...(some ? [["Context", ({ context }) => code(context ?? "")] as const satisfies Column] : []),
    ["APIService", ({ apiService }) => code(apiService.name)],
    ["State", (item) => states[stateOf(item)]],
    ["Reason", (item) => code(item.ok ? item.apiService.reason : causeOf(item))],
    ["Backend", ({ target }) => code(target.kind === "Unresolved" ? "" : backendText(target))],
    ["Message", (item) => (item.ok ? "" : [messageOf(item), ...accepted(item)].map(code).join(" "))],
  ];
}

function accepted({ acceptedReason }: CheckItem): readonly string[] {
  return acceptedReason === undefined ? [] : [`accepted: ${acceptedReason}`];
}

function renderTable(items: readonly CheckItem[], columns: readonly Column[]): string {
  const rows = [
    columns.map(([heading]) => heading),
    columns.map(() => "---"),
    ...items.map((item) => columns.map(([, cell]) => cell(item))),
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
