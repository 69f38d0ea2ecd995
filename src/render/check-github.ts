import type { CheckItem, CheckReport } from "./check.ts";
import { brokenFirst, type CheckState, detailOf, stateOf, summaryOf, titleOf } from "./check-words.ts";
import { sanitize } from "./sanitize.ts";
import { backendText } from "./words.ts";

/** What is accepted stays in sight, as a warning. */
const levels = { unavailable: "error", unasked: "error", accepted: "warning", available: "notice" } as const;

/**
 * The report as workflow commands of GitHub Actions, which become annotations: one for each APIService that is not
 * available, and one that says it all.
 * Source of truth: actions/runner/src/Runner.Common/ActionCommand.cs, actions/toolkit/packages/core/src/command.ts.
 */
export function renderCheckGithub(report: CheckReport): string {
  const broken = report.items.filter((item) => stateOf(item) !== "available").toSorted(brokenFirst);
  const summary = command("available", "kubectl trace check", [
    `${report.ok ? "ok" : "not ok"}: ${summaryOf(report)}`,
  ]);
  return `${[...broken.map(annotate), summary].join("\n")}\n`;
}

function annotate(item: CheckItem): string {
  const state = stateOf(item);
  const title = state === "unasked" ? titleOf(item) : `APIService ${titleOf(item)}`;
  const why = sanitize(item.acceptedReason ?? "");
  return command(state, title, [
    detailOf(item),
    ...(state === "unasked" ? [] : [`backend: ${sanitize(backendText(item.target))}`]),
    ...(state === "accepted" ? [`accepted by the baseline${why && `: ${why}`}`] : []),
  ]);
}

function command(state: CheckState, title: string, lines: readonly string[]): string {
  return `::${levels[state]} title=${escapeProperty(title)}::${escapeData(lines.join("\n"))}`;
}

/** Text behind the second `::`. The percent sign goes first: the others bring their own. */
export function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** The value of a property, which a comma or the second `::` would end. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
