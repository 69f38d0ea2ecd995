import { operationsOf } from "../admission/admission-request.ts";
import { conditionCause } from "./condition-cause.ts";
import type { Cause } from "./diagnosis.ts";
import { type Failed, type Finding, saidIn } from "./finding.ts";
import { isPastKubeApiserver } from "./past-kube-apiserver.ts";

/** Who says no with a status that has its own station on the way: authorization, flow control, the aggregator; null for any other. */
export function byStatus(status: number, trace: Failed): Finding | null {
  const { roundTrip, requestInfo } = trace;
  const said = saidIn(roundTrip);
  switch (status) {
    case 403:
      return forbidden(trace, said);
    case 429:
      // A disruption budget refuses an eviction with the same status, long after flow control.
      if (requestInfo.subresource === "eviction" && !flowControlsWords.test(roundTrip.message ?? ""))
        return { party: "APIServer", cause: "DisruptionBudget", evidence: said };
      // Also with this status: a kind whose storage has just come and is being read.
      if (/^storage is \(re\)initializing/.test(roundTrip.message ?? ""))
        return { party: "APIServer", cause: "InternalError", evidence: said };
      return {
        party: "FlowControl",
        cause: "TooManyRequests",
        evidence: [...said, ...flowSchema(trace)],
      };
    case 503:
      return unavailable(trace, said);
    default:
      return null;
  }
}

/** Source of truth: apiserver/pkg/server/filters/{priority-and-fairness,maxinflight}.go; client-go's words for it. */
export const flowControlsWords =
  /^(?:Too many requests, please try again later\.|the server has received too many requests)/;

/**
 * The same sentence comes from kube-apiserver and from extension servers, and both are asked: a review tells them apart. Admission
 * refuses in other words. Of an answer without its message only a review can tell.
 */
function forbidden(trace: Failed, said: readonly string[]): Finding {
  const { decision, reason, source } = trace.verdict;
  if (isPastKubeApiserver(trace)) {
    const evidence = [...said, `kube-apiserver itself allows it: ${reason || "no reason given"}`];
    return { party: "ExtensionServer", cause: "NoRuleAllows", evidence };
  }
  const [message] = said;
  const sentence = authorizersSentence.exec(message ?? "");
  if (sentence !== null)
    return { party: "Authorization", cause: authorizerCause(sentence[1] ?? ""), evidence: said };
  if ((source === "review" || source === "snapshot") && decision === "denied")
    return { party: "Authorization", cause: authorizerCause(reason), evidence: said };
  // What only reads is never put to admission.
  if (message !== undefined && operationsOf(trace.requestInfo, trace.roundTrip).length > 0)
    return { party: "Admission", cause: "DeniedByAdmission", evidence: said };
  const isBehind =
    message !== undefined && trace.target.kind === "Service" && trace.roundTrip.auditId !== null;
  return { party: isBehind ? "ExtensionServer" : "Unknown", cause: "Unknown", evidence: said };
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

/** The aggregator says no more than this, which client-go words in its own way: the reason is in the APIService's condition. */
const aggregatorsWords = /^(?:service unavailable|the server is currently unable to handle the request)\s*$/;

/**
 * null: in words that are not the aggregator's. Without any words a backend that is Available now may have said it as well, and of
 * a backend that nobody looked for nothing is known at all.
 */
function unavailable({ apiService, target }: Failed, said: readonly string[]): Finding | null {
  const isLocal = target.kind === "Local" && apiService?.available === "True";
  const isAggregators = said.every((words) => aggregatorsWords.test(words));
  if (isLocal || !isAggregators) return null;
  const cause = apiService === null ? null : conditionCause(apiService);
  if (apiService !== null && cause !== null) {
    const condition = `APIService ${apiService.name} is ${apiService.available === "False" ? "not Available" : "of unknown availability"}: ${apiService.reason}: ${apiService.message}`;
    return { party: "Aggregator", cause, evidence: [...said, condition] };
  }
  const now = apiService?.available === "True" ? [`by now APIService ${apiService.name} is Available`] : [];
  if (said[0] === "service unavailable")
    return { party: "Aggregator", cause: "APIServiceUnavailable", evidence: [...said, ...now] };
  return target.kind === "Service" || (target.kind === "Unresolved" && apiService !== null)
    ? { party: "Unknown", cause: "Unknown", evidence: [...said, ...now] }
    : null;
}
