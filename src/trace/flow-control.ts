import type { Cluster } from "../cluster/cluster.ts";
import type { RoundTrip } from "../log/round-trip.ts";

/** Which share of the server a request was counted to, by name. What is not known is not there. */
export interface FlowControl {
  readonly flowSchema?: string;
  readonly priorityLevel?: string;
}

/**
 * The names behind the UIDs of an answer's headers; null when it has none, or none of them is known. Asked only for a request that flow
 * control refused, or where `detail` shows them.
 */
export async function resolveFlowControl(
  { status, flowSchemaUid, priorityLevelUid }: RoundTrip,
  cluster: Cluster,
  detail: boolean,
): Promise<FlowControl | null> {
  if ((flowSchemaUid === null && priorityLevelUid === null) || (status !== 429 && !detail)) return null;
  const names = await cluster.flowControl();
  if (!names.ok) return null;
  const flowSchema = names.value.flowSchemas.get(flowSchemaUid ?? "");
  const priorityLevel = names.value.priorityLevels.get(priorityLevelUid ?? "");
  if (flowSchema === undefined && priorityLevel === undefined) return null;
  return {
    ...(flowSchema === undefined ? {} : { flowSchema }),
    ...(priorityLevel === undefined ? {} : { priorityLevel }),
  };
}
