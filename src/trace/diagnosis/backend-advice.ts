import { parseApiServiceName } from "../../api/api-service-route.ts";
import type { Trace } from "../trace.ts";
import type { Cause } from "./diagnosis.ts";
import type { Fact } from "./fact.ts";
import { podToLookAt } from "./pod-facts.ts";
import { word } from "./shell-word.ts";

/** An APIService and the Service behind it. */
export type Backend = Pick<Trace, "apiService" | "target">;

type Advise = (backend: Backend) => readonly string[];

/** Commands that facts name, at most: the usual ones come behind them. */
const mostOfFacts = 3;

/** What to type to see why an aggregated API is broken, what the facts name first, then the usual mend. */
export function backendAdvice(cause: Cause, backend: Backend, facts: readonly Fact[]): readonly string[] {
  const named = [...new Set(facts.flatMap(({ command }) => command ?? []))].slice(0, mostOfFacts);
  return [...new Set([...named, ...(adviceOf[cause] ?? connectionAdvice)(backend)])];
}

const api = ({ apiService }: Backend): string => word(apiService?.name ?? "", "APISERVICE");
const group = ({ apiService }: Backend): string =>
  word(parseApiServiceName(apiService?.name ?? "").group, "GROUP");
const namespace = ({ target }: Backend): string =>
  word(target.kind === "Service" ? target.namespace : "", "NAMESPACE");
const service = ({ target }: Backend): string =>
  word(target.kind === "Service" ? target.name : "", "SERVICE");
const port = ({ target }: Backend): string => (target.kind === "Service" ? String(target.port) : "PORT");
const showApiService = (trace: Backend): string => `kubectl get apiservice ${api(trace)} -o yaml`;
const showSlices = (trace: Backend): string =>
  `kubectl get endpointslices -n ${namespace(trace)} -l kubernetes.io/service-name=${service(trace)} -o wide`;
const showService = (trace: Backend): string =>
  `kubectl get service -n ${namespace(trace)} ${service(trace)} -o yaml`;
/** What an extension server that runs says of it; nothing where its Pods were not seen. */
function showLog({ target }: Backend): readonly string[] {
  const pod = target.kind === "Service" ? podToLookAt(target) : undefined;
  return pod === undefined || target.kind !== "Service"
    ? []
    : [`kubectl logs -n ${word(target.namespace, "NAMESPACE")} ${word(pod.name, "POD")}`];
}
const showTrust = "kubectl get configmap -n kube-system extension-apiserver-authentication -o yaml";

const connectionAdvice: Advise = (trace) => [
  showApiService(trace),
  showSlices(trace),
  ...showLog(trace),
  "look at the extension server's own log, and at what lies between kube-apiserver and its Pods",
];

/** By cause; what is not here has the general advice. */
const adviceOf: Partial<Record<Cause, Advise>> = {
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
    "renew what has expired: the extension server's serving certificate (restart it if it does not read it again), or the authority in spec.caBundle",
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
  DiscoveryUnauthorized: (trace) => [
    showTrust,
    ...showLog(trace),
    "the extension server must trust requestheader-client-ca-file and requestheader-allowed-names of that ConfigMap: let it read it, and restart it if it was changed",
  ],
  DiscoveryForbidden: (trace) => [
    showTrust,
    ...showLog(trace),
    "the extension server's ServiceAccount needs RoleBinding extension-apiserver-authentication-reader in kube-system and ClusterRoleBinding system:auth-delegator",
  ],
  DiscoveryNotFound: (trace) => [
    showApiService(trace),
    `kubectl api-versions | grep ${group(trace)}/`,
    "the extension server serves another version: an APIService that was left behind can be deleted",
  ],
  NoRuleAllows: () => [
    "kubectl get clusterrolebinding -o wide | grep system:auth-delegator",
    "the extension server asks kube-apiserver itself, with its own ServiceAccount",
  ],
};
