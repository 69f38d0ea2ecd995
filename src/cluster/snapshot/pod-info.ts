import type { Owner, PodInfo } from "../cluster.ts";
import type { KubeObject } from "../kube-object.ts";
import { asNumber, asObject, asObjects, asText, type JsonObject } from "../narrow.ts";

/**
 * A Pod as tracing needs it. `ownerOf` tells what a ReplicaSet belongs to, by its name; null when that is not known or nothing.
 * Source of truth: api/core/v1/types.go (PodStatus), api/apps/v1/types.go.
 */
export function newPodInfo(pod: KubeObject, ownerOf: (replicaSet: string) => Owner | null): PodInfo {
  const [spec, status] = [asObject(pod["spec"]), asObject(pod["status"])];
  const ready = conditionOf(status, "Ready")?.["status"] === "True";
  const controller = controllerOf(pod);
  return {
    name: pod.metadata.name,
    node: asText(spec["nodeName"]),
    phase: asText(status["phase"]),
    ready,
    reason: ready ? "" : whyNotReady(pod, status),
    restarts: asObjects(status["containerStatuses"])
      .map((container) => asNumber(container["restartCount"]) ?? 0)
      .reduce((sum, restarts) => sum + restarts, 0),
    hostNetwork: spec["hostNetwork"] === true,
    ports: [...asObjects(spec["containers"]), ...sidecarsOf(spec)].flatMap((container) =>
      asObjects(container["ports"]).map((port) => ({
        name: asText(port["name"]),
        port: asNumber(port["containerPort"]) ?? 0,
      })),
    ),
    workload: (controller?.kind === "ReplicaSet" ? ownerOf(controller.name) : null) ?? controller,
  };
}

/** Init containers that stay. A Service finds their ports, too. Source of truth: k/k pkg/api/v1/pod/util.go (FindPort). */
function sidecarsOf(spec: JsonObject): readonly JsonObject[] {
  return asObjects(spec["initContainers"]).filter((container) => container["restartPolicy"] === "Always");
}

/** The one owner that controls an object. Source of truth: apimachinery/pkg/apis/meta/v1/controller_ref.go. */
export function controllerOf(object: KubeObject): Owner | null {
  const owner = asObjects(object.metadata["ownerReferences"]).find((one) => one["controller"] === true);
  return owner === undefined ? null : { kind: asText(owner["kind"]), name: asText(owner["name"]) };
}

function conditionOf(status: JsonObject, type: string): JsonObject | undefined {
  return asObjects(status["conditions"]).find((one) => one["type"] === type);
}

/** The nearest cause that the Pod itself names: being deleted, no node, a container, then its own condition. */
function whyNotReady(pod: KubeObject, status: JsonObject): string {
  if (pod.metadata["deletionTimestamp"] !== undefined) return "it is being deleted";
  const scheduled = conditionOf(status, "PodScheduled");
  if (scheduled?.["status"] === "False") return sentenceOf(scheduled) || "not scheduled";
  const ofContainers = ["initContainerStatuses", "containerStatuses"].flatMap((field) =>
    asObjects(status[field]).map(stateOf),
  );
  const stuck = ofContainers.find((text) => text !== "");
  if (stuck !== undefined) return stuck;
  if (asText(status["reason"]) !== "") return asText(status["reason"]);
  const ready = conditionOf(status, "Ready");
  if (ready === undefined) return asText(status["phase"]);
  // Its message says the same, and which ones.
  const unready = ready["reason"] === "ContainersNotReady" ? asText(ready["message"]) : "";
  return unready || sentenceOf(ready);
}

function sentenceOf(condition: JsonObject): string {
  return [asText(condition["reason"]), asText(condition["message"])].filter((part) => part !== "").join(": ");
}

/** "container web: CrashLoopBackOff", "container web: exit code 1 (Error)"; "" for one that runs, or is done as it should be. */
function stateOf(container: JsonObject): string {
  const state = asObject(container["state"]);
  const [waiting, terminated] = [asObject(state["waiting"]), asObject(state["terminated"])];
  const name = `container ${asText(container["name"])}`;
  if (asText(waiting["reason"]) !== "" && asText(waiting["reason"]) !== "PodInitializing")
    return `${name}: ${asText(waiting["reason"])}`;
  const exitCode = asNumber(terminated["exitCode"]);
  if (exitCode === null || exitCode === 0) return "";
  const reason = asText(terminated["reason"]);
  return `${name}: exit code ${exitCode}${reason === "" ? "" : ` (${reason})`}`;
}
