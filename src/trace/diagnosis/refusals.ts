import type { RequestInfo } from "../../api/request-info.ts";
import { readConnectRefusal } from "./connect-refusals.ts";
import { connectionCause } from "./connection-cause.ts";
import type { Cause, Party } from "./diagnosis.ts";

interface Refusal {
  readonly party: Party;
  readonly cause: Cause;
}

type Reading = Refusal | ((message: string, info: RequestInfo) => Refusal);

/** Everything behind the request's own URL: `Post "https://…": dial tcp …` of a call that the API server made. */
const call = /: (?:Get|Post|Put|Patch|Delete|Head) "[^"]*": (.*)$/s;

const calling =
  (party: Party, otherwise: Cause) =>
  (message: string): Refusal => {
    const ofService = serviceCause(message);
    if (ofService !== null) return { party, cause: ofService };
    const error = call.exec(message)?.[1];
    const cause = error === undefined ? "Unknown" : connectionCause(error);
    return { party, cause: cause === "Unknown" ? otherwise : cause };
  };

/** kube-apiserver looks for the Service first. Source of truth: apiserver/pkg/util/proxy/proxy.go. */
function serviceCause(message: string): Cause | null {
  if (/: services? "[^"]*" not found$/.test(message)) return "ServiceNotFound";
  if (/: no service port \S+ found for service /.test(message)) return "ServicePortError";
  if (/: no endpoints available for service /.test(message)) return "MissingEndpoints";
  return /: cannot route to service with ClusterIP "None"$/.test(message) ? "HeadlessService" : null;
}

/**
 * Sentences that only one party writes, whatever the status. Source of truth:
 * apiserver/pkg/admission/plugin/webhook/errors/statuserror.go, plugin/policy/validating, pkg/endpoints/filters/impersonation,
 * apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go, kube-aggregator/pkg/apiserver/handler_proxy.go,
 * k/k plugin/pkg/admission/resourcequota, pod-security-admission, pkg/registry/core/pod/storage/eviction.go.
 */
const sentences: readonly (readonly [RegExp, Reading])[] = [
  [/^admission webhook "[^"]*" denied the request/, { party: "Admission", cause: "DeniedByWebhook" }],
  [/failed calling webhook "[^"]*"|failed to call webhook/, calling("Admission", "WebhookFailed")],
  [/^admission webhook "[^"]*" does not support dry run/, { party: "Admission", cause: "DryRunUnsupported" }],
  [
    /ValidatingAdmissionPolicy '[^']*'|\bpolicy '[^']*' with binding '[^']*' denied request|\bpolicy "[^"]*" denied request/,
    { party: "Admission", cause: "DeniedByPolicy" },
  ],
  [/conversion webhook for .* (?:failed|returned)/, calling("ConversionWebhook", "ConversionFailed")],
  [
    // From 1.36 on the verb says how and for what: impersonate-on:user-info:get.
    /\bUser "(?:[^"\\]|\\.)*" cannot impersonate\S* (?:resource|path) /,
    { party: "Impersonation", cause: "ImpersonationForbidden" },
  ],
  [
    /is attempting to grant RBAC permissions not currently held/,
    { party: "APIServer", cause: "EscalationForbidden" },
  ],
  [/ is forbidden: exceeded quota: /, { party: "Admission", cause: "QuotaExceeded" }],
  [/ is forbidden: violates PodSecurity /, { party: "Admission", cause: "PodSecurityViolation" }],
  [/would violate the pod's disruption budget/, { party: "APIServer", cause: "DisruptionBudget" }],
  [/^the backend attempted to redirect this request/, { party: "Aggregator", cause: "RedirectRefused" }],
  [/error trying to reach service: /, (message, info) => unreached(message, info)],
  [/^error dialing backend: /, (message) => ({ party: "Kubelet", cause: connectionCause(message) })],
  [
    /^Get "https:\/\/[^"]*\/containerLogs\/[^"]*": /,
    (message) => ({ party: "Kubelet", cause: connectionCause(message) }),
  ],
  [/^no endpoints available for service /, { party: "Pod", cause: "MissingEndpoints" }],
  [/ is forbidden: $|^[^:]* is forbidden$/, (_, info) => upgrade(info)],
];

/** Whose sentence a message is; null for one that several parties write. */
export function readRefusal(message: string, info: RequestInfo): Refusal | null {
  const handedOn = readConnectRefusal(message, info);
  if (handedOn !== null) return handedOn;
  for (const [pattern, reading] of sentences) {
    if (!pattern.test(message)) continue;
    return typeof reading === "function" ? reading(message, info) : reading;
  }
  return null;
}

/** The aggregator's words, and those of the proxy subresource: the URL tells them apart. */
function unreached(message: string, info: RequestInfo): Refusal {
  const error = message.slice(message.indexOf("error trying to reach service: "));
  const party = info.subresource !== "proxy" ? "Aggregator" : info.resource === "nodes" ? "Kubelet" : "Pod";
  return { party, cause: connectionCause(error) };
}

const upgrades = new Set(["exec", "attach", "portforward"]);

/** A WebSocket to a Pod: a GET that is upgraded. */
export function isWebSocket({ verb, subresource }: RequestInfo): boolean {
  return verb === "get" && upgrades.has(subresource);
}

function upgrade(info: RequestInfo): Refusal {
  return isWebSocket(info)
    ? { party: "Authorization", cause: "UpgradeNeedsCreate" }
    : { party: "Admission", cause: "DeniedByAdmission" };
}
