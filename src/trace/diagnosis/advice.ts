import { admissionAdvice } from "./admission-advice.ts";
import { backendAdvice } from "./backend-advice.ts";
import type { Failed, Finding } from "./diagnose.ts";
import type { Cause } from "./diagnosis.ts";
import { word } from "./shell-word.ts";

/** The next command to type first, then the usual mend. Empty where nothing general can be said. */
export function adviceFor({ party, cause }: Finding, trace: Failed): readonly string[] {
  if (party === "Admission") {
    const advice = admissionAdvice(cause, trace);
    if (advice.length > 0) return advice;
  }
  const isBehind = party === "Aggregator" || party === "ExtensionServer";
  return isBehind ? backendAdvice(cause, trace) : (generalAdvice[cause]?.(trace) ?? []);
}

type Advise = (trace: Failed) => readonly string[];

/** Everything else. */
const generalAdvice: Partial<Record<Cause, Advise>> = {
  ConnectionRefused: () => [
    "kubectl config view --minify",
    "is the cluster running, and the server's port right?",
  ],
  NameNotResolved: () => [
    "kubectl config view --minify",
    "is the server's name right, and can it be resolved from here?",
  ],
  ConnectionTimedOut: () => ["kubectl config view --minify", "is the network (or VPN) to the cluster up?"],
  UnknownAuthority: () => [
    "kubectl config view --minify --raw",
    "certificate-authority-data is not that of this server: fetch the kubeconfig again",
  ],
  CertificateExpired: () => ["renew the server's certificate, and compare the clocks"],
  CertificateNameMismatch: () => ["use a server name that the certificate has, or set tls-server-name"],
  NotTheAPIServer: () => [
    "kubectl config view --minify",
    "a proxy, a login page or a load balancer stands before the API server",
  ],
  CredentialsRejected: () => [
    "kubectl auth whoami",
    "log in again: the token or certificate has expired, or is of another cluster",
  ],
  ImpersonationForbidden: () => [
    "kubectl auth can-i impersonate users",
    "impersonation needs the verb impersonate on that user, group, uid or extra",
  ],
  TooManyRequests: ({ roundTrip }) => [
    roundTrip.flowSchemaUid === null
      ? "kubectl get flowschemas"
      : `kubectl get flowschemas -o custom-columns=NAME:.metadata.name,UID:.metadata.uid | grep ${word(roundTrip.flowSchemaUid, "UID")}`,
    "ask less at a time, or give the user a FlowSchema with a larger share",
  ],
  NoRuleAllows: (trace) => [
    canI(trace),
    "a Role that allows it, and a RoleBinding (or ClusterRoleBinding) to the user or one of his groups",
  ],
  RoleNotFound: (trace) => [canI(trace), "make the missing role, or delete the binding that names it"],
  UpgradeNeedsCreate: () => [
    "kubectl auth can-i create pods --subresource=exec",
    "add the verb create to the rule that allows get",
  ],
  QuotaExceeded: (trace) => [
    `kubectl describe resourcequota -n ${word(trace.requestInfo.namespace, "NAMESPACE")}`,
  ],
  PodSecurityViolation: (trace) => [
    `kubectl get namespace ${word(trace.requestInfo.namespace, "NAMESPACE")} --show-labels`,
  ],
  NotServed: () => ["kubectl api-resources", "another version, a CRD that is not installed, or a wrong name"],
  DisruptionBudget: (trace) => [
    `kubectl get poddisruptionbudgets -n ${word(trace.requestInfo.namespace, "NAMESPACE")}`,
  ],
};

function canI({ requestInfo }: Failed): string {
  const { verb, resource, apiGroup, subresource, name, namespace, isResourceRequest, path } = requestInfo;
  if (!isResourceRequest) return `kubectl auth can-i ${word(verb, "VERB")} ${word(path, "PATH")}`;
  const what = `${word(resource, "RESOURCE")}${apiGroup === "" ? "" : `.${word(apiGroup, "GROUP")}`}`;
  const parts = [
    `kubectl auth can-i ${word(verb, "VERB")} ${what}${name === "" ? "" : `/${word(name, "NAME")}`}`,
  ];
  if (subresource !== "") parts.push(`--subresource=${word(subresource, "SUBRESOURCE")}`);
  if (namespace !== "") parts.push(`-n ${word(namespace, "NAMESPACE")}`);
  return parts.join(" ");
}
