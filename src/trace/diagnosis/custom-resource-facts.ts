import type { RequestInfo } from "../../api/request-info.ts";
import type { Conversion } from "../custom-resource.ts";
import type { Target } from "../trace.ts";
import { chainFacts, notReadyPods, trustFacts } from "./chain-facts.ts";
import type { Failed, Finding } from "./diagnose.ts";
import type { Cause } from "./diagnosis.ts";
import { word } from "./shell-word.ts";

const ofCertificates: ReadonlySet<Cause> = new Set([
  "UnknownAuthority",
  "CertificateExpired",
  "CertificateNameMismatch",
  "TLSFailed",
]);

/** What the CustomResourceDefinition and its conversion webhook have to do with it. */
export function customResourceFacts({ party, cause }: Finding, trace: Failed): readonly string[] {
  const { target, requestInfo } = trace;
  if (cause === "NotServed") return servedFacts(target, requestInfo);
  if (party !== "ConversionWebhook" || target.kind !== "Local" || target.versions === undefined) return [];
  const stored = target.versions.find((version) => version.stored)?.name ?? "no version";
  const facts = [
    `CustomResourceDefinition ${target.crd} stores ${stored}; the request used ${requestInfo.apiVersion}`,
  ];
  const { conversion } = target;
  if (conversion === undefined) return facts;
  const trust =
    ofCertificates.has(cause) || conversion.trust.error !== "" ? trustFacts(conversion.trust) : [];
  return [...facts, `its conversion webhook is ${calledAt(conversion)}`, ...chainOf(conversion), ...trust];
}

function chainOf({ service }: Conversion): readonly string[] {
  return service === undefined ? [] : chainFacts(service);
}

/** "Service things/converter:443", "https://hooks.example.com". */
function calledAt({ service, url }: Conversion): string {
  return service === undefined ? (url ?? "") : `Service ${service.namespace}/${service.name}:${service.port}`;
}

function servedFacts(target: Target, { apiGroup, apiVersion }: RequestInfo): readonly string[] {
  if (target.kind === "Unresolved" && target.servedVersions !== undefined)
    return [`group ${apiGroup} is served in ${target.servedVersions.join(", ")}`];
  if (target.kind !== "Local" || target.versions === undefined) return [];
  const served = target.versions.filter((version) => version.served).map(({ name }) => name);
  if (served.includes(apiVersion)) return [];
  return [
    `CustomResourceDefinition ${target.crd} serves ${served.join(", ") || "no version"}, not ${apiVersion}`,
  ];
}

/** What to type to see why objects cannot be converted, then the usual mend. */
export function conversionAdvice(cause: Cause, { target }: Failed): readonly string[] {
  const crd = word(target.kind === "Local" ? (target.crd ?? "") : "", "CRD");
  const conversion = target.kind === "Local" ? target.conversion : undefined;
  const show = `kubectl get crd ${crd} -o jsonpath='{.spec.conversion}'`;
  const { service } = conversion ?? {};
  if (service === undefined) return [show, mends[cause] ?? mend];
  const namespace = word(service.namespace, "NAMESPACE");
  const slices = `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${word(service.name, "SERVICE")} -o wide`;
  const [pod] = [...notReadyPods(service), ...(service.pods ?? [])];
  const logs = pod === undefined ? [] : [`kubectl logs -n ${namespace} ${word(pod.name, "POD")}`];
  return [...logs, slices, show, mends[cause] ?? mend];
}

const mend =
  "every request that needs another version than the stored one fails until the webhook answers: bring its Pods back, or correct spec.conversion";

const trustMend =
  "spec.conversion.webhook.clientConfig.caBundle must hold the authority that signed the webhook's serving certificate; whatever injects it has not, or the certificate was made anew";

const mends: Partial<Record<Cause, string>> = {
  ServiceNotFound:
    "install what converts the objects again, or set spec.conversion.strategy to None when the versions differ in nothing but their name",
  ServicePortError: "spec.conversion.webhook.clientConfig.service.port must be a port of the Service",
  UnknownAuthority: trustMend,
  CertificateExpired: "renew the webhook's serving certificate, and restart it if it does not read it again",
  CertificateNameMismatch: "the webhook's serving certificate must be for SERVICE.NAMESPACE.svc",
  ConnectionTimedOut:
    "let kube-apiserver's addresses reach the webhook's Pods: NetworkPolicy, firewall, or hostNetwork",
  RequestTimedOut: "let kube-apiserver's addresses reach the webhook's Pods, or make the webhook faster",
};
