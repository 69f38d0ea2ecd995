import type { Trace } from "../trace/trace.ts";
import { memberTexts, selectorText, workloadText } from "./chain-members.ts";
import type { Column } from "./columns.ts";
import * as columns from "./columns.ts";
import { connectText, conversionText, versionsText } from "./connect-words.ts";
import { admissionText } from "./flow-admission.ts";
import { chainLines } from "./flow-connect.ts";
import { renderRow } from "./grid.ts";
import { createGridRenderer } from "./grid-renderer.ts";
import type { Renderer, RenderOptions } from "./renderer.ts";
import { furtherEvidence, impersonationText, messageText, phasesText } from "./sentences.ts";
import { createStyle } from "./style.ts";
import { answerText, durationText } from "./words.ts";

const wideColumns: readonly Column[] = [
  columns.verb,
  columns.resource,
  columns.name,
  { ...columns.status, text: wideStatus },
  columns.time,
  column("PHASES", (trace) => phasesText(trace.roundTrip.phasesMs)),
  columns.apiService,
  { ...columns.available, text: wideAvailable },
  columns.backend,
  column("CLUSTER-IP", (trace) => (trace.target.kind === "Service" ? (trace.target.clusterIP ?? "") : "")),
  column("ENDPOINTS", endpointsText),
  columns.rbac,
  column("ADMISSION", admissionText),
  column("ASKED", (trace) => (trace.verdict.source === "none" ? "" : trace.verdict.source)),
  column("AS", ({ roundTrip }) =>
    roundTrip.impersonation ? impersonationText(roundTrip.impersonation) : "",
  ),
  column("THROTTLED", ({ roundTrip }) => milliseconds(roundTrip.throttledMs)),
  column("RETRY-AFTER", ({ roundTrip }) => milliseconds(roundTrip.retryAfterMs)),
  column("AUDIT-ID", (trace) => trace.roundTrip.auditId ?? ""),
  column("FLOW-SCHEMA", (trace) => trace.flowControl?.flowSchema ?? trace.roundTrip.flowSchemaUid ?? ""),
  column(
    "PRIORITY-LEVEL",
    (trace) => trace.flowControl?.priorityLevel ?? trace.roundTrip.priorityLevelUid ?? "",
  ),
  column("CACHED", ({ roundTrip }) =>
    roundTrip.fromCache === null ? "" : roundTrip.fromCache ? "yes" : "no",
  ),
  column("LOGGED", (trace) => trace.roundTrip.time ?? ""),
  column("LINE", ({ roundTrip }) => `${roundTrip.source.file}:${roundTrip.source.line}`),
  column("SAID-NO", ({ diagnosis }) => diagnosis?.party ?? ""),
  column("CAUSE", ({ diagnosis }) => diagnosis?.cause ?? ""),
  column("TRY", ({ diagnosis }) => diagnosis?.advice[0] ?? ""),
  column("RBAC-REASON", (trace) => trace.verdict.reason),
  column("MESSAGE", wideMessage),
];

/** One row a request with all that is known of it, as long as it takes, and a closing summary. */
export function createWideRenderer(options: RenderOptions): Renderer {
  const style = createStyle(options);
  return createGridRenderer(
    wideColumns,
    { ...options, columns: null },
    (grid, trace) => `${renderRow(grid, trace, style).text}\n`,
  );
}

function column(header: string, text: (trace: Trace) => string): Column {
  return { header, text: (trace) => text(trace) || "-", min: 0 };
}

function wideStatus({ roundTrip }: Trace): string {
  const { candidates } = roundTrip;
  return candidates.length === 0 ? answerText(roundTrip) : `? (${candidates.join(" or ")})`;
}

function wideAvailable({ apiService }: Trace): string {
  if (apiService === null) return "-";
  return apiService.reason === "" ? apiService.available : `${apiService.available} (${apiService.reason})`;
}

/** The last stop: the Pods behind a Service, or whom the request is handed on to. */
function endpointsText({ target, connect }: Trace): string {
  if (target.kind !== "Service") return connect === undefined ? "" : connectText(connect);
  const workload = workloadText(target);
  const members = [...memberTexts(target), selectorText(target)];
  const text = members.filter((part) => part !== "").join("; ");
  return workload === "" ? text : `${workload}: ${text}`;
}

/** Everything that is a sentence, in one last cell. */
function wideMessage(trace: Trace): string {
  const { roundTrip, apiService, target, requestInfo } = trace;
  const parts = roundTrip.status === null || roundTrip.status >= 400 ? [messageText(roundTrip)] : [];
  if (apiService !== null && apiService.available !== "True") parts.push(apiService.message);
  if (target.kind === "Local" && target.versions !== undefined)
    parts.push(
      `versions: ${versionsText(target.versions, requestInfo.apiVersion)}`,
      ...conversionTexts(trace),
    );
  parts.push(
    ...furtherEvidence(trace),
    target.reason ?? "",
    ...roundTrip.warnings.map((warning) => `warning: ${warning}`),
  );
  return parts.filter((part) => part !== "").join("; ");
}

function conversionTexts({ target, requestInfo, diagnosis }: Trace): readonly string[] {
  if (target.kind !== "Local") return [];
  const text = conversionText(target, requestInfo.apiVersion, diagnosis?.party === "ConversionWebhook");
  const service = target.conversion?.service;
  return text === "" ? [] : [`conversion ${text}`, ...(service === undefined ? [] : chainLines(service))];
}

function milliseconds(ms: number | null): string {
  return ms === null ? "" : durationText(ms);
}
