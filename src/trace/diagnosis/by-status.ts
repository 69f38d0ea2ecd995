import type { Target, TraceApiService, Verdict } from "../trace.ts";
import { conditionCause } from "./condition-cause.ts";
import type { Cause } from "./diagnosis.ts";
import { type Failed, type Finding, saidIn } from "./finding.ts";
import { isPastKubeApiserver } from "./past-kube-apiserver.ts";

/** Who says no with a status that has its own station on the way: authorization, flow control, the aggregator; null for any other. */
export function byStatus(status: number, trace: Failed): Finding | null {
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
