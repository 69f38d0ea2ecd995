import type { RequestInfo } from "../api/request-info.ts";
import type { Trace, Verdict } from "../trace/trace.ts";
import { admissionStep } from "./flow-admission.ts";
import { apiServiceStep, backendStep, endpointsStep } from "./flow-backend.ts";
import { connectStep, conversionStep } from "./flow-connect.ts";
import { type Step, step } from "./flow-step.ts";
import { journeyOf, type Passage } from "./journey.ts";
import {
  adviceText,
  factsText,
  furtherEvidence,
  impersonationText,
  messageBeyondStatus,
  messageText,
  parseRbacReason,
  phasesText,
} from "./sentences.ts";
import { answerText, durationText, timeText } from "./words.ts";

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
    admissionStep(trace, journey.backend),
    conversionStep(trace, journey.backend),
    connectStep(trace, journey.backend),
    answerStep(trace),
    diagnosisStep(trace),
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
  const evidence = furtherEvidence(trace);
  switch (passage) {
    case "passed":
      if (trace.diagnosis?.cause === "Anonymous")
        return step("doubt", "authentication", "nobody in particular: system:anonymous", ...evidence);
      return step("good", "authentication", `passed${userIn(message ?? "")}`, acting);
    case "stopped":
      return step("bad", "authentication", refusedText(trace), acting, ...evidence);
    case "notReached":
      return step("notReached", "authentication", "not reached");
    case "unknown":
      return step("doubt", "authentication", whyUnknown(trace), acting);
  }
}

function refusedText({ diagnosis }: Trace): string {
  if (diagnosis?.party === "Impersonation") return "refused: the user may not act as another";
  const none = diagnosis?.cause === "NoCredentials";
  return none ? "refused: no credentials came" : "refused: the credentials were not accepted";
}

/** Priority and fairness comes before authorization; it is drawn only when it is what said no, or when its names are known. */
function flowControlStep({ roundTrip, flowControl }: Trace, passage: Passage): Step | null {
  const schema = flowControl?.flowSchema ?? roundTrip.flowSchemaUid;
  const level = flowControl?.priorityLevel ?? roundTrip.priorityLevelUid;
  const names = [
    nameText("FlowSchema", flowControl?.flowSchema, schema),
    nameText("priority level", flowControl?.priorityLevel, level),
  ].filter((part) => part !== "");
  if (passage === "stopped")
    return step("bad", "flow control", "too many requests at a time", names.join(", "));
  return flowControl === undefined ? null : step("good", "flow control", `passed: ${names.join(", ")}`);
}

/** `FlowSchema "global-default"`, or the UID alone. */
function nameText(what: string, name: string | undefined, uid: string | null): string {
  if (name !== undefined) return `${what} "${name}"`;
  return uid === null ? "" : `${what} UID ${uid}`;
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
    good ? "" : messageBeyondStatus(roundTrip.statusText ?? "", roundTrip.message ?? ""),
    retry === null ? "" : `the server asks to wait ${durationText(retry)} before a retry`,
    ...roundTrip.warnings.map((warning) => `warning: ${warning}`),
  );
}

/** What is seen of Pods stands at their station. */
const ofPods = /^(?:Pod |the Pods are of |the selector )/;

/** What to make of it: who said no, what else is to be seen, and what to do. All other evidence stands at the stations above. */
function diagnosisStep(trace: Trace): Step | null {
  const { diagnosis, roundTrip, apiService, target } = trace;
  if (diagnosis === null) return null;
  const facts = factsText(diagnosis, [
    roundTrip.message,
    apiService?.message,
    target.reason,
    ...furtherEvidence(trace),
  ]);
  const news = facts.filter((fact) => !ofPods.test(fact));
  return step("bad", "diagnosis", diagnosis.summary, ...news, ...diagnosis.advice.map(adviceText));
}

function whyUnknown({ roundTrip }: Trace): string {
  switch (roundTrip.outcome) {
    case "planned":
      return "not known: the request was not sent";
    case "pending":
      return "not known: the log ends before the answer";
    case "response":
      return "not known: the answer does not say who gave it";
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
  return [`by ${withNamespace(binding)}`, `of ${role}`, `to ${withNamespace(subject)}`];
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
