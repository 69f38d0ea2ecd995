import { createHash } from "node:crypto";
import type { KubeObject } from "../cluster/kube-object.ts";
import { isOfKind } from "../cluster/snapshot/snapshot-objects.ts";
import { field, list, text } from "./fields.ts";

/**
 * What metrics-server would measure: a NodeMetrics for every node, a PodMetrics for every running pod. The figures are
 * made of the names, so that they are the same at every start; objects of the snapshot's own come first.
 * Source of truth: k8s.io/metrics/pkg/apis/metrics/v1beta1.
 */
export function createMetrics(objects: readonly KubeObject[], now: Date): KubeObject[] {
  const has = (kind: string): boolean => objects.some((object) => isOfKind(object, "metrics.k8s.io", kind));
  const nodes = has("NodeMetrics") ? [] : objects.filter((object) => isOfKind(object, "", "Node"));
  const pods = has("PodMetrics")
    ? []
    : objects.filter((object) => isOfKind(object, "", "Pod") && isRunning(object));
  return [...nodes.map((node) => nodeMetrics(node, now)), ...pods.map((pod) => podMetrics(pod, now))];
}

/** A container that waits (CrashLoopBackOff) uses nothing that could be measured. */
function isRunning(pod: KubeObject): boolean {
  const isWaiting = list(pod, "status.containerStatuses").some(
    (one) => field(one, "state.waiting") !== undefined,
  );
  return text(pod, "status.phase") === "Running" && !isWaiting;
}

function nodeMetrics(node: KubeObject, now: Date): KubeObject {
  return { ...measured("NodeMetrics", node, now), usage: usage(node.metadata.name, 400, 2000) };
}

function podMetrics(pod: KubeObject, now: Date): KubeObject {
  const containers = list(pod, "spec.containers").map((container) => {
    const name = text(container, "name");
    return { name, usage: usage(`${pod.metadata.name}/${name}`, 20, 60) };
  });
  return { ...measured("PodMetrics", pod, now), containers };
}

function measured(kind: string, { metadata }: KubeObject, now: Date): KubeObject {
  const time = now.toISOString().replace(/\.\d+Z$/, "Z");
  const { name, namespace, labels } = metadata;
  return {
    apiVersion: "metrics.k8s.io/v1beta1",
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      creationTimestamp: time,
    },
    timestamp: time,
    window: "20s",
  };
}

/** Between once and twice the base, in the units that metrics-server writes: nanocores and KiB. */
function usage(seed: string, millicores: number, mebibytes: number) {
  const hash = createHash("sha256").update(seed).digest();
  const scale = (index: number): number => 1 + (hash[index] ?? 0) / 255;
  return {
    cpu: `${Math.round(millicores * scale(0) * 1e6)}n`,
    memory: `${Math.round(mebibytes * scale(1) * 1024)}Ki`,
  };
}
