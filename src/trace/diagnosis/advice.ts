import { apiServiceRouteOf, parseApiServiceName } from "../../api/api-service-route.ts";
import { isConnect } from "../../api/connect-request.ts";
import { admissionAdvice } from "./admission-advice.ts";
import { backendAdvice } from "./backend-advice.ts";
import { canI, canImpersonate } from "./can-i.ts";
import { connectAdvice } from "./connect-advice.ts";
import { conversionAdvice } from "./custom-resource-facts.ts";
import type { Cause, Party } from "./diagnosis.ts";
import { commandsOf, type Fact } from "./fact.ts";
import type { Failed, Finding } from "./finding.ts";
import { isOfObject, objectAdvice } from "./object-advice.ts";
import { word } from "./shell-word.ts";

/** The next command to type first, those that facts name before the usual ones, then the usual mend. Empty where nothing can be said. */
export function adviceFor(finding: Finding, trace: Failed, facts: readonly Fact[]): readonly string[] {
  const [named, usual] = [commandsOf(facts), usualAdvice(finding, trace)];
  // Of a kubelet or a container the Pod's own state is only a part of the story.
  const isOfPod = trace.connect !== undefined && trace.connect.to !== "service";
  return [...new Set(isOfPod ? [...usual, ...named] : [...named, ...usual])];
}

function usualAdvice({ party, cause }: Finding, trace: Failed): readonly string[] {
  if (party === "Aggregator") return backendAdvice(cause, trace);
  if (party === "ExtensionServer") return extensionAdvice(cause, trace);
  if (party === "Admission") {
    const advice = admissionAdvice(cause, trace);
    if (advice.length > 0) return advice;
  }
  if (party === "ConversionWebhook") return conversionAdvice(cause, trace);
  if (party === "Unknown" && cause === "Unknown") return unknownAdvice(trace);
  // What the client itself ran into is no affair of whom the request would have been handed on to.
  const isHandedOn = isConnect(trace.requestInfo) && party !== "Nobody" && party !== "Proxy";
  const ofConnect = isHandedOn ? connectAdvice(cause, trace) : null;
  return ofConnect ?? (isBeyond(party) ? [] : (generalAdvice[cause]?.(trace) ?? objectAdvice(cause, trace)));
}

/** The aggregator says 503 without more; its reason is in the condition, if it was it. */
function unknownAdvice({ roundTrip, apiService }: Failed): readonly string[] {
  if (roundTrip.status !== 503 || apiService === null) return [];
  return [
    `kubectl get apiservice ${word(apiService.name, "APISERVICE")} -o yaml`,
    "its condition Available says whether the aggregator answered, or what stands behind it",
  ];
}

/** What it says of an object is no fault of the server's own. */
function extensionAdvice(cause: Cause, trace: Failed): readonly string[] {
  if (cause === "ResourceNotServed") return generalAdvice[cause]?.(trace) ?? [];
  return isOfObject(cause) ? objectAdvice(cause, trace) : backendAdvice(cause, trace);
}

/** The general advice is for the way from the client to kube-apiserver. */
function isBeyond(party: Party): boolean {
  return party === "Kubelet" || party === "Pod";
}

/** The context's cluster and user, without its secrets. */
const showContext = "kubectl config view --minify";

type Advise = (trace: Failed) => readonly string[];

