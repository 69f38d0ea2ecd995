import type { RequestInfo } from "../../api/request-info.ts";
import type { RoundTrip } from "../../log/round-trip.ts";
import type { Target, Trace, TraceApiService, Verdict } from "../trace.ts";
import { admissionEvidence } from "./admission-evidence.ts";
import { adviceFor } from "./advice.ts";
import { conditionCause } from "./condition-cause.ts";
import { connectionCause } from "./connection-cause.ts";
import { type Cause, type Diagnosis, type Party, summaryOf } from "./diagnosis.ts";
import { isWebSocket, readRefusal } from "./refusals.ts";

/** What is known of a request besides why it failed. */
export type Failed = Pick<
  Trace,
  "roundTrip" | "requestInfo" | "apiService" | "target" | "verdict" | "admission" | "admissionReason"
>;

/** A party and a cause, and what of the answer proves them. */
export interface Finding {
  readonly party: Party;
  readonly cause: Cause;
  readonly evidence: readonly string[];
}

/**
 * Who said no to a request that failed, and why; null for one that did not fail, or of which the log does not say. Asks nobody: all
 * that it needs is in the Trace. Where the answer does not tell parties apart, it says so instead of choosing one.
 */
export function diagnose(trace: Failed): Diagnosis | null {
  const finding = find(trace);
  if (finding === null) return null;
  const { party, cause, evidence } = finding;
  return { party, cause, summary: summaryOf(party, cause), evidence, advice: adviceFor(finding, trace) };
}

function find(trace: Failed): Finding | null {
  const { roundTrip } = trace;
  if (roundTrip.outcome === "failed") return noAnswer(roundTrip, trace.requestInfo);
  if (roundTrip.outcome !== "response" || roundTrip.status === null) return null;
  const message = roundTrip.message ?? "";
  const refusal = roundTrip.status < 400 ? null : readRefusal(message, trace.requestInfo);
  if (refusal !== null) return { ...refusal, evidence: [message, ...admissionEvidence(refusal, trace)] };
  const strange = notTheApiServer(roundTrip);
  if (strange !== null || roundTrip.status < 400) return strange;
  if (roundTrip.relayed === true) return ofExtensionServer(roundTrip, trace);
  return byStatus(roundTrip.status, trace) ?? ofHandler(roundTrip, trace);
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
  return { party: "Nobody", cause: connectionCause(message), evidence: [message] };
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

function ofExtensionServer(roundTrip: RoundTrip, { verdict }: Failed): Finding {
  const may =
    roundTrip.status === 403 && verdict.decision === "allowed" ? ["kube-apiserver itself allows it"] : [];
  return {
    party: "ExtensionServer",
    cause: statusCause(roundTrip),
    evidence: [...saidIn(roundTrip), relayedEvidence, ...may],
  };
}

function byStatus(status: number, trace: Failed): Finding | null {
  const { roundTrip, requestInfo, verdict, target } = trace;
  const said = saidIn(roundTrip);
  switch (status) {
    case 401:
      return { party: "Authentication", cause: "CredentialsRejected", evidence: said };
    case 403:
      return forbidden(verdict, target, said);
    case 429:
      // A disruption budget refuses an eviction with the same status, long after flow control.
      if (requestInfo.subresource === "eviction")
        return { party: "APIServer", cause: "DisruptionBudget", evidence: said };
      return {
        party: "FlowControl",
        cause: "TooManyRequests",
        evidence: [...said, ...flowSchema(roundTrip)],
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
function forbidden({ decision, reason, source }: Verdict, target: Target, said: readonly string[]): Finding {
  const reviewed = source === "review" || source === "snapshot";
  if (reviewed && decision === "allowed" && target.kind === "Service") {
    const evidence = [...said, `kube-apiserver itself allows it: ${reason || "no reason given"}`];
    return { party: "ExtensionServer", cause: "NoRuleAllows", evidence };
  }
  const [message] = said;
  const sentence = authorizersSentence.exec(message ?? "");
  if (sentence !== null)
    return { party: "Authorization", cause: authorizerCause(sentence[1] ?? ""), evidence: said };
  if (reviewed && decision === "denied")
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

function flowSchema({ flowSchemaUid, priorityLevelUid }: RoundTrip): readonly string[] {
  if (flowSchemaUid === null) return [];
  return [`FlowSchema ${flowSchemaUid}, PriorityLevelConfiguration ${priorityLevelUid ?? "not told"}`];
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
function ofHandler(roundTrip: RoundTrip, { target, apiService, requestInfo }: Failed): Finding {
  const evidence = saidIn(roundTrip);
  // A proxied program's statuses mean what it likes.
  if (requestInfo.subresource === "proxy") {
    return { party: requestInfo.resource === "nodes" ? "Kubelet" : "Pod", cause: "Unknown", evidence };
  }
  const cause = statusCause(roundTrip);
  const party = cause === "Unknown" ? "Unknown" : handlerOf(target, apiService);
  return { party, cause, evidence };
}

/** Where there is no APIService at all, kube-apiserver itself answers 404; where none was asked for, it may be anyone. */
function handlerOf(target: Target, apiService: TraceApiService | null): Party {
  if (target.kind === "Service") return "ExtensionServer";
  return target.kind === "Local" || apiService === null ? "APIServer" : "Unknown";
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
