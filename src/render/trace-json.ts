import type { RequestInfo } from "../api/request-info.ts";
import type { Endpoint } from "../cluster/cluster.ts";
import type { Impersonation, Phases, RoundTrip } from "../log/round-trip.ts";
import type { AdmissionHook } from "../trace/admission/admission-hook.ts";
import type { Diagnosis } from "../trace/diagnosis/diagnosis.ts";
import type { FlowControl } from "../trace/flow-control.ts";
import type { Target, Trace, TraceApiService, Verdict } from "../trace/trace.ts";
import { escapeJson, wellFormed } from "./sanitize.ts";

/**
 * One Trace as compact JSON: the only place that knows the output contract's fields and their order. What the
 * contract names is always there; what was added to it since comes last in its object, and only when it says something.
 * Safe to print: every character that could act on a terminal is an escape.
 *
 * Put together by hand, as this runs once for each request of a log: twice as fast as JSON.stringify.
 */
export function traceJson(trace: Trace): string {
  return joinParts(
    trace,
    requestInfoJson(trace.requestInfo),
    trace.apiService === null ? "null" : apiServiceJson(trace.apiService),
    targetJson(trace.target),
    verdictJson(trace.verdict),
  );
}

/** The same for many: requests of one log are about the same few things, whose JSON is kept. */
export function createTraceJson(): (trace: Trace) => string {
  const requestInfo = remember(requestInfoJson, (info) => info.path);
  const apiService = remember(apiServiceJson, (service) => service.name);
  const target = remember(targetJson, (of) => (of.kind === "Service" ? of.name : (of.reason ?? of.kind)));
  const verdict = remember(verdictJson, (of) => of.reason);
  return (trace) =>
    joinParts(
      trace,
      requestInfo(trace.requestInfo),
      trace.apiService === null ? "null" : apiService(trace.apiService),
      target(trace.target),
      verdict(trace.verdict),
    );
}

function joinParts(trace: Trace, info: string, service: string, target: string, verdict: string): string {
  const { diagnosis, flowControl, admission, admissionReason, connect } = trace;
  const counted = flowControl === undefined ? "" : `,"flowControl":${flowControlJson(flowControl)}`;
  const admitted = `${addedValue("admission", admission?.map(hookFields))}${added("admissionReason", admissionReason)}`;
  return `{"apiVersion":"kubectl-trace/v1alpha1","kind":"Trace","roundTrip":${roundTripJson(trace.roundTrip)},"requestInfo":${info},"apiService":${service},"target":${target},"verdict":${verdict}${counted}${admitted}${diagnosis === null ? "" : `,"diagnosis":${diagnosisJson(diagnosis)}`}${addedValue("connect", connect)}}`;
}

/** Values to keep the JSON of, for each of a Trace's parts. */
const mostRemembered = 500;

/** The same function, remembering by a key what it gave for values with equal fields. */
function remember<T extends object>(
  toJson: (value: T) => string,
  keyOf: (value: T) => string,
): (value: T) => string {
  const known = new Map<string, { readonly value: T; readonly json: string }>();
  return (value) => {
    const key = keyOf(value);
    const hit = known.get(key);
    if (hit !== undefined && haveEqualFields(hit.value, value)) return hit.json;
    const json = toJson(value);
    if (known.size >= mostRemembered) known.clear();
    known.set(key, { value, json });
    return json;
  };
}

function haveEqualFields<T extends object>(a: T, b: T): boolean {
  if (a === b) return true;
  let fields = 0;
  for (const field in a) {
    if (!isEqual(a[field], b[field])) return false;
    fields += 1;
  }
  for (const _field in b) fields -= 1;
  return fields === 0;
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i]);
}

function roundTripJson(r: RoundTrip): string {
  return `{"method":${string(r.method)},"url":${string(r.url)},"outcome":"${r.outcome}","status":${r.status},"statusText":${string(r.statusText)},"durationMs":${r.durationMs},"phasesMs":${phasesJson(r.phasesMs)},"time":${string(r.time)},"message":${string(r.message)},"warnings":${strings(r.warnings)},"auditId":${string(r.auditId)},"flowSchemaUid":${string(r.flowSchemaUid)},"priorityLevelUid":${string(r.priorityLevelUid)},"fromCache":${r.fromCache},"source":{"file":${string(r.source.file)},"line":${r.source.line}}${addedToRoundTrip(r)}}`;
}

function addedToRoundTrip(r: RoundTrip): string {
  let added = "";
  if (r.throttledMs !== null) added += `,"throttledMs":${r.throttledMs}`;
  if (r.retryAfterMs !== null) added += `,"retryAfterMs":${r.retryAfterMs}`;
  if (r.statusReason) added += `,"statusReason":${string(r.statusReason)}`;
  if (r.impersonation) added += `,"impersonation":${impersonationJson(r.impersonation)}`;
  if (r.relayed) added += `,"relayed":true`;
  if (r.candidates.length > 0) added += `,"candidates":[${r.candidates.join()}]`;
  return added;
}

