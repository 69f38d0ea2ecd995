import { serviceNameText } from "../../api/service-reference.ts";
import type { NodeInfo } from "../../cluster/node-info.ts";
import type { PodDetail } from "../../cluster/pod-detail.ts";
import type { Connect, NodeConnect } from "../connect.ts";
import type { ServiceChain } from "../service-chain.ts";
import { chainFacts } from "./chain-facts.ts";
import type { Cause, Party } from "./diagnosis.ts";
import { type Fact, listed } from "./fact.ts";
import { unreadyFact } from "./pod-facts.ts";

/** What was seen of whom the request was handed on to, as far as it may be why it failed. */
export function connectFacts(connect: Connect, party: Party): readonly Fact[] {
  switch (connect.to) {
    case "service":
      return proxiedFacts(connect);
    case "pod":
      return [...podFacts(connect.pod), ...inFacts(addressFacts(connect.pod))];
    case "kubelet":
    case "node":
      return [
        ...podFacts(connect.pod),
        ...inFacts([...containerFacts(connect), ...nodeFacts(connect, party)]),
      ];
  }
}

/**
 * kube-apiserver calls an endpoint, not the ClusterIP, and only one that is a Pod. Source of truth: k/k
 * pkg/registry/core/service/storage/storage.go (ResourceLocation).
 */
function proxiedFacts({ clusterIP, ...chain }: ServiceChain): readonly Fact[] {
  const { endpoints } = chain;
  const facts = chainFacts(clusterIP === undefined || clusterIP === "None" ? chain : { ...chain, clusterIP });
  if (endpoints.length === 0 || endpoints.some(({ pod }) => pod !== "")) return facts;
  const sentence = `no endpoint of ${serviceNameText(chain)} is a Pod: kube-apiserver proxies to no other`;
  return [...facts, { sentence }];
}

function inFacts(sentences: readonly string[]): readonly Fact[] {
  return sentences.map((sentence) => ({ sentence }));
}

function podFacts(pod: PodDetail | null | undefined): readonly Fact[] {
  if (pod === undefined) return [];
  if (pod === null) return [{ sentence: "there is no such Pod by now" }];
  return pod.ready ? [] : [unreadyFact(pod.namespace, pod)];
}

function addressFacts(pod: PodDetail | null | undefined): readonly string[] {
  return pod?.ip === "" ? [`Pod ${pod.name} has no address yet`] : [];
}

function containerFacts({ pod, container }: NodeConnect): readonly string[] {
  if (!pod) return [];
  const names = pod.containers.map(({ name }) => name);
  if (container === undefined) {
    return names.length > 1 ? [`Pod ${pod.name} has the containers ${listed(names)}`] : [];
  }
  const found = pod.containers.find(({ name }) => name === container);
  if (found === undefined)
    return [`Pod ${pod.name} has the containers ${listed(names)}, and none named ${container}`];
  if (found.state === "running") return [];
  const state = { waiting: "is waiting", terminated: "has terminated", unknown: "has no status yet" }[
    found.state
  ];
  return [`container ${container} ${state}${found.reason === "" ? "" : `: ${found.reason}`}`];
}

/** That the node is ready matters only where its kubelet could not be reached. */
function nodeFacts({ node, nodeInfo, pod }: NodeConnect, party: Party): readonly string[] {
  if (nodeInfo === null) return [`there is no Node ${node}`];
  if (nodeInfo !== undefined)
    return nodeInfo.ready === "True" && party !== "Kubelet" ? [] : [nodeFact(nodeInfo)];
  if (node !== "" && pod) return [`Pod ${pod.name} is on node ${node}`];
  return [];
}

/** "Node worker-1 is not ready since …: KubeletNotReady: …". */
export function nodeFact({ name, ready, reason, message, since }: NodeInfo): string {
  if (ready === "True") return `Node ${name} is ready`;
  const state = ready === "False" ? "is not ready" : "is of unknown readiness";
  const why = [reason, message].filter((part) => part !== "").join(": ");
  return `Node ${name} ${state}${since === "" ? "" : ` since ${since}`}${why === "" ? "" : `: ${why}`}`;
}

/** kube-apiserver's 400 when the log does not have its words: what it would say of this Pod. null: it would say nothing. */
export function causeByPod({ pod, container, node }: NodeConnect): Cause | null {
  if (!pod) return null;
  if (container !== undefined && !pod.containers.some(({ name }) => name === container))
    return "ContainerNotFound";
  if (container === undefined && pod.containers.length > 1) return "ContainerNotNamed";
  return node === "" ? "PodNotScheduled" : null;
}
