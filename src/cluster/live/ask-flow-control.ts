import type { Answer, ApiService } from "../cluster.ts";
import type { ReadList } from "../cluster-reader.ts";
import { type FlowControlNames, namesByUid } from "../flow-control-names.ts";
import { readObjects } from "../read-objects.ts";

const group = "flowcontrol.apiserver.k8s.io";
/** Newest first: v1 since 1.29. */
const versions = ["v1", "v1beta3", "v1beta2", "v1beta1"] as const;

/**
 * FlowSchemas and PriorityLevelConfigurations: two lists at once, of their metadata alone. One that is refused leaves the other.
 * @param served every APIService, which tells the version to ask in; when that is not known, the newest
 */
export async function askFlowControl(
  read: ReadList,
  served: Answer<ReadonlyMap<string, ApiService>>,
): Promise<Answer<FlowControlNames>> {
  const known = served.ok ? versions.find((version) => served.value.has(`${version}.${group}`)) : undefined;
  const path = `/apis/${group}/${known ?? versions[0]}`;
  const [schemas, levels] = await Promise.all([
    readObjects(read, `${path}/flowschemas`),
    readObjects(read, `${path}/prioritylevelconfigurations`),
  ]);
  if (schemas.failure !== null && levels.failure !== null) return schemas.failure;
  return {
    ok: true,
    value: { flowSchemas: namesByUid(schemas.objects), priorityLevels: namesByUid(levels.objects) },
  };
}
