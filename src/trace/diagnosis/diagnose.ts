import type { RequestInfo } from "../../api/request-info.ts";
import type { CredentialFacts } from "../../cluster/credential-facts.ts";
import type { RoundTrip } from "../../log/round-trip.ts";
import type { Target, Trace, TraceApiService, Verdict } from "../trace.ts";
import { admissionFacts } from "./admission-facts.ts";
import { adviceFor } from "./advice.ts";
import { isPluginFailure, unrecognised } from "./authentication.ts";
import { backendFacts, isOfBackend, provenCause, type Surroundings } from "./backend-facts.ts";
import { conditionCause } from "./condition-cause.ts";
import { causeByPod, connectFacts } from "./connect-facts.ts";
import { connectionCause } from "./connection-cause.ts";
import { customResourceFacts } from "./custom-resource-facts.ts";
import { type Cause, type Diagnosis, type Party, summaryOf } from "./diagnosis.ts";
import type { Fact } from "./fact.ts";
import { readNotServed } from "./not-served.ts";
import { isPastKubeApiserver } from "./past-kube-apiserver.ts";
import { isWebSocket, readRefusal } from "./refusals.ts";

/** What is known of a request besides why it failed. */
export type Failed = Pick<
  Trace,
  | "roundTrip"
  | "requestInfo"
  | "apiService"
  | "target"
  | "verdict"
  | "flowControl"
  | "connect"
  | "admission"
  | "admissionReason"
> & {
  /** Left out: no cluster was asked. */
  readonly surroundings?: Surroundings;
};

/** A party and a cause, and what of the answer proves them. */
export interface Finding {
  readonly party: Party;
  readonly cause: Cause;
  readonly evidence: readonly string[];
}

/**
 * Who said no to a request that failed, and why; null for one that did not fail, or of which the log does not say. Asks nobody: all
 * that it needs is in the Trace, but for what the user's own credentials say of themselves. Where the answer does not tell
 * parties apart, it says so instead of choosing one.
 */
export function diagnose(trace: Failed, credentials: CredentialFacts | null = null): Diagnosis | null {
  const found = find(trace, credentials);
  if (found === null) return null;
  const facts = factsOf(found, trace);
  const { party } = found;
  const cause = provenCause(found.cause, found.evidence.join(" "), facts);
  const evidence = [...new Set([...found.evidence, ...facts.map(({ sentence }) => sentence)])];
  const advice = adviceFor({ party, cause, evidence }, trace, facts);
  return { party, cause, summary: summaryOf(party, cause), evidence, advice };
}

/** What was seen behind the one who said no, where it was asked for. */
function factsOf(found: Finding, trace: Failed): readonly Fact[] {
  const { surroundings, apiService, target, connect } = trace;
  const ofBackend =
    surroundings === undefined || !isOfBackend(found, target)
      ? []
      : backendFacts(found.cause, { apiService, target }, surroundings);
  const ofConnect =
    connect !== undefined && handlers.has(found.party) ? connectFacts(connect, found.party) : [];
  return [...ofBackend, ...admissionFacts(found, trace), ...customResourceFacts(found, trace), ...ofConnect];
}

/** A no of these may be due to the Pod, its container or its node. */
const handlers: ReadonlySet<Party> = new Set(["Kubelet", "Pod", "APIServer", "Unknown"]);

function find(trace: Failed, credentials: CredentialFacts | null): Finding | null {
  const { roundTrip } = trace;
  if (roundTrip.outcome === "failed") return noAnswer(roundTrip, trace.requestInfo);
  if (roundTrip.outcome !== "response" || roundTrip.status === null) return null;
  const message = roundTrip.message ?? "";
  const refusal = roundTrip.status < 400 ? null : readRefusal(message, trace.requestInfo);
  if (refusal !== null) return { ...refusal, evidence: [message] };
  const strange = notTheApiServer(roundTrip);
  if (strange !== null || roundTrip.status < 400) return strange;
  if (roundTrip.relayed === true) return ofExtensionServer(roundTrip, trace);
  return unrecognised(trace, credentials) ?? byStatus(roundTrip.status, trace) ?? ofHandler(roundTrip, trace);
}

/** The answer's own words are the first evidence. */
function saidIn({ message }: RoundTrip): readonly string[] {
  return message === null ? [] : [message];
}

