import type { AdmissionHook } from "../admission/admission-hook.ts";
import { isNamed, namedHookOf } from "../admission/named-hook.ts";
import type { ServiceChain } from "../service-chain.ts";
import type { Failed } from "./diagnose.ts";
import type { Party } from "./diagnosis.ts";
import { canVouch, certificateText } from "./trust-facts.ts";

/** The webhooks or policies that the answer names, as the cluster has them: several where they share a name. */
export function namedHooks({ roundTrip, admission = [] }: Failed): readonly AdmissionHook[] {
  const named = namedHookOf(roundTrip.message ?? "");
  return named === null ? [] : admission.filter((hook) => isNamed(hook, named));
}

/** What the cluster knows of the webhook or policy that the answer names; why nothing, when it does not. `now` in milliseconds since 1970. */
export function admissionEvidence(
  { party }: { readonly party: Party },
  trace: Failed,
  now = Date.now(),
): readonly string[] {
  const { admission, admissionReason, roundTrip } = trace;
  if (party !== "Admission" || admission === undefined) return [];
  const hooks = namedHooks(trace);
  if (hooks.length > 0) return hooks.flatMap((hook) => hookEvidence(hook, now));
  const named = namedHookOf(roundTrip.message ?? "");
  if (named === null) return [];
  return [
    admissionReason === undefined
      ? `no ${named.kind === "webhook" ? "configuration has" : "policy has"} this name now`
      : `no more is known of it: ${admissionReason}`,
  ];
}

function hookEvidence(hook: AdmissionHook, now: number): readonly string[] {
  const { kind, configuration, webhook, failurePolicy, timeoutSeconds, target, bindings = [] } = hook;
  const terms = [
    `failurePolicy ${failurePolicy}`,
    ...(timeoutSeconds === undefined ? [] : [`timeoutSeconds ${timeoutSeconds}`]),
    ...bindings.map(
      ({ name, validationActions }) =>
        `binding ${name}${validationActions.length === 0 ? "" : ` (${validationActions.join(", ")})`}`,
    ),
    ...(target?.kind === "URL" ? [`called at ${target.url || "a URL that is not readable"}`] : []),
    ...(hook.why === "" ? [] : [hook.why]),
  ];
  const name = webhook === "" ? "" : `, webhook ${webhook}`;
  const head = `${kind} ${configuration}${name}: ${terms.join(", ")}`;
  return target?.kind === "Service"
    ? [head, ...chainEvidence(target), ...trustEvidence(hook, target, now)]
    : [head];
}

/** Pods to say something of; the rest is counted. */
const mostPods = 3;

function chainEvidence(chain: ServiceChain): readonly string[] {
  const { namespace, name, port, type, endpoints, pods, reason, ports } = chain;
  const service = `Service ${namespace}/${name}:${port}`;
  if (type === undefined) return [`${service}: ${reason ?? "not looked up"}`];
  const ready = endpoints.filter((endpoint) => endpoint.ready).length;
  const facts = [`${ready} of ${endpoints.length} endpoints ready`];
  if (pods !== undefined)
    facts.push(`${pods.filter((pod) => pod.ready).length} of ${pods.length} Pods ready`);
  if (ports?.every((one) => one.port !== port)) facts.push(`it has no port ${port}`);
  if (reason !== undefined) facts.push(reason);
  const down = (pods ?? []).filter((pod) => !pod.ready);
  const listed = down
    .slice(0, mostPods)
    .map((pod) => `Pod ${namespace}/${pod.name} is not ready${pod.reason === "" ? "" : `: ${pod.reason}`}`);
  const more = down.length > mostPods ? [`and ${down.length - mostPods} more Pods are not ready`] : [];
  return [`${service}: ${facts.join(", ")}`, ...listed, ...more];
}

/** Of a caBundle. */
const mostCertificates = 3;

/** kube-apiserver calls a webhook by this name, whatever address it goes to. */
export function hostOf({ namespace, name }: Pick<ServiceChain, "namespace" | "name">): string {
  return `${name}.${namespace}.svc`;
}

function trustEvidence({ trust }: AdmissionHook, chain: ServiceChain, now: number): readonly string[] {
  if (trust === undefined) return [];
  if (trust.error !== "") return [`clientConfig.${trust.error}`];
  if (trust.authorities.length === 0)
    return ["clientConfig.caBundle is empty: the roots of kube-apiserver's own machine count"];
  const host = hostOf(chain);
  return trust.authorities.slice(0, mostCertificates).map((one) => {
    const useless = canVouch(one, host) ? "" : `, which is no authority, and not for ${host}`;
    return `clientConfig.caBundle trusts ${certificateText(one, now)}${useless}`;
  });
}
