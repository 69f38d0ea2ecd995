import { calledAtText, serviceText } from "../../api/service-reference.ts";
import type { AdmissionHook } from "../admission/admission-hook.ts";
import { isNamed, namedHookOf } from "../admission/named-hook.ts";
import type { Cause } from "./diagnosis.ts";
import type { Fact } from "./fact.ts";
import type { Failed, Finding } from "./finding.ts";
import { webhookFacts } from "./webhook-facts.ts";

/** The webhooks or policies that the answer names, as the cluster has them: several where they share a name. */
export function namedHooks({ roundTrip, admission = [] }: Failed): readonly AdmissionHook[] {
  const named = namedHookOf(roundTrip.message ?? "");
  return named === null ? [] : admission.filter((hook) => isNamed(hook, named));
}

/** What the cluster knows of the webhook or policy that the answer names; why nothing, when it does not. */
export function admissionFacts({ party, cause }: Finding, trace: Failed): readonly Fact[] {
  const { admission, admissionReason, roundTrip, surroundings } = trace;
  if (party !== "Admission" || admission === undefined) return [];
  const hooks = namedHooks(trace);
  if (hooks.length > 0) return hooks.flatMap((hook) => hookFacts(hook, cause, surroundings?.now ?? 0));
  const named = namedHookOf(roundTrip.message ?? "");
  if (named === null) return [];
  const none = `no ${named.kind === "webhook" ? "configuration has" : "policy has"} this name now`;
  return [{ sentence: admissionReason === undefined ? none : `no more is known of it: ${admissionReason}` }];
}

function hookFacts(hook: AdmissionHook, cause: Cause, now: number): readonly Fact[] {
  const { kind, configuration, webhook, failurePolicy, timeoutSeconds, target, bindings = [] } = hook;
  const terms = [
    `failurePolicy ${failurePolicy}`,
    ...(timeoutSeconds === undefined ? [] : [`timeoutSeconds ${timeoutSeconds}`]),
    ...bindings.map(
      ({ name, validationActions }) =>
        `binding ${name}${validationActions.length === 0 ? "" : ` (${validationActions.join(", ")})`}`,
    ),
    ...(target === undefined ? [] : [`called at ${calledAt(target)}`]),
    ...(hook.why === "" ? [] : [hook.why]),
  ];
  const name = webhook === "" ? "" : `, webhook ${webhook}`;
  const head = { sentence: `${kind} ${configuration}${name}: ${terms.join(", ")}` };
  return target?.kind === "Service" ? [head, ...webhookFacts(target, hook.trust, cause, now)] : [head];
}

/** "Service shop/checks:443, 1 of 2 endpoints ready", "https://hooks.example.com". */
function calledAt(target: NonNullable<AdmissionHook["target"]>): string {
  if (target.kind === "URL") return calledAtText(undefined, target.url);
  const { endpoints, type, reason } = target;
  const service = serviceText(target);
  if (type === undefined) return reason === undefined ? service : `${service} (${reason})`;
  const ready = endpoints.filter((endpoint) => endpoint.ready).length;
  // That none is ready is a fact of its own.
  return ready === 0 ? service : `${service}, ${ready} of ${endpoints.length} endpoints ready`;
}