/** Everything else. */
const generalAdvice: Partial<Record<Cause, Advise>> = {
  ConnectionRefused: () => [showContext, "is the cluster running, and the server's port right?"],
  NameNotResolved: () => [showContext, "is the server's name right, and can it be resolved from here?"],
  ConnectionTimedOut: () => [showContext, "is the network (or VPN) to the cluster up?"],
  UnknownAuthority: () => [
    "kubectl config view --minify --raw -o jsonpath='{.clusters[0].cluster}'",
    "certificate-authority-data is not that of this server: fetch the kubeconfig again",
  ],
  CertificateExpired: () => [showContext, "renew the server's certificate, and compare the clocks"],
  CertificateNameMismatch: () => [
    showContext,
    "use a server name that the certificate has, or set tls-server-name",
  ],
  NoRouteToHost: () => [showContext, "is the network (or VPN) to the cluster up?"],
  ConnectionReset: () => [
    showContext,
    "something on the way cut the connection: a proxy, a load balancer, or a server that restarts",
  ],
  RequestTimedOut: () => [
    showContext,
    "the server, or the way to it, is slow: try again, or give a longer --request-timeout; is the network (or VPN) to the cluster up?",
  ],
  PlainHTTP: () => [showContext, "the server's URL says https, but that port speaks plain HTTP"],
  PlainHTTPSent: () => [showContext, "the server's URL says http, but that port speaks TLS: it is https://"],
  TLSFailed: () => [showContext, "another program may listen there, or one that speaks only an old TLS"],
  ProxyInTheWay: () => [
    showContext,
    "HTTPS_PROXY, NO_PROXY and the context's proxy-url say which proxy is used",
  ],
  TunnelAgentMissing: () => [
    "kubectl get pods -A -l k8s-app=konnectivity-agent -o wide",
    "the tunnel's agents run as Pods on the nodes: bring them back",
  ],
  NotTheAPIServer: ({ requestInfo }) => [
    showContext,
    `a proxy, a login page or a load balancer stands before the API server${isConnect(requestInfo) ? ", or the proxied program itself said so" : ""}`,
  ],
  CredentialsRejected: () => [
    "kubectl auth whoami",
    "log in again: the token or certificate has expired, or is of another cluster",
  ],
  NoCredentials: () => [
    showContext,
    "name a user in the context, or give --token, --client-certificate and --client-key",
  ],
  TokenExpired: () => [
    showContext,
    "log in again; somebody who may makes a new one for a ServiceAccount: kubectl create token NAME -n NAMESPACE",
  ],
  TokenNotYetValid: () => ["date -u", "set the clock of this machine, or of the one that issues the tokens"],
  WrongAudience: () => [
    showContext,
    "take a token without an audience of its own: kubectl create token NAME -n NAMESPACE, without --audience",
  ],
  ClientCertificateExpired: () => [
    showContext,
    "fetch the kubeconfig again, or renew the certificate (kubeadm certs renew, or a CertificateSigningRequest)",
  ],
  CredentialPluginFailed: () => [
    showContext,
    "run the command of users[].user.exec by hand: it says there what is missing, such as a login",
  ],
  Anonymous: () => [
    showContext,
    "name a user in the context; where it has one, a proxy or load balancer before the API server takes the credentials away: one that ends TLS does so with client certificates",
  ],
  ImpersonationForbidden: ({ roundTrip }) => [
    canImpersonate(roundTrip.message ?? ""),
    "impersonation needs the verb impersonate on that user, group, uid or extra",
  ],
  TooManyRequests: (trace) => [
    showFlowSchema(trace),
    "ask less at a time, or give the user a FlowSchema with a larger share",
  ],
  AuthorizerDenied: (trace) => [mayI(trace), "the reason is that authorizer's own: ask who runs it"],
  NoRuleAllows: (trace) => [
    mayI(trace),
    "a Role that allows it, and a RoleBinding (or ClusterRoleBinding) to the user or one of his groups",
  ],
  RoleNotFound: (trace) => [mayI(trace), "make the missing role, or delete the binding that names it"],
  UpgradeNeedsCreate: (trace) => [
    canI({ ...trace.requestInfo, verb: "create" }, trace.roundTrip.impersonation),
    "add the verb create to the rule that allows get",
  ],
  QuotaExceeded: (trace) => [
    `kubectl describe resourcequota -n ${word(trace.requestInfo.namespace, "NAMESPACE")}`,
  ],
  PodSecurityViolation: (trace) => [
    `kubectl get namespace ${word(trace.requestInfo.namespace, "NAMESPACE")} --show-labels`,
  ],
  NotServed: () => ["kubectl api-resources", "another version, a CRD that is not installed, or a wrong name"],
  GroupNotServed: () => [
    "kubectl api-versions",
    "a wrong name, or a CRD or an aggregated API that is not installed",
  ],
  VersionNotServed: (trace) => [
    `kubectl api-versions | grep ${groupOf(trace)}/`,
    "use one of the versions that are served: an old one goes away with an upgrade",
  ],
  ResourceNotServed: (trace) => [
    `kubectl api-resources --api-group=${groupOf(trace)}`,
    "a wrong name, another version, or a CRD that is not installed",
  ],
  DisruptionBudget: (trace) => [
    `kubectl get poddisruptionbudgets -n ${word(trace.requestInfo.namespace, "NAMESPACE")}`,
  ],
};

function showFlowSchema({ roundTrip, flowControl }: Failed): string {
  const name = flowControl?.flowSchema;
  if (name !== undefined) return `kubectl get flowschema ${word(name, "NAME")} -o yaml`;
  if (roundTrip.flowSchemaUid === null) return "kubectl get flowschemas";
  return `kubectl get flowschemas -o custom-columns=NAME:.metadata.name,UID:.metadata.uid | grep ${word(roundTrip.flowSchemaUid, "UID")}`;
}

const mayI = ({ requestInfo, roundTrip }: Failed): string => canI(requestInfo, roundTrip.impersonation);

/** Also of a path that is no resource; the core group is "", which a shell takes as such. */
function groupOf({ requestInfo }: Failed): string {
  const route = apiServiceRouteOf(requestInfo.path);
  const { group } = parseApiServiceName(route.kind === "apiService" ? route.name : "");
  return group === "" ? '""' : word(group, "GROUP");
}
