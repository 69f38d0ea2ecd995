import type { KubeObject } from "../cluster/kube-object.ts";
import { field, list, text } from "./fields.ts";

/** The columns of a pod that are computed. Source of truth: k/k pkg/printers/internalversion/printers.go (printPod). */

/** "1/2": ready containers of all. */
export function podReady(pod: KubeObject): string {
  const ready = list(pod, "status.containerStatuses").filter(
    (one) => field(one, "ready") === true && field(one, "state.running") !== undefined,
  );
  return `${ready.length}/${list(pod, "spec.containers").length}`;
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

/** "1/2": conditions that are true of those that the pod waits for. */
export function readinessGates(pod: KubeObject): string {
  const gates = list(pod, "spec.readinessGates").map((gate) => text(gate, "conditionType"));
  if (gates.length === 0) return "<none>";
  const isTrue = (type: string): boolean =>
    list(pod, "status.conditions").some(
      (one) => text(one, "type") === type && text(one, "status") === "True",
    );
  return `${gates.filter(isTrue).length}/${gates.length}`;
}
