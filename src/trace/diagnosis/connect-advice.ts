import { connectName } from "../../api/connect-request.ts";
import type { Connect } from "../connect.ts";
import type { Cause } from "./diagnosis.ts";
import type { Failed } from "./finding.ts";
import { showPods, showServices, showSlices } from "./service-commands.ts";
import { word } from "./shell-word.ts";

type Advise = (trace: Failed) => readonly string[];

/** What to type to see why a request could not be handed on, then the usual mend; null where nothing is known to help. */
export function connectAdvice(cause: Cause, trace: Failed): readonly string[] | null {
  const toPod = trace.requestInfo.subresource === "proxy" && trace.requestInfo.resource !== "nodes";
  return (toPod ? proxyAdvice : kubeletAdvice)[cause]?.(trace) ?? null;
}

const nodeOf = (connect: Connect | undefined): string =>
  word(connect?.to === "kubelet" || connect?.to === "node" ? connect.node : "", "NODE");
const inNamespace = ({ requestInfo }: Failed): string => `-n ${word(requestInfo.namespace, "NAMESPACE")}`;
const proxied = ({ requestInfo }: Failed): { readonly namespace: string; readonly name: string } => ({
  namespace: requestInfo.namespace,
  name: connectName(requestInfo),
});
const nameOf = (trace: Failed): string => word(proxied(trace).name, "NAME");
const showNode = ({ connect }: Failed): string => `kubectl get node ${nodeOf(connect)} -o wide`;
const describePod = (trace: Failed): string => `kubectl describe pod ${inNamespace(trace)} ${nameOf(trace)}`;
const showContainers = (trace: Failed): string =>
  `kubectl get pod ${inNamespace(trace)} ${nameOf(trace)} -o jsonpath='{.spec.containers[*].name}'`;
const showSigningRequests = "kubectl get certificatesigningrequests";

const openFirewall: Advise = (trace) => [
  showNode(trace),
  "let kube-apiserver's addresses reach the kubelet's port, 10250, of every node; or the node is down",
];

/** log, exec, attach, portforward, and the proxy of a Node. */
const kubeletAdvice: Partial<Record<Cause, Advise>> = {
  ConnectionRefused: (trace) => [
    showNode(trace),
    "nothing listens there: is the kubelet running on that machine, and is the address still the Node's?",
  ],
  ConnectionTimedOut: openFirewall,
  RequestTimedOut: openFirewall,
  NoRouteToHost: openFirewall,
  ConnectionReset: openFirewall,
  NameNotResolved: ({ connect }) => [
    `kubectl get node ${nodeOf(connect)} -o jsonpath='{.status.addresses}'`,
    "kube-apiserver calls the node by name: let its --kubelet-preferred-address-types begin with InternalIP, or its name server know the nodes",
  ],
  UnknownAuthority: () => [
    showSigningRequests,
    "the kubelet's serving certificate is not signed by the authority in kube-apiserver's --kubelet-certificate-authority: serverTLSBootstrap, and approve its requests; kubectl logs has --insecure-skip-tls-verify-backend",
  ],
  CertificateExpired: () => [
    showSigningRequests,
    "renew the kubelet's serving certificate, or approve the request that would",
  ],
  CertificateNameMismatch: (trace) => [
    showNode(trace),
    "the kubelet's serving certificate is not for the address that kube-apiserver calls: make it anew, or change --kubelet-preferred-address-types",
  ],
  TLSFailed: () => [
    showSigningRequests,
    "a kubelet that has no serving certificate yet answers so: approve its request (kubernetes.io/kubelet-serving)",
  ],
  TunnelAgentMissing: () => [
    "kubectl get pods -A -l k8s-app=konnectivity-agent -o wide",
    "the agents that keep the tunnel from the nodes to kube-apiserver are not running, or cannot reach it",
  ],
  ContainerNotFound: (trace) => [showContainers(trace), "name one of the Pod's containers: -c CONTAINER"],
  ContainerNotNamed: (trace) => [showContainers(trace), "name one of the Pod's containers: -c CONTAINER"],
  ContainerNotStarted: (trace) => [
    describePod(trace),
    "its events say what it waits for: an image, a volume, a Secret, or another container",
  ],
  ContainerTerminated: (trace) => [describePod(trace)],
  NoPreviousContainer: (trace) => [
    `kubectl get pod ${inNamespace(trace)} ${nameOf(trace)}`,
    "a container that has not restarted has no earlier log: leave out --previous",
  ],
  PodNotScheduled: (trace) => [describePod(trace), "its events say why no node takes it"],
  PodNotOnNode: (trace) => [
    describePod(trace),
    showNode(trace),
    "the Pod has just come or gone, or its node was made anew under the same name",
  ],
  NodeNotFound: (trace) => [
    "kubectl get nodes",
    `the node is gone: kubectl delete pod ${inNamespace(trace)} ${nameOf(trace)} lets another one be made`,
  ],
  NodeAddressMissing: ({ connect }) => [
    `kubectl get node ${nodeOf(connect)} -o jsonpath='{.status.addresses}'`,
    "the kubelet or the cloud provider has not set one of the types in --kubelet-preferred-address-types",
  ],
  AddressNotAllowed: (trace) => [showNode(trace), "kube-apiserver does not proxy to loopback or link-local"],
  KubeletUnauthorized: () => [
    "kubectl get nodes -o wide",
    "kube-apiserver's --kubelet-client-certificate must be signed by the authority in the kubelet's authentication.x509.clientCAFile",
  ],
  KubeletForbidden: () => [
    "kubectl get clusterrolebindings -o wide | grep system:kubelet-api-admin",
    "the user of kube-apiserver's --kubelet-client-certificate needs ClusterRole system:kubelet-api-admin",
  ],
};

const openNetwork: Advise = (trace) => [
  describeProxied(trace),
  "let kube-apiserver's addresses reach the Pods: NetworkPolicy, firewall, or an overlay that the control plane is not part of; kubectl port-forward goes by the kubelet instead",
];

const describeProxied = (trace: Failed): string =>
  trace.requestInfo.resource === "services" ? showSlices(proxied(trace)) : describePod(trace);

const namePort: Advise = (trace) => [
  `kubectl get service ${inNamespace(trace)} ${nameOf(trace)}`,
  "name a port that the Service has, behind a colon",
];

/** The same is said of a port that the Service does not have, and by some versions of a Service that is not there. */
const missingEndpoints: Advise = (trace) => {
  const { connect } = trace;
  if (connect?.to === "service" && connect.isMissing === true)
    return [showServices(proxied(trace)), "a wrong name or namespace, or somebody has deleted it"];
  if (connect?.to === "service" && connect.ports !== undefined && connect.port === 0) return namePort(trace);
  return [
    showSlices(proxied(trace)),
    showPods(proxied(trace)),
    "the Pods are not ready, not there, or not chosen by the Service's selector",
  ];
};

/** The proxy of a Pod or a Service. */
const proxyAdvice: Partial<Record<Cause, Advise>> = {
  ConnectionRefused: (trace) => [
    describeProxied(trace),
    "nothing listens on that port of the Pod: name another one behind a colon, or the program listens on localhost only",
  ],
  ConnectionTimedOut: openNetwork,
  RequestTimedOut: openNetwork,
  NoRouteToHost: openNetwork,
  PlainHTTP: () => ["the program speaks plain HTTP: leave out https: before the name"],
  MissingEndpoints: missingEndpoints,
  ServicePortError: namePort,
  AddressNotAllowed: (trace) => [
    describePod(trace),
    "the Pod has no address yet, or one that is not of the cluster",
  ],
};
