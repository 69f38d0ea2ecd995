import { type ConnectRequest, parseConnectRequest } from "../api/connect-request.ts";
import type { RequestInfo } from "../api/request-info.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { NodeInfo } from "../cluster/node-info.ts";
import type { PodDetail } from "../cluster/pod-detail.ts";
import { resolveServiceChain, type ServiceChain } from "./service-chain.ts";

/**
 * Whom kube-apiserver hands a CONNECT request to, as far as that could be seen: the kubelet of the Pod's node for log, exec, attach
 * and portforward, else what is proxied.
 */
export type Connect = NodeConnect | PodConnect | (ServiceChain & { readonly to: "service" });

export interface NodeConnect {
  /** node: a port of it that is not its kubelet's. */
  readonly to: "kubelet" | "node";
  /** "" while the Pod has none, and where the Pod is not known. */
  readonly node: string;
  /** As kube-apiserver may call it: its --kubelet-preferred-address-types choose among the Node's addresses. */
  readonly address?: string;
  readonly port?: number;
  /** null: there is no such Node; absent: not known. */
  readonly nodeInfo?: NodeInfo | null;
  /** null: there is no such Pod; absent: not known, or the request is for the Node itself. */
  readonly pod?: PodDetail | null;
  /** The container that the request is for, where it names one or there is only one. */
  readonly container?: string;
  /** Why something about it is not known; absent when all that was asked is. */
  readonly reason?: string;
}

export interface PodConnect {
  readonly to: "pod";
  readonly address?: string;
  readonly port?: number;
  /** null: there is no such Pod; absent: not known. */
  readonly pod?: PodDetail | null;
  readonly reason?: string;
}

/** Asks for at most two things after one another. null for a request that kube-apiserver answers itself; never throws. */
export async function resolveConnect(
  info: RequestInfo,
  url: string,
  cluster: Cluster,
): Promise<Connect | null> {
  const request = parseConnectRequest(info, url);
  if (request === null) return null;
  switch (request.resource) {
    case "services":
      return await toService(request, cluster);
    case "nodes":
      return await toNode(request.name, request.port, cluster);
    case "pods":
      return info.subresource === "proxy" ? await toPod(request, cluster) : await toKubelet(request, cluster);
  }
}

async function toKubelet(
  { namespace, name, container }: ConnectRequest,
  cluster: Cluster,
): Promise<NodeConnect> {
  const answer = await cluster.pod(namespace, name);
  const named = container === "" ? {} : { container };
  if (!answer.ok) return { to: "kubelet", node: "", ...named, reason: answer.reason };
  const pod = answer.value;
  if (pod === null) return { to: "kubelet", node: "", pod, ...named };
  const ordinary = pod.containers.filter(({ kind }) => kind === "container");
  const [only] = ordinary;
  const chosen =
    container === "" && ordinary.length === 1 && only !== undefined ? { container: only.name } : named;
  const node: NodeConnect =
    pod.node === "" ? { to: "kubelet", node: "" } : await toNode(pod.node, "", cluster);
  return { ...node, pod, ...chosen };
}

const defaultKubeletPort = 10250;

/** Source of truth: k/k pkg/registry/core/node/strategy.go (ResourceLocation), pkg/kubelet/client/kubelet_client.go. */
async function toNode(name: string, port: string, cluster: Cluster): Promise<NodeConnect> {
  const answer = await cluster.node(name);
  const known = answer.ok ? { nodeInfo: answer.value } : { reason: answer.reason };
  const kubeletPort = (answer.ok ? answer.value?.kubeletPort : null) ?? defaultKubeletPort;
  const address = answer.ok && answer.value !== null ? addressOf(answer.value) : "";
  const isKubelet = port === "" || port === String(kubeletPort);
  const number = isKubelet ? kubeletPort : Number(port);
  return {
    to: isKubelet ? "kubelet" : "node",
    node: name,
    ...(address === "" ? {} : { address, ...(Number.isInteger(number) ? { port: number } : {}) }),
    ...known,
  };
}

/** kubeadm has the InternalIP first; which one is called is a flag of kube-apiserver. */
function addressOf({ addresses }: NodeInfo): string {
  return (addresses.find(({ type }) => type === "InternalIP") ?? addresses[0])?.address ?? "";
}

/** Source of truth: k/k pkg/registry/core/pod/strategy.go (ResourceLocation): without a port it is the first that a container declares. */
async function toPod({ namespace, name, port }: ConnectRequest, cluster: Cluster): Promise<PodConnect> {
  const answer = await cluster.pod(namespace, name);
  if (!answer.ok) return { to: "pod", reason: answer.reason };
  const pod = answer.value;
  if (pod === null) return { to: "pod", pod };
  const number = port === "" ? pod.ports[0]?.port : Number(port);
  return {
    to: "pod",
    ...(pod.ip === "" ? {} : { address: pod.ip }),
    ...(number === undefined || !Number.isInteger(number) ? {} : { port: number }),
    pod,
  };
}

/**
 * `port` 0: the Service has no such port, or the request names none and the Service's have names. Source of truth: k/k
 * pkg/registry/core/service/storage/storage.go (ResourceLocation): a number is looked for among the ports, and whatever is named, be it
 * nothing, among their names.
 */
async function toService({ namespace, name, port }: ConnectRequest, cluster: Cluster): Promise<Connect> {
  const wanted = Number(port);
  const isNumber = port !== "" && Number.isInteger(wanted);
  const chain = await resolveServiceChain({ namespace, name, port: isNumber ? wanted : 0 }, cluster);
  const found = chain.ports?.find((one) => one.name === port);
  return { to: "service", ...chain, port: isNumber ? wanted : (found?.port ?? 0) };
}