function noAnswer({ message, method }: RoundTrip, info: RequestInfo): Finding {
  if (message === null) {
    return method === "GET" && isWebSocket(info)
      ? { party: "Unknown", cause: "UpgradeRefused", evidence: [] }
      : { party: "Nobody", cause: "Unknown", evidence: [] };
  }
  // Nothing was sent: there was nobody to answer.
  const cause = isPluginFailure({ message }) ? "CredentialPluginFailed" : connectionCause(message);
  return { party: "Nobody", cause, evidence: [message] };
}

/** What kube-apiserver and its aggregator say in plain text: old ones write no Audit-Id beside it. */
const plainWords = /^(?:service unavailable|404 page not found|unauthorized|forbidden|too many requests.*)$/i;

/** Every answer of kube-apiserver has an Audit-Id, whatever it relays: a page of HTML or a bare error without one is none of its. */
function notTheApiServer(roundTrip: RoundTrip): Finding | null {
  const { status, message, auditId, fromCache, statusReason } = roundTrip;
  if (auditId !== null) return null;
  const page = /^\s*<(?:!doctype|html|head|body)\b|^not a Kubernetes API answer/i.test(message ?? "");
  const isError = (status ?? 0) >= 400 && statusReason === null && !plainWords.test(message ?? "");
  const bare = fromCache !== null && isError;
  if (!page && !bare) return null;
  const without = fromCache === null ? [] : ["the answer has no Audit-Id"];
  return { party: "Proxy", cause: "NotTheAPIServer", evidence: [...saidIn(roundTrip), ...without] };
}

/** kube-apiserver and the extension server each write the Audit-Id: it is there twice. */
const relayedEvidence =
  "the answer carries its Audit-Id twice: kube-apiserver relayed that of an extension API server";

function ofExtensionServer(roundTrip: RoundTrip, trace: Failed): Finding {
  const may =
    roundTrip.status === 403 && trace.verdict.decision === "allowed"
      ? ["kube-apiserver itself allows it"]
      : [];
  const { cause, evidence } = byStatusAlone(roundTrip, trace);
  return { party: "ExtensionServer", cause, evidence: [...evidence, relayedEvidence, ...may] };
}

function byStatus(status: number, trace: Failed): Finding | null {
  const { roundTrip, requestInfo, verdict, target } = trace;
  const said = saidIn(roundTrip);
  switch (status) {
    case 403:
      return forbidden(verdict, target, said);
    case 429:
      // A disruption budget refuses an eviction with the same status, long after flow control.
      if (requestInfo.subresource === "eviction")
        return { party: "APIServer", cause: "DisruptionBudget", evidence: said };
      return {
        party: "FlowControl",
        cause: "TooManyRequests",
        evidence: [...said, ...flowSchema(trace)],
      };
    case 503:
      return unavailable(trace.apiService, target, said);
    default:
      return null;
  }
}

/**
 * The same sentence comes from kube-apiserver and from extension servers, and both are asked: a review tells them apart. Admission
 * refuses in other words. Of an answer without its message only a review can tell.
 */
function forbidden(verdict: Verdict, target: Target, said: readonly string[]): Finding {
  const { decision, reason, source } = verdict;
  if (isPastKubeApiserver(verdict, target)) {
    const evidence = [...said, `kube-apiserver itself allows it: ${reason || "no reason given"}`];
    return { party: "ExtensionServer", cause: "NoRuleAllows", evidence };
  }
  const [message] = said;
  const sentence = authorizersSentence.exec(message ?? "");
  if (sentence !== null)
    return { party: "Authorization", cause: authorizerCause(sentence[1] ?? ""), evidence: said };
  if ((source === "review" || source === "snapshot") && decision === "denied")
    return { party: "Authorization", cause: authorizerCause(reason), evidence: said };
  return message === undefined
    ? { party: "Unknown", cause: "Unknown", evidence: [] }
    : { party: "Admission", cause: "DeniedByAdmission", evidence: said };
}

/** What stands behind the sentence is the authorizers' reason. Source of truth: apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
const authorizersSentence =
  /User "(?:[^"\\]|\\.)*" cannot \S+ (?:path "[^"]*"|resource .*? (?:in the namespace "[^"]*"|at the cluster scope))(?:: (.*))?$/s;

/** Source of truth: k/k plugin/pkg/auth/authorizer/{rbac,node}; from 1.37 on each authorizer's name stands before its reason. */
function authorizerCause(reason: string): Cause {
  if (reason === "") return "NoRuleAllows";
  if (/RBAC: .*not found/.test(reason)) return "RoleNotFound";
  if (
    /\bnode '|no relationship found between node|unknown node for user|can only (?:get individual|read namespaced|list\/watch)/.test(
      reason,
    )
  )
    return "NodeAuthorizer";
  return /^User "/.test(reason) ? "NoRuleAllows" : "AuthorizerDenied";
}

