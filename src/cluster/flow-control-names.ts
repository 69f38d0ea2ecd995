import type { KubeObject } from "./kube-object.ts";
import { asText } from "./narrow.ts";

/** The names of what an answer's headers name by UID. An object that may not be read is in neither. */
export interface FlowControlNames {
  readonly flowSchemas: ReadonlyMap<string, string>;
  readonly priorityLevels: ReadonlyMap<string, string>;
}

/** Names by UID, of objects or of their metadata alone. */
export function namesByUid(objects: readonly Pick<KubeObject, "metadata">[]): ReadonlyMap<string, string> {
  const named = objects.flatMap(({ metadata }) => {
    const uid = asText(metadata["uid"]);
    return uid === "" ? [] : [[uid, metadata.name] as const];
  });
  return new Map(named);
}
