import type { PodInfo } from "./cluster.ts";
import type { KubeObject } from "./kube-object.ts";
import { asObject, asObjects, asText, type JsonObject } from "./narrow.ts";
import { newPodInfo } from "./snapshot/pod-info.ts";

/** One container of a Pod. */
export interface ContainerInfo {
  readonly name: string;
  readonly kind: "container" | "init" | "ephemeral";
  /** unknown: the Pod's status does not have it yet. */
  readonly state: "running" | "waiting" | "terminated" | "unknown";
  /** Why it waits or has ended: "ContainerCreating"; "" when it does not say. */
  readonly reason: string;
}

/** A single Pod, with what kube-apiserver and its kubelet look at when a request is for it. */
export interface PodDetail extends PodInfo {
  readonly namespace: string;
  /** "" while it has none. */
  readonly ip: string;
  readonly containers: readonly ContainerInfo[];
}

/** Source of truth: api/core/v1/types.go. */
export function newPodDetail(pod: KubeObject): PodDetail {
  const [spec, status] = [asObject(pod["spec"]), asObject(pod["status"])];
  const of = (kind: ContainerInfo["kind"], field: string, statuses: string): readonly ContainerInfo[] =>
    asObjects(spec[field]).map((container) => newContainerInfo(kind, container, asObjects(status[statuses])));
  return {
    // Its ReplicaSet is not asked for: who made it does not matter here.
    ...newPodInfo(pod, () => null),
    namespace: pod.metadata.namespace ?? "",
    ip: asText(status["podIP"]),
    containers: [
      ...of("container", "containers", "containerStatuses"),
      ...of("init", "initContainers", "initContainerStatuses"),
      ...of("ephemeral", "ephemeralContainers", "ephemeralContainerStatuses"),
    ],
  };
}

function newContainerInfo(
  kind: ContainerInfo["kind"],
  container: JsonObject,
  statuses: readonly JsonObject[],
): ContainerInfo {
  const name = asText(container["name"]);
  const state = asObject(statuses.find((one) => one["name"] === name)?.["state"]);
  const now = (["running", "waiting", "terminated"] as const).find((word) => state[word] !== undefined);
  return {
    name,
    kind,
    state: now ?? "unknown",
    reason: now === undefined ? "" : asText(asObject(state[now])["reason"]),
  };
}
