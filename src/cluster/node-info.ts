import type { ConditionStatus } from "./cluster.ts";
import type { KubeObject } from "./kube-object.ts";
import { asNumber, asObject, asObjects, asText } from "./narrow.ts";

/** A Node, as far as kube-apiserver needs it to reach its kubelet. `api/core/v1/types.go`. */
export interface NodeInfo {
  readonly name: string;
  /** The Ready condition; a missing one is "Unknown". */
  readonly ready: ConditionStatus;
  /** Of the condition; "" when it does not say. */
  readonly reason: string;
  readonly message: string;
  /** ISO 8601: since when it is so; "" when it does not say. */
  readonly since: string;
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
  /** Where its kubelet listens; null when the Node does not say. */
  readonly kubeletPort: number | null;
}

export function newNodeInfo(object: KubeObject): NodeInfo {
  const status = asObject(object["status"]);
  const ready = asObjects(status["conditions"]).find((one) => one["type"] === "Ready");
  const value = asText(ready?.["status"]);
  return {
    name: object.metadata.name,
    ready: value === "True" || value === "False" ? value : "Unknown",
    reason: asText(ready?.["reason"]),
    message: asText(ready?.["message"]),
    since: asText(ready?.["lastTransitionTime"]),
    addresses: asObjects(status["addresses"]).map((one) => ({
      type: asText(one["type"]),
      address: asText(one["address"]),
    })),
    kubeletPort: asNumber(asObject(asObject(status["daemonEndpoints"])["kubeletEndpoint"])["Port"]) || null,
  };
}
