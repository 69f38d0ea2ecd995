import { parseApiServiceName } from "../../api/api-service-route.ts";
import { newServiceChain, type ServiceChain } from "../service-chain.ts";
import type { Trace } from "../trace.ts";
import type { Cause } from "./diagnosis.ts";
import * as ofService from "./service-commands.ts";
import { word } from "./shell-word.ts";
import { trustMend } from "./trust-facts.ts";

/** An APIService and the Service behind it. */
export type Backend = Pick<Trace, "apiService" | "target">;

type Advise = (backend: Backend) => readonly string[];

/** What to type to see why an aggregated API is broken, then the usual mend. */
export function backendAdvice(cause: Cause, backend: Backend): readonly string[] {
  const advice = (adviceOf[cause] ?? connectionAdvice)(backend);
  if (backend.target.kind === "Service") return advice;
  // The APIService names the Service; until then there is no other command that could be typed as it stands.
  const typed = advice.filter((line) => !/^kubectl .*\b(?:NAMESPACE|SERVICE)\b/.test(line));
  return typed.some((line) => line.startsWith("kubectl ")) ? typed : [showApiService(backend), ...typed];
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
/** Where there is no Service, the words stand for its names. */
const chainOf = ({ target }: Backend): ServiceChain =>
  target.kind === "Service" ? target : newServiceChain({ namespace: "", name: "", port: 0 });
const showSlices = (backend: Backend): string => ofService.showSlices(chainOf(backend));
const showService = (backend: Backend): string => ofService.showService(chainOf(backend));
const askDiscovery = ({ apiService }: Backend): string => {
  const [version = "", ...group] = (apiService?.name ?? "").split(".");
  return `kubectl get --raw ${word(`/apis/${group.join(".")}/${version}`, "/apis/GROUP/VERSION")}`;
};
/** What an extension server that runs says of it; nothing where its Pods were not seen. */
const showLog = (backend: Backend): readonly string[] => ofService.showLog(chainOf(backend));
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
    ofService.showServices(chainOf(trace)),
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
    ofService.showPods(chainOf(trace)),
    "the Pods are not ready, not there, or not chosen by the Service's selector",
  ],
  UnknownAuthority: (trace) => [showApiService(trace), trustMend("spec.caBundle", "the")],
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
  NoResources: (trace) => [
    askDiscovery(trace),
    "the extension server has not loaded its resources: look at its log, and at what it reads them from",
  ],
  NotDiscovery: (trace) => [
    askDiscovery(trace),
    "something else answers on the Service's port: compare its targetPort and selector with the extension server's",
  ],
  NotAnObject: (trace) => [
    showSlices(trace),
    "look at the extension server's own log, and at what lies between kube-apiserver and its Pods",
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
