import type { CheckReport } from "./check-report.ts";
import { type CheckRow, notesOf, rowsOf, worstFirst } from "./check-rows.ts";
import { type CheckState, summaryOf } from "./check-words.ts";

type Level = "error" | "warning" | "notice";

/** What is accepted, or only to be warned of, stays in sight as a warning. */
const levels: Readonly<Record<CheckState, Level>> = {
  unavailable: "error",
  unasked: "error",
  accepted: "warning",
  ignored: "warning",
  unknown: "notice",
  available: "notice",
};

/**
 * The report as workflow commands of GitHub Actions, which become annotations: one for each APIService or webhook that is broken,
 * one for each warning, and one that says it all.
 * Source of truth: actions/runner/src/Runner.Common/ActionCommand.cs, actions/toolkit/packages/core/src/command.ts.
 */
export function renderCheckGithub(report: CheckReport): string {
  const rows = rowsOf(report).toSorted(worstFirst);
  const broken = rows.filter(({ state }) => state !== "available" && state !== "unknown");
  const warnings = rows.flatMap((row) =>
    row.warnings.map(({ text }) => command("warning", titleOf(row), [text])),
  );
  const summary = command("notice", "kubectl trace check", [
    `${report.ok ? "ok" : "not ok"}: ${summaryOf(report)}`,
    ...notesOf(report).map((note) => `note: ${note}`),
  ]);
  return `${[...broken.map(annotate), ...warnings, summary].join("\n")}\n`;
}

function titleOf({ about, title }: CheckRow): string {
  return about === "APIService" ? `APIService ${title}` : title;
}

function annotate(row: CheckRow): string {
  const { state, about, detail, backend, acceptedReason: why, facts } = row;
  return command(levels[state], titleOf(row), [
    detail,
    ...(about === "context" ? row.advice : [`backend: ${backend || "?"}`]),
    ...facts,
    ...(state === "accepted" ? [`accepted by the baseline${why && `: ${why}`}`] : []),
    ...(state === "ignored" ? ["its failurePolicy is Ignore: requests pass without it"] : []),
  ]);
}

function command(level: Level, title: string, lines: readonly string[]): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(lines.join("\n"))}`;
}

/** Text behind the second `::`. The percent sign goes first: the others bring their own. */
export function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** The value of a property, which a comma or the second `::` would end. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
