import type { Failed, Finding } from "./diagnose.ts";
import type { Cause } from "./diagnosis.ts";

/** The next command to type first, then the usual mend. Empty where nothing general can be said. */
export function adviceFor({ party, cause }: Finding, trace: Failed): readonly string[] {
  const behind = party === "Aggregator" || party === "ExtensionServer";
  const own = behind
    ? (backendAdvice[cause] ?? connectionAdvice)(trace)
    : (generalAdvice[cause]?.(trace) ?? []);
  return own.filter((line) => line !== "");
}

type Advise = (trace: Failed) => readonly string[];

const api = ({ apiService }: Failed): string => word(apiService?.name ?? "", "APISERVICE");
const namespace = ({ target }: Failed): string =>
  word(target.kind === "Service" ? target.namespace : "", "NAMESPACE");
const service = ({ target }: Failed): string => word(target.kind === "Service" ? target.name : "", "SERVICE");
const port = ({ target }: Failed): string => (target.kind === "Service" ? String(target.port) : "PORT");
const showApiService = (trace: Failed): string => `kubectl get apiservice ${api(trace)} -o yaml`;
const showSlices = (trace: Failed): string =>
  `kubectl get endpointslices -n ${namespace(trace)} -l kubernetes.io/service-name=${service(trace)} -o wide`;
const showService = (trace: Failed): string =>
  `kubectl get service -n ${namespace(trace)} ${service(trace)} -o yaml`;
const showTrust = "kubectl get configmap -n kube-system extension-apiserver-authentication -o yaml";

const connectionAdvice: Advise = (trace) => [
  showApiService(trace),
  showSlices(trace),
  "look at the extension server's own log, and at what lies between kube-apiserver and its Pods",
];

/** What stands behind an APIService. */
const backendAdvice: Partial<Record<Cause, Advise>> = {
  ServiceNotFound: (trace) => [
    `kubectl get services -n ${namespace(trace)}`,
    `install what serves it again, or, if it is gone for good: kubectl delete apiservice ${api(trace)}`,
  ],
  ServicePortError: (trace) => [
    showService(trace),
    `the Service needs a port ${port(trace)}, or the APIService another spec.service.port`,
  ],
  HeadlessService: (trace) => [
    showService(trace),
    "give the Service a ClusterIP: kube-apiserver does not route to a headless one",
  ],
  EndpointsNotFound: (trace) => [
    showService(trace),
    "a Service without selector needs EndpointSlices of its own",
  ],
  MissingEndpoints: (trace) => [
    showSlices(trace),
    `kubectl get pods -n ${namespace(trace)} -o wide`,
    "the Pods are not ready, not there, or not chosen by the Service's selector",
  ],
  UnknownAuthority: (trace) => [
    showApiService(trace),
    "spec.caBundle must hold the authority that signed the serving certificate; whatever injects it has not, or the certificate was made anew",
  ],
  CertificateNameMismatch: (trace) => [
    showApiService(trace),
    `the serving certificate must be for ${service(trace)}.${namespace(trace)}.svc`,
  ],
  CertificateExpired: (trace) => [
    showSlices(trace),
    "renew the extension server's serving certificate, and restart it if it does not read it again",
  ],
  PlainHTTP: (trace) => [
    showService(trace),
    "the Service's targetPort leads to a port that speaks plain HTTP: kube-apiserver speaks TLS only",
  ],
  ConnectionRefused: (trace) => [
    showSlices(trace),
    "the Service's targetPort is not the port that the extension server listens on, or it listens on localhost only",
  ],
  ConnectionTimedOut: (trace) => [
    showSlices(trace),
    "let kube-apiserver's addresses reach the Pods: NetworkPolicy, firewall, or hostNetwork where the overlay does not reach",
  ],
  RequestTimedOut: (trace) => [
    showSlices(trace),
    "let kube-apiserver's addresses reach the Pods: NetworkPolicy, firewall, or hostNetwork where the overlay does not reach; or the extension server is too slow",
  ],
  DiscoveryUnauthorized: () => [
    showTrust,
    "the extension server must trust requestheader-client-ca-file and requestheader-allowed-names of that ConfigMap: let it read it, and restart it if it was changed",
  ],
  DiscoveryForbidden: () => [
    showTrust,
    "the extension server's ServiceAccount needs RoleBinding extension-apiserver-authentication-reader in kube-system and ClusterRoleBinding system:auth-delegator",
  ],
  DiscoveryNotFound: (trace) => [
    showApiService(trace),
    "the extension server serves another version: an APIService that was left behind can be deleted",
  ],
  NoRuleAllows: () => [
    "kubectl get clusterrolebinding -o wide | grep system:auth-delegator",
    "the extension server asks kube-apiserver itself, with its own ServiceAccount",
  ],
};

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
  DeniedByWebhook: () => ["kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations"],
  DeniedByPolicy: () => ["kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings"],
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

/** Text from outside stands in a command only when a shell takes it as it is. */
function word(text: string, otherwise: string): string {
  return /^[\w./:@-]{1,253}$/.test(text) && !text.startsWith("-") ? text : otherwise;
}
