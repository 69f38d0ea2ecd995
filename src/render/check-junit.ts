import type { CheckReport } from "./check-report.ts";
import { type CheckRow, connectionRowsOf, itemRowsOf, notesOf, webhookRowsOf } from "./check-rows.ts";
import type { CheckState } from "./check-words.ts";
import { sanitize } from "./sanitize.ts";

/**
 * The report as JUnit XML: a test suite for each context, a test case for each APIService, and the same of webhooks and of
 * connections with warnings. One that is accepted is skipped, as is one that cannot be looked at; a context that cannot be asked is an
 * error. What is only to be warned of passes, with the warning in system-out. What could not be found out beside is a property of the
 * first suite: of the report itself JUnit has none.
 * Source of truth: jenkinsci/xunit-plugin/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd,
 * and Surefire's own schema, which wants a time of each.
 */
export function renderCheckJunit(report: CheckReport): string {
  const kinds = {
    APIServices: itemRowsOf(report),
    webhooks: webhookRowsOf(report),
    connection: connectionRowsOf(report),
  };
  const notes = notesOf(report);
  const suites = Object.entries(kinds).flatMap(([what, rows], at) =>
    suitesOf(what, rows, at === 0 ? notes : []),
  );
  const { tests, failures, errors } = countsOf(Object.values(kinds).flat());
  const head = attributes({ name: "kubectl trace check", tests, failures, errors, time: "0" });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${head}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

/** `notes`: for the first of them, which then there is in any case. */
function suitesOf(what: string, rows: readonly CheckRow[], notes: readonly string[]): readonly string[] {
  const contexts = [...new Set(rows.map(({ context }) => context))];
  if (contexts.length === 0 && notes.length > 0) return [renderSuite(what, [], notes)];
  return contexts.map((context, at) =>
    renderSuite(
      context === undefined ? what : `${what} of context ${context}`,
      rows.filter((row) => row.context === context),
      at === 0 ? notes : [],
    ),
  );
}

function renderSuite(name: string, rows: readonly CheckRow[], notes: readonly string[]): string {
  return [
    `  <testsuite${attributes({ name, ...countsOf(rows), time: "0" })}>`,
    ...renderNotes(notes),
    ...rows.map(renderCase),
    "  </testsuite>",
  ].join("\n");
}

/** Surefire's schema takes properties before the cases only. Readers may keep one of each name. */
function renderNotes(notes: readonly string[]): readonly string[] {
  if (notes.length === 0) return [];
  const properties = notes.map(
    (value, at) => `      <property${attributes({ name: `note.${at + 1}`, value })}/>`,
  );
  return ["    <properties>", ...properties, "    </properties>"];
}

function countsOf(rows: readonly CheckRow[]) {
  const count = (...outcome: readonly (string | null)[]) =>
    String(rows.filter(({ state }) => outcome.includes(outcomes[state])).length);
  return {
    tests: String(rows.length),
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
  };
}

/** Which element says that a test case did not pass; null: it did. */
const outcomes: Readonly<Record<CheckState, "failure" | "skipped" | "error" | null>> = {
  unavailable: "failure",
  accepted: "skipped",
  unknown: "skipped",
  unasked: "error",
  ignored: null,
  available: null,
};

function renderCase(row: CheckRow): string {
  const { about, context, state } = row;
  const classname = context === undefined ? caseClasses[about] : `${context}.${caseClasses[about]}`;
  const name = about === "context" ? "the context can be asked" : row.name;
  const head = `    <testcase${attributes({ name, classname, time: "0" })}`;
  const outcome = outcomes[state];
  const lines = [...(outcome === null ? [] : [renderOutcome(outcome, row)]), ...renderWarnings(row)];
  return lines.length === 0 ? `${head}/>` : [`${head}>`, ...lines, "    </testcase>"].join("\n");
}

const caseClasses = {
  context: "APIService",
  APIService: "APIService",
  webhook: "Webhook",
  connection: "Connection",
} as const;

function renderOutcome(outcome: string, row: CheckRow): string {
  const { state, cause, sentence, backend, facts, about } = row;
  const message = about === "context" ? row.message : acceptedOr(row);
  const advice = about === "context" ? row.advice : [];
  const text = [sentence, `backend: ${backend || "?"}`, ...facts, ...advice].join("\n");
  const type = state === "unknown" ? "NotKnown" : cause;
  return `      <${outcome}${attributes({ type, message })}>${escapeXml(text)}</${outcome}>`;
}

function acceptedOr({ state, acceptedReason, detail, message }: CheckRow): string {
  if (state === "unknown") return message;
  return state === "accepted" ? `accepted: ${acceptedReason || detail}` : detail;
}

function renderWarnings({ state, sentence, warnings }: CheckRow): readonly string[] {
  const lines = [
    ...(state === "ignored" ? [`warning: ${sentence}`] : []),
    ...warnings.map(({ text }) => `warning: ${text}`),
  ];
  return lines.length === 0 ? [] : [`      <system-out>${escapeXml(lines.join("\n"))}</system-out>`];
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(sanitize(value))}"`)
    .join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** XML 1.0 cannot say U+FFFE and U+FFFF, not even as a reference; sanitize has dealt with the other such characters. */
function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? "").replaceAll(/[\ufffe\uffff]/g, "\ufffd");
}
