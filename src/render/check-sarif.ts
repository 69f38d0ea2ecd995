import type { CheckReport } from "./check-report.ts";
import { type CheckRow, notesOf, rowsOf } from "./check-rows.ts";
import { renderJson } from "./json.ts";
import { sanitize } from "./sanitize.ts";

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** What there is to say of a row: that it is broken, or a warning. */
interface Finding {
  readonly row: CheckRow;
  readonly ruleId: string;
  readonly level: "error" | "warning";
  readonly text: string;
  /** Tells apart what one row has several of, from run to run; "" for the row itself. */
  readonly mark: string;
}

/**
 * The report as a SARIF log: a rule for each cause, a result for each APIService or webhook that is broken and for each warning, at
 * the logical location of its name. What is accepted is a result that is suppressed; what could not be found out beside is a
 * notification.
 * Source of truth: SARIF 2.1.0 errata 01, sections 3.13 (log), 3.20 (invocation), 3.27 (result), 3.33 (logical location), 3.58
 * (notification).
 */
export function renderCheckSarif(report: CheckReport, version: string): string {
  const findings = rowsOf(report).flatMap(findingsOf);
  const rules = [...new Set(findings.map(({ ruleId }) => ruleId))];
  const notes = notesOf(report);
  return `${renderJson({
    version: "2.1.0",
    $schema: schema,
    runs: [
      {
        tool: {
          driver: { name: "kubectl-trace", version, rules: rules.map((id) => newRule(id, findings)) },
        },
        invocations: [
          {
            executionSuccessful: findings.every(({ row }) => row.state !== "unasked"),
            ...(notes.length === 0 ? {} : { toolExecutionNotifications: notes.map(newNotification) }),
          },
        ],
        results: findings.map((finding) => newResult(finding, rules.indexOf(finding.ruleId))),
      },
    ],
  })}\n`;
}

function newNotification(note: string): unknown {
  return { level: "note", message: { text: textOf(note) } };
}

function findingsOf(row: CheckRow): readonly Finding[] {
  const { state, cause, sentence, facts, title, warnings } = row;
  const isBroken = state !== "available" && state !== "unknown";
  const level = state === "ignored" ? "warning" : "error";
  const advice = row.about === "context" ? row.advice : [];
  const text = [sentence, ...facts, ...advice].join("; ");
  return [
    ...(isBroken ? [{ row, ruleId: cause, level, text, mark: "" } as const] : []),
    ...warnings.map((one, at) => ({
      row,
      ruleId: one.cause,
      level: "warning" as const,
      text: `${title}: ${sanitize(one.message)}`,
      mark: markOf(warnings, at),
    })),
  ];
}

/** Two certificates may say the same of themselves: the second is counted. */
function markOf(warnings: CheckRow["warnings"], at: number): string {
  const marks = warnings.slice(0, at + 1).map(({ certificate }) => {
    if (certificate === undefined) return "";
    const { role, subject, notAfter } = certificate;
    return sanitize(`${role} ${subject} ${notAfter}`);
  });
  const own = marks[at] ?? "";
  const same = marks.filter((mark) => mark === own).length;
  return own === "" || same === 1 ? own : `${own} #${same}`;
}

const whats = {
  context: "a context cannot be asked",
  APIService: "an APIService is not available",
  webhook: "a webhook cannot be called",
  connection: "a connection does not stand",
} as const;

function newRule(id: string, findings: readonly Finding[]): unknown {
  const of = findings.filter(({ ruleId }) => ruleId === id);
  const abouts = [...new Set(of.map(({ row }) => row.about))];
  const isWarning = of.every(({ row }) => row.warnings.some(({ cause }) => cause === id));
  const what = isWarning ? "a warning" : abouts.map((about) => whats[about]).join(", or ");
  const text = abouts.includes("context") && abouts.length === 1 ? what : `${what}: ${id}`;
  return { id, shortDescription: { text: textOf(text) } };
}

function newResult({ row, ruleId, level, text, mark }: Finding, ruleIndex: number): unknown {
  const { about, title, acceptedReason: why, state } = row;
  const isAccepted = state === "accepted" && ruleId === row.cause;
  return {
    ruleId,
    ruleIndex,
    level,
    message: { text: textOf(text) },
    locations: [{ logicalLocations: [newLocation(row)] }],
    partialFingerprints: { [fingerprints[about]]: title, ...(mark && { "certificate/v1": mark }) },
    ...(isAccepted
      ? { suppressions: [{ kind: "external", status: "accepted", ...(why && { justification: why }) }] }
      : {}),
  };
}

const fingerprints = {
  context: "apiService/v1",
  APIService: "apiService/v1",
  webhook: "webhook/v1",
  connection: "connection/v1",
} as const;

function newLocation({ about, name, context }: CheckRow): unknown {
  const [safe, of] = [sanitize(name), sanitize(context ?? "")];
  if (about === "context") return { name: of, fullyQualifiedName: of };
  const path = about === "APIService" ? `apiservices.apiregistration.k8s.io/${safe}` : safe;
  return { name: safe, fullyQualifiedName: of === "" ? path : `${of}/${path}`, kind: "resource" };
}

/** In SARIF's texts `{0}` is a placeholder and `[text](target)` a link. What a cluster says is neither. */
function textOf(text: string): string {
  return text
    .replaceAll(/\{(?=\d+\})/g, "{{")
    .replaceAll(/(?<=\{\{\d+)\}/g, "}}")
    .replaceAll("](", "] (");
}
