import { calledAtText, serviceText } from "../api/service-reference.ts";
import type { AdmissionHook } from "../trace/admission/admission-hook.ts";
import type { Trace } from "../trace/trace.ts";
import { type Mark, type Step, step } from "./flow-step.ts";
import type { Passage } from "./journey.ts";

/** Most webhooks and policies to list; the rest is counted. */
const mostHooks = 8;

/**
 * The webhooks and policies that a write meets, in the order in which they are asked; null when they were not asked for.
 * `passage`: how far the request came, to the API server that does the admission.
 */
export function admissionStep(trace: Trace, passage: Passage): Step | null {
  const { admission, admissionReason = "", roundTrip, diagnosis } = trace;
  if (admission === undefined) return null;
  const isStopped = diagnosis?.party === "Admission";
  const isPassed = roundTrip.outcome === "response" && (roundTrip.status ?? 500) < 300;
  const unknown = admissionReason === "" ? "" : `not known: ${admissionReason}`;
  const more = admission.length > mostHooks ? `and ${admission.length - mostHooks} more` : "";
  const listed = admission.slice(0, mostHooks).map(hookText);
  const lines = [...listed, more, unknown];
  if (isStopped) return step("bad", "admission", refuserText(admission), ...lines);
  if (passage === "notReached") return step("notReached", "admission", "not reached", ...lines);
  const none = admission.length === 0 && unknown === "" ? ["no webhook and no policy matches"] : [];
  return step(markOf(admission, isPassed, unknown), "admission", ...none, ...lines);
}

function markOf(hooks: readonly AdmissionHook[], isPassed: boolean, unknown: string): Mark {
  if (unknown !== "") return "doubt";
  if (isPassed) return "good";
  return hooks.some((hook) => downText(hook) !== "") ? "doubt" : "step";
}

function refuserText(hooks: readonly AdmissionHook[]): string {
  const refuser = hooks.find(({ isRefuser }) => isRefuser);
  return refuser === undefined ? "refused here" : `refused by ${nameOf(refuser)}`;
}

function nameOf({ webhook, configuration }: AdmissionHook): string {
  return webhook === "" ? `policy ${configuration}` : `webhook ${webhook} of ${configuration}`;
}

/** "mutating stamps.example.com (stamps), Service kube-system/webhook:443, 1 of 1 ready". */
function hookText(hook: AdmissionHook): string {
  const { phase, target, matches, why, failurePolicy, bindings = [] } = hook;
  const actions = [...new Set(bindings.flatMap(({ validationActions }) => validationActions))];
  const done = actions.length === 0 ? "" : ` (${actions.join(", ")})`;
  const parts = [`${phase} ${nameOf(hook)}${done}`, targetText(target), downText(hook)];
  if (failurePolicy !== "Fail") parts.push(`failurePolicy ${failurePolicy}`);
  if (hook.isReinvoked) parts.push("asked again if one after it changes the object");
  if (matches === "maybe") parts.push(`maybe: ${why}`);
  return parts.filter((part) => part !== "").join(", ");
}

function targetText(target: AdmissionHook["target"]): string {
  if (target === undefined) return "";
  return target.kind === "URL" ? `at ${calledAtText(undefined, target.url)}` : serviceText(target);
}

/** What keeps a webhook's Service from working; "" when nothing does, or it is not known. */
function downText({ target }: AdmissionHook): string {
  if (target?.kind !== "Service") return "";
  // Of a Service that is not known nothing is said: JSON has the reason.
  if (target.type === undefined) return target.isMissing === true ? `DOWN: ${target.reason}` : "";
  const ready = target.endpoints.filter((endpoint) => endpoint.ready).length;
  if (ready > 0) return "";
  const why = target.pods?.find((pod) => !pod.ready)?.reason ?? target.reason ?? "";
  return `DOWN: no endpoint is ready${why === "" ? "" : ` (${why})`}`;
}

/** "stamps.example.com, checks.example.com?": all that match, with a mark for what may. */
export function admissionText({ admission = [] }: Trace): string {
  return admission
    .map(
      ({ webhook, configuration, matches }) => `${webhook || configuration}${matches === "maybe" ? "?" : ""}`,
    )
    .join(", ");
}