function phasesJson(phases: Phases): string {
  let known = "";
  if (phases.dnsLookup !== undefined) known += `,"dnsLookup":${phases.dnsLookup}`;
  if (phases.dial !== undefined) known += `,"dial":${phases.dial}`;
  if (phases.tlsHandshake !== undefined) known += `,"tlsHandshake":${phases.tlsHandshake}`;
  if (phases.getConnection !== undefined) known += `,"getConnection":${phases.getConnection}`;
  if (phases.serverProcessing !== undefined) known += `,"serverProcessing":${phases.serverProcessing}`;
  return `{${known.slice(1)}}`;
}

function impersonationJson(as: Impersonation): string {
  const extra = Object.entries(as.extra).map(([key, values]) => `${string(key)}:${strings(values)}`);
  return `{"user":${string(as.user)},"groups":${strings(as.groups)},"uid":${string(as.uid)},"extra":{${extra.join()}}}`;
}

function requestInfoJson(i: RequestInfo): string {
  return `{"isResourceRequest":${i.isResourceRequest},"path":${string(i.path)},"verb":${string(i.verb)},"apiPrefix":${string(i.apiPrefix)},"apiGroup":${string(i.apiGroup)},"apiVersion":${string(i.apiVersion)},"namespace":${string(i.namespace)},"resource":${string(i.resource)},"subresource":${string(i.subresource)},"name":${string(i.name)},"fieldSelector":${string(i.fieldSelector)},"labelSelector":${string(i.labelSelector)}${added("error", i.error)}}`;
}

function apiServiceJson(service: TraceApiService): string {
  return `{"name":${string(service.name)},"available":"${service.available}","reason":${string(service.reason)},"message":${string(service.message)}${addedValue("trust", service.trust)}}`;
}

function targetJson(target: Target): string {
  switch (target.kind) {
    case "Local":
      return `{"kind":"Local","by":"${target.by}"${added("crd", target.crd)}${added("reason", target.reason)}${addedValue("versions", target.versions)}${addedValue("conversion", target.conversion)}}`;
    case "Service":
      return `{"kind":"Service","namespace":${string(target.namespace)},"name":${string(target.name)},"port":${target.port},"endpoints":[${target.endpoints.map(endpointJson).join()}]${added("type", target.type)}${added("clusterIP", target.clusterIP)}${addedValue("isMissing", target.isMissing)}${added("reason", target.reason)}${addedValue("ports", target.ports)}${addedValue("selector", target.selector)}${addedValue("pods", target.pods)}}`;
    case "Unresolved":
      return `{"kind":"Unresolved","reason":${string(target.reason)}}`;
  }
}

function endpointJson(e: Endpoint): string {
  return `{"address":${string(e.address)},"port":${e.port},"ready":${e.ready},"pod":${string(e.pod)},"node":${string(e.node)}}`;
}

function verdictJson(verdict: Verdict): string {
  return `{"decision":"${verdict.decision}","reason":${string(verdict.reason)},"source":"${verdict.source}"}`;
}

/** What says nothing is left out, as in all that was added to the contract. */
function hookFields(hook: AdmissionHook): unknown {
  const { phase, kind, configuration, webhook, matches, why, ...rest } = hook;
  return {
    phase,
    kind,
    configuration,
    ...(webhook === "" ? {} : { webhook }),
    matches,
    ...(why === "" ? {} : { why }),
    ...rest,
  };
}

function flowControlJson({ flowSchema, priorityLevel }: FlowControl): string {
  let known = "";
  if (flowSchema !== undefined) known += `,"flowSchema":${string(flowSchema)}`;
  if (priorityLevel !== undefined) known += `,"priorityLevel":${string(priorityLevel)}`;
  return `{${known.slice(1)}}`;
}

function diagnosisJson({ party, cause, summary, evidence, advice }: Diagnosis): string {
  return `{"party":"${party}","cause":"${cause}","summary":${string(summary)},"evidence":${strings(evidence)},"advice":${strings(advice)}}`;
}

function added(field: string, value: string | undefined): string {
  return value ? `,"${field}":${string(value)}` : "";
}

/** What is only there when its hops were asked for: no log has many of them. */
function addedValue(field: string, value: unknown): string {
  return value === undefined ? "" : `,"${field}":${escapeJson(JSON.stringify(withoutHalves(value)))}`;
}

/** The same value with wellFormed texts. */
function withoutHalves(value: unknown): unknown {
  if (typeof value === "string") return wellFormed(value);
  if (Array.isArray(value)) return value.map(withoutHalves);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [wellFormed(key), withoutHalves(field)]),
  );
}

/** Whatever is not printable ASCII, or has a meaning in a JSON string. */
const special = /[^ !#-[\]-~]/;
const notPrintable = /[^ -~]/;

function string(value: string | null): string {
  if (value === null) return "null";
  if (value === "") return '""';
  if (!special.test(value)) return `"${value}"`;
  return notPrintable.test(value) ? escapeJson(JSON.stringify(wellFormed(value))) : JSON.stringify(value);
}

function strings(values: readonly string[]): string {
  return values.length === 0 ? "[]" : `[${values.map(string).join()}]`;
}