/** By name where that is known. */
function flowSchema({ roundTrip, flowControl }: Failed): readonly string[] {
  const schema = flowControl?.flowSchema ?? roundTrip.flowSchemaUid;
  const level = flowControl?.priorityLevel ?? roundTrip.priorityLevelUid;
  if (schema === null) return [];
  return [`FlowSchema ${schema}, PriorityLevelConfiguration ${level ?? "not told"}`];
}

/** The aggregator says no more than `service unavailable`: the reason is in the APIService's condition. */
function unavailable(
  service: TraceApiService | null,
  target: Target,
  said: readonly string[],
): Finding | null {
  const cause = service === null ? null : conditionCause(service);
  if (service !== null && cause !== null) {
    const condition = `APIService ${service.name} is ${service.available === "False" ? "not Available" : "of unknown availability"}: ${service.reason}: ${service.message}`;
    return { party: "Aggregator", cause, evidence: [...said, condition] };
  }
  const isAggregators = said[0] === "service unavailable" || target.kind === "Service";
  return isAggregators ? { party: "Aggregator", cause: "APIServiceUnavailable", evidence: said } : null;
}

/** Nobody on the way said no: it was the one that the request was for. */
function ofHandler(roundTrip: RoundTrip, trace: Failed): Finding {
  const { target, apiService, requestInfo, connect } = trace;
  // A proxied program's statuses mean what it likes.
  if (requestInfo.subresource === "proxy") {
    return {
      party: requestInfo.resource === "nodes" ? "Kubelet" : "Pod",
      cause: "Unknown",
      evidence: saidIn(roundTrip),
    };
  }
  const byFacts = causeByFacts(roundTrip, connect);
  const { cause, evidence } =
    byFacts === null ? byStatusAlone(roundTrip, trace) : { cause: byFacts, evidence: saidIn(roundTrip) };
  const party = cause === "Unknown" ? "Unknown" : handlerOf(target, apiService);
  return { party, cause, evidence };
}

/** kubectl does not log the words of a refused exec: what the Pod lacks says as much. */
function causeByFacts({ status, message }: RoundTrip, connect: Failed["connect"]): Cause | null {
  return status === 400 && message === null && connect?.to === "kubelet" ? causeByPod(connect) : null;
}

/** Where there is no APIService at all, kube-apiserver itself answers 404; where none was asked for, it may be anyone. */
function handlerOf(target: Target, apiService: TraceApiService | null): Party {
  if (target.kind === "Service") return "ExtensionServer";
  // Of a Local one that is known there is no backend where there is no CRD of that name: kube-apiserver looked for it.
  return target.kind === "Local" || apiService === null || apiService.available === "True"
    ? "APIServer"
    : "Unknown";
}

function byStatusAlone(roundTrip: RoundTrip, trace: Failed): Pick<Finding, "cause" | "evidence"> {
  const cause = statusCause(roundTrip);
  const said = saidIn(roundTrip);
  if (cause !== "NotServed") return { cause, evidence: said };
  // Without the answer's words, a 404 of an object may as well be that of its resource.
  return said.length === 0 && trace.requestInfo.name !== ""
    ? { cause: "Unknown", evidence: said }
    : readNotServed(trace, said);
}

const statusCauses: Readonly<Record<number, Cause>> = {
  400: "BadRequest",
  401: "CredentialsRejected",
  403: "NoRuleAllows",
  405: "MethodNotAllowed",
  406: "BadRequest",
  409: "Conflict",
  410: "Expired",
  413: "BadRequest",
  415: "BadRequest",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  502: "InternalError",
  503: "InternalError",
  504: "ServerTimeout",
};

function statusCause({ status, message, statusReason }: RoundTrip): Cause {
  if (status === 404) return /"[^"]*" not found$/.test(message ?? "") ? "ObjectNotFound" : "NotServed";
  if (status === 409)
    return statusReason === "AlreadyExists" || /already exists$/.test(message ?? "")
      ? "AlreadyExists"
      : "Conflict";
  return statusCauses[status ?? 0] ?? "Unknown";
}
