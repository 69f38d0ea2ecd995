import { isConnect } from "../../api/connect-request.ts";
import type { RequestInfo } from "../../api/request-info.ts";
import { connectionCause } from "./connection-cause.ts";
import type { Cause } from "./diagnosis.ts";

interface Refusal {
  readonly party: "APIServer" | "Kubelet";
  readonly cause: Cause;
}

/** What kube-apiserver finds wrong before it hands the request on. Source of truth: k/k pkg/registry/core/{pod,service,node}. */
const ofApiServer: readonly (readonly [RegExp, Cause])[] = [
  [/^container \S+ is not valid for pod /, "ContainerNotFound"],
  [/^a container name must be specified for pod /, "ContainerNotNamed"],
  [/^pod \S+ does not have a host assigned$/, "PodNotScheduled"],
  [/^address not allowed$/, "AddressNotAllowed"],
  [/^no service port \d+ found for service /, "ServicePortError"],
];

/**
 * What the kubelet answers, or the way to it. kube-apiserver passes on the words of a 400 or 500, and only the status of others.
 * Source of truth: k/k pkg/kubelet/{kubelet_pods.go,server/server.go}, pkg/kubelet/client, apiserver/pkg/registry/generic/rest.
 */
const ofKubelet: readonly (readonly [RegExp, Cause])[] = [
  [/^container "[^"]*" in pod "[^"]*" is (?:waiting to start|not available)/, "ContainerNotStarted"],
  [/^container "[^"]*" in pod "[^"]*" is terminated/, "ContainerTerminated"],
  [/^previous terminated container "[^"]*" in pod "[^"]*" not found/, "NoPreviousContainer"],
  [/\bcontainer not found \("[^"]*"\)|^container \S+ not found in pod /, "ContainerNotFound"],
  [
    /\bpod does not exist\b|\bpod "[^"]*" (?:does not exist|cannot be found)|\bpod not found(?: \("|$)/,
    "PodNotOnNode",
  ],
  [/^the server could not find the requested resource \( ?pods\/log /, "PodNotOnNode"],
  [/^the server has asked for the client to provide credentials \( ?pods\/log /, "KubeletUnauthorized"],
  [/^Forbidden \(user=.*, verb=\w+, resource=nodes, subresource/, "KubeletForbidden"],
  [/\bno preferred addresses found; known addresses: /, "NodeAddressMissing"],
];

/** Whose sentence a message is, of a request that kube-apiserver hands on; null for any other request or sentence. */
export function readConnectRefusal(message: string, info: RequestInfo): Refusal | null {
  // A proxied program says what it likes: only what kube-apiserver finds wrong before is told from it.
  if (!isConnect(info)) return null;
  const found = ofApiServer.find(([pattern]) => pattern.test(message));
  if (found !== undefined) return { party: "APIServer", cause: found[1] };
  if (info.subresource === "proxy") return null;
  if (isNodeNotFound(message, info)) return { party: "Kubelet", cause: "NodeNotFound" };
  const cause = ofKubelet.find(([pattern]) => pattern.test(message))?.[1];
  if (cause !== undefined) return { party: "Kubelet", cause };
  const sent = /^error sending request: (.*)$/s.exec(message)?.[1];
  return sent === undefined ? null : { party: "Kubelet", cause: connectionCause(sent) };
}

/** kube-apiserver looks for the Node in the name of the request's resource: `pods "worker-1" not found`, of another Pod. */
function isNodeNotFound(message: string, { resource, name }: RequestInfo): boolean {
  const [, kind, missing] = /^(nodes|pods) "([^"]*)" not found$/.exec(message) ?? [];
  return resource === "pods" && missing !== undefined && (kind === "nodes" || missing !== name);
}
