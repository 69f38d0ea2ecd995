import type { KubeObject } from "../cluster/kube-object.ts";
import { field, list, text } from "./fields.ts";

/** The columns of a pod that are computed. Source of truth: k/k pkg/printers/internalversion/printers.go (printPod). */

/** "1/2": ready containers of all. */
export function podReady(pod: KubeObject): string {
  const ready = list(pod, "status.containerStatuses").filter((one) => field(one, "ready") === true).length;
  return `${ready}/${list(pod, "spec.containers").length}`;
}

export function podRestarts(pod: KubeObject): string {
  const restarts = list(pod, "status.containerStatuses").map((one) => Number(text(one, "restartCount") || 0));
  return String(restarts.reduce((sum, one) => sum + one, 0));
}

/** Why a container does not run, otherwise the pod's own reason or phase. */
export function podStatus(pod: KubeObject): string {
  if (text(pod, "metadata.deletionTimestamp") !== "") return "Terminating";
  const own = text(pod, "status.reason") || text(pod, "status.phase") || "Unknown";
  const reasons = list(pod, "status.containerStatuses").map(
    (one) => text(one, "state.waiting.reason") || text(one, "state.terminated.reason"),
  );
  return reasons.find((reason) => reason !== "") ?? own;
}
