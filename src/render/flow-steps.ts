import type { RequestInfo } from "../api/request-info.ts";
import type { Target, Trace, Verdict } from "../trace/trace.ts";
import { journeyOf, type Passage } from "./journey.ts";
import {
  availabilityText,
  endpointText,
  impersonationText,
  messageText,
  parseRbacReason,
  phasesText,
} from "./sentences.ts";
import { answerText, durationText, timeText } from "./words.ts";

export type Mark = "step" | "good" | "bad" | "doubt" | "notReached";

/** One station on the drawing: a mark, its name, and what is known of it, line by line. */
export interface Step {
  readonly mark: Mark;
  readonly label: string;
  readonly lines: readonly string[];
}

/** The stations between the request and its answer, for one Trace that stands for its route. */
export function flowSteps(trace: Trace): Step[] {
  const journey = journeyOf(trace);
  const steps = [
    connectionStep(trace, journey.connection),
    authenticationStep(trace, journey.authentication),
    flowControlStep(trace, journey.flowControl),
    authorizationStep(trace, journey.authorization),
    apiServiceStep(trace, journey.apiService),
    backendStep(trace, journey.backend),
    endpointsStep(trace, journey.backend),
    answerStep(trace),
  ];
  return steps.filter((step) => step !== null);
}

/** How the API server reads the URL: "list nodes, group metrics.k8s.io, version v1beta1, no namespace". */
export function readingText(info: RequestInfo): string {
  if (info.error !== undefined) return `not readable to the API server: ${info.error}`;
  if (!info.isResourceRequest) return `${info.verb} ${info.path || "?"}, a path that is no resource`;
  const resource = info.subresource === "" ? info.resource : `${info.resource}/${info.subresource}`;
  const parts = [`${info.verb} ${resource}`];
  parts.push(info.apiGroup === "" ? "core group" : `group ${info.apiGroup}`, `version ${info.apiVersion}`);
  parts.push(info.namespace === "" ? "no namespace" : `namespace ${info.namespace}`);
  if (info.name !== "") parts.push(`name ${info.name}`);
  if (info.fieldSelector !== "") parts.push(`fields ${info.fieldSelector}`);
  if (info.labelSelector !== "") parts.push(`labels ${info.labelSelector}`);
  return parts.join(", ");
}

/** Drawn only when something is known of it. */
function connectionStep({ roundTrip }: Trace, passage: Passage): Step | null {
  const phases = phasesText(roundTrip.phasesMs);
  if (passage === "stopped") return step("bad", "connection", messageText(roundTrip), phases);
  return phases === "" ? null : step("good", "connection", phases);
}

function authenticationStep(trace: Trace, passage: Passage): Step {
  const { impersonation, message } = trace.roundTrip;
  const acting = impersonation === null ? "" : `acting as ${impersonationText(impersonation)}`;
  switch (passage) {
    case "passed":
      return step("good", "authentication", `passed${userIn(message ?? "")}`, acting);
    case "stopped":
      return step("bad", "authentication", "refused: the credentials were not accepted");
    case "notReached":
      return step("notReached", "authentication", "not reached");
    case "unknown":
      return step("doubt", "authentication", whyUnknown(trace), acting);
  }
}

/** Priority and fairness comes before authorization; it is drawn only when it is what said no. */
function flowControlStep({ roundTrip }: Trace, passage: Passage): Step | null {
  if (passage !== "stopped") return null;
  const schema = roundTrip.flowSchemaUid === null ? "" : `FlowSchema UID ${roundTrip.flowSchemaUid}`;
  return step("bad", "flow control", "too many requests at a time", schema);
}

function authorizationStep(trace: Trace, passage: Passage): Step {
  const { verdict } = trace;
  const decision = `${verdict.decision}${sourceText(verdict)}`;
  const mark = verdictMarks[verdict.decision];
  if (passage === "notReached") {
    const asked = verdict.source === "review" || verdict.source === "snapshot";
    const would = asked ? `; it would be ${decision}` : "";
    return step("notReached", "authorization", `not reached${would}`);
  }
  if (passage === "stopped")
    return step("bad", "authorization", stoppedText(verdict, decision), ...reasonLines(verdict));
  if (passage === "passed" && verdict.decision === "denied") {
    const then = "but the answer shows that it was allowed then";
    return step("doubt", "authorization", decision, then, ...reasonLines(verdict));
  }
  return step(mark, "authorization", decision, ...reasonLines(verdict));
}

function stoppedText(verdict: Verdict, decision: string): string {
  if (verdict.decision !== "denied") return "refused here or behind it: the answer does not say by whom";
  return verdict.reason === "" ? `${decision}, without a reason` : decision;
}

const verdictMarks = { allowed: "good", denied: "bad", unknown: "doubt" } as const;

function apiServiceStep(trace: Trace, passage: Passage): Step {
  const { apiService, target } = trace;
  if (apiService === null) {
    const none = target.kind === "Unresolved" ? "none found" : "none answers for this path";
    return step(passage === "notReached" ? "notReached" : "step", "APIService", reached(passage, none));
  }
  if (passage === "notReached") return step("notReached", "APIService", reached(passage, apiService.name));
  if (apiService.available === "True") return step("good", "APIService", `${apiService.name}, available`);
  const bad = apiService.available === "False" && passage === "stopped";
  const now = passage === "passed" ? "by now; the request came through" : "";
  return step(bad ? "bad" : "doubt", "APIService", apiService.name, availabilityText(apiService), now);
}

