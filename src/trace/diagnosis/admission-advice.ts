import { serviceHost } from "../../api/service-reference.ts";
import type { AdmissionHook } from "../admission/admission-hook.ts";
import type { ServiceChain } from "../service-chain.ts";
import { namedHooks } from "./admission-facts.ts";
import type { Cause } from "./diagnosis.ts";
import type { Failed } from "./finding.ts";
import { showLog, showSlices } from "./service-commands.ts";
import { word } from "./shell-word.ts";
import { trustMend } from "./trust-facts.ts";

/** What to look at of the webhook or policy that said no, then the usual mend; empty for another cause of admission's. */
export function admissionAdvice(cause: Cause, trace: Failed): readonly string[] {
  const others = ["QuotaExceeded", "PodSecurityViolation", "DeniedByAdmission"];
  if (others.includes(cause)) return [];
  const hooks = namedHooks(trace);
  const [first] = hooks;
  if (first === undefined)
    return cause === "DeniedByPolicy" ? listPolicies : [listWebhooks, ...mendOf(cause, null)];
  const shown = hooks.map(showHook);
  if (cause === "DeniedByPolicy")
    return [
      ...shown,
      ...(first.bindings ?? []).map((one) => showBinding(first, one.name)),
      "change the object, or exempt it by the binding's matchResources",
    ];
  if (cause === "DeniedByWebhook")
    return [
      ...shown,
      ...showPodLog(first),
      "change the object as the message says, or exempt its namespace by the webhook's namespaceSelector",
    ];
  const chain = first.target?.kind === "Service" ? first.target : null;
  const ofChain =
    chain === null || cause === "DryRunUnsupported" ? [] : [showSlices(chain), ...showReadyPod(first)];
  return [...shown, ...ofChain, ...mendOf(cause, chain)];
}

const listWebhooks = "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations";
const listPolicies = ["kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings"];

function showHook({ kind, configuration }: AdmissionHook): string {
  return `kubectl get ${kind.toLowerCase()} ${word(configuration, "NAME")} -o yaml`;
}

function showBinding({ kind }: AdmissionHook, name: string): string {
  return `kubectl get ${kind.toLowerCase()}binding ${word(name, "NAME")} -o yaml`;
}

function showPodLog({ target }: AdmissionHook): readonly string[] {
  return target?.kind === "Service" ? showLog(target) : [];
}

/** Of a Pod that is not ready the facts say what to type. */
function showReadyPod(hook: AdmissionHook): readonly string[] {
  const pods = hook.target?.kind === "Service" ? (hook.target.pods ?? []) : [];
  return pods.some(({ ready }) => !ready) ? [] : showPodLog(hook);
}

const lastResort =
  "failurePolicy: Ignore lets requests through without the check, where losing it is acceptable; a namespaceSelector exempts namespaces";

/** The usual mend of a webhook that could not be asked. `chain`: null for one at a URL, or not known. */
function mendOf(cause: Cause, chain: ServiceChain | null): readonly string[] {
  const host = chain === null ? "the name that it is called by" : serviceHost(chain);
  switch (cause) {
    case "DeniedByWebhook":
      return [];
    case "DryRunUnsupported":
      return ["leave out --dry-run=server, or give the webhook sideEffects: None if it has none"];
    case "UnknownAuthority":
    case "TLSFailed":
      return [trustMend("clientConfig.caBundle", "the webhook's"), lastResort];
    case "CertificateExpired":
      return [
        "renew the webhook's serving certificate, and restart it if it does not read it again",
        lastResort,
      ];
    case "CertificateNameMismatch":
      return [`the webhook's serving certificate must be for ${host}`, lastResort];
    case "PlainHTTP":
      return ["the webhook has to speak TLS on the port that the Service leads to", lastResort];
    case "ServiceNotFound":
      return [
        "install what serves the webhook again, or take the webhook out of its configuration if it is gone for good",
        lastResort,
      ];
    case "ServicePortError":
      return ["clientConfig.service.port has to be a port of the Service", lastResort];
    case "ConnectionTimedOut":
    case "RequestTimedOut":
    case "NoRouteToHost":
      return [
        "let kube-apiserver's addresses reach the Pods (NetworkPolicy, firewall), and see that they answer within timeoutSeconds",
        lastResort,
      ];
    case "WebhookFailed":
      return [
        "see the webhook's own log: it answered, but with nothing that kube-apiserver can use",
        lastResort,
      ];
    default:
      return ["make the Pods behind the webhook's Service ready again", lastResort];
  }
}
