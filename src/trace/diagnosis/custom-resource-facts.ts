import type { RequestInfo } from "../../api/request-info.ts";
import { calledAtText } from "../../api/service-reference.ts";
import type { Target } from "../trace.ts";
import type { Cause } from "./diagnosis.ts";
import type { Fact } from "./fact.ts";
import type { Failed, Finding } from "./finding.ts";
import { showLog, showSlices } from "./service-commands.ts";
import { word } from "./shell-word.ts";
import { trustMend } from "./trust-facts.ts";
import { webhookFacts } from "./webhook-facts.ts";

/** What the CustomResourceDefinition and its conversion webhook have to do with it. */
export function customResourceFacts({ party, cause }: Finding, trace: Failed): readonly Fact[] {
  const { target, requestInfo, surroundings } = trace;
  if (target.kind !== "Local" || target.versions === undefined) return [];
  if (cause === "NotServed" || cause === "ResourceNotServed") return servedFacts(target, requestInfo);
  if (party !== "ConversionWebhook") return [];
  const stored = target.versions.find((version) => version.stored)?.name ?? "no version";
  const { conversion } = target;
  const by =
    conversion === undefined
      ? ""
      : `, and is converted by ${calledAtText(conversion.service, conversion.url)}`;
  const sentence = `CustomResourceDefinition ${target.crd} stores ${stored}, the request used ${requestInfo.apiVersion}${by}`;
  if (conversion?.service === undefined) return [{ sentence }];
  const { service, trust } = conversion;
  return [...webhookFacts(service, trust, cause, surroundings?.now ?? 0), { sentence }];
}

function servedFacts(
  { crd, versions = [] }: Extract<Target, { readonly kind: "Local" }>,
  { apiVersion }: RequestInfo,
): readonly Fact[] {
  const served = versions.filter((version) => version.served).map(({ name }) => name);
  if (served.includes(apiVersion)) return [];
  const sentence = `CustomResourceDefinition ${crd} serves ${served.join(", ") || "no version"}, not ${apiVersion}`;
  return [{ sentence }];
}

/** What to type to see why objects cannot be converted, then the usual mend. */
export function conversionAdvice(cause: Cause, { target }: Failed): readonly string[] {
  const crd = word(target.kind === "Local" ? (target.crd ?? "") : "", "CRD");
  const conversion = target.kind === "Local" ? target.conversion : undefined;
  const show = `kubectl get crd ${crd} -o jsonpath='{.spec.conversion}'`;
  const { service } = conversion ?? {};
  if (service === undefined) return [show, mends[cause] ?? mend];
  return [...showLog(service), showSlices(service), show, mends[cause] ?? mend];
}

const mend =
  "every request that needs another version than the stored one fails until the webhook answers: bring its Pods back, or correct spec.conversion";

const mends: Partial<Record<Cause, string>> = {
  ServiceNotFound:
    "install what converts the objects again, or set spec.conversion.strategy to None when the versions differ in nothing but their name",
  ServicePortError: "spec.conversion.webhook.clientConfig.service.port must be a port of the Service",
  UnknownAuthority: trustMend("spec.conversion.webhook.clientConfig.caBundle", "the webhook's"),
  CertificateExpired: "renew the webhook's serving certificate, and restart it if it does not read it again",
  CertificateNameMismatch: "the webhook's serving certificate must be for SERVICE.NAMESPACE.svc",
  ConnectionTimedOut:
    "let kube-apiserver's addresses reach the webhook's Pods: NetworkPolicy, firewall, or hostNetwork",
  RequestTimedOut: "let kube-apiserver's addresses reach the webhook's Pods, or make the webhook faster",
};