function backendStep({ target, verdict, roundTrip }: Trace, passage: Passage): Step {
  const lines = backendLines(target);
  if (passage === "notReached")
    return step("notReached", "backend", reached(passage, lines[0] ?? ""), ...lines.slice(1));
  if (target.kind === "Unresolved") return step("doubt", "backend", ...lines);
  if (passage === "stopped") {
    const allowed = roundTrip.status === 403 && verdict.decision === "allowed";
    const no = allowed ? "authorization allowed it; the no came from here" : "could not be reached";
    return step("bad", "backend", ...lines, no);
  }
  return step(passage === "passed" ? "good" : "step", "backend", ...lines);
}

/** Most endpoints to list; the rest is counted. */
const mostEndpoints = 5;

function endpointsStep({ target }: Trace, passage: Passage): Step | null {
  if (target.kind !== "Service") return null;
  const { endpoints } = target;
  if (endpoints.length === 0) {
    const mark = passage === "notReached" ? "notReached" : "doubt";
    return step(mark, "endpoints", target.reason ? "not known" : "none known");
  }
  const ready = endpoints.filter((endpoint) => endpoint.ready).length;
  const listed = endpoints.slice(0, mostEndpoints).map(endpointText);
  const more = endpoints.length > mostEndpoints ? `and ${endpoints.length - mostEndpoints} more` : "";
  const mark = passage === "notReached" ? "notReached" : ready === 0 ? "bad" : "good";
  return step(mark, "endpoints", `${ready} of ${endpoints.length} ready`, ...listed, more);
}

function answerStep(trace: Trace): Step {
  const { roundTrip } = trace;
  switch (roundTrip.outcome) {
    case "failed":
      return step("bad", "answer", `none after ${timeText(roundTrip)}`);
    case "unattributed":
    case "pending":
    case "planned":
      return step("doubt", "answer", whyUnknown(trace));
    case "response":
      break;
  }
  const good = roundTrip.status !== null && roundTrip.status < 400;
  const retry = roundTrip.retryAfterMs;
  return step(
    good ? "good" : "bad",
    "answer",
    answerText(roundTrip),
    good || roundTrip.message === null ? "" : roundTrip.message,
    retry === null ? "" : `the server asks to wait ${durationText(retry)} before a retry`,
    ...roundTrip.warnings.map((warning) => `warning: ${warning}`),
  );
}

function whyUnknown({ roundTrip }: Trace): string {
  switch (roundTrip.outcome) {
    case "planned":
      return "not known: the request was not sent";
    case "pending":
      return "not known: the log ends before the answer";
    default:
      return `not known: ${messageText(roundTrip)}`;
  }
}

/** ` as "jane"`: the user as the server names it in a 403. */
function userIn(message: string): string {
  const match = /\bUser ("(?:[^"\\]|\\.)*") cannot /.exec(message);
  return match === null ? "" : ` as ${match[1]}`;
}

function reasonLines({ reason }: Verdict): string[] {
  const parsed = parseRbacReason(reason);
  if (parsed === null) return reason === "" ? [] : [reason];
  const { binding, role, subject } = parsed;
  return [`by ${withNamespace(binding)}`, `of ${role}`, `to ${withNamespace(subject)}`, `in full: ${reason}`];
}

/** The authorizer writes `"name/namespace"`, name first. */
function withNamespace(text: string): string {
  return text.replace(/^(RoleBinding|ServiceAccount) "([^"/]*)\/([^"/]*)"$/, '$1 "$2" in namespace "$3"');
}

function sourceText({ source }: Verdict): string {
  return { review: " (asked now)", snapshot: " (by the snapshot)", response: " (by the answer)", none: "" }[
    source
  ];
}

function backendLines(target: Target): string[] {
  const reason = target.reason ?? "";
  switch (target.kind) {
    case "Service": {
      const type = target.type ? `type ${target.type}` : "";
      const clusterIP = target.clusterIP ? `ClusterIP ${target.clusterIP}` : "";
      const routed = [type, clusterIP].filter((part) => part !== "").join(", ");
      return [`Service ${target.namespace}/${target.name}:${target.port}`, routed, reason];
    }
    case "Local":
      return [localText(target.by, target.crd ?? ""), reason];
    case "Unresolved":
      return ["not known", reason];
  }
}

function localText(by: "built-in" | "crd" | "aggregator", crd: string): string {
  switch (by) {
    case "crd":
      return `Local: kube-apiserver, for the CustomResourceDefinition ${crd}`;
    case "aggregator":
      return "Local: the aggregator inside kube-apiserver";
    case "built-in":
      return "Local: kube-apiserver itself";
  }
}

function reached(passage: Passage, text: string): string {
  return passage === "notReached" ? `not reached: ${text}` : text;
}

function step(mark: Mark, label: string, ...lines: readonly string[]): Step {
  return { mark, label, lines: lines.filter((line) => line !== "") };
}
