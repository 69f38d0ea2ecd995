import type { KubeObject } from "../kube-object.ts";
import { type Snapshot, snapshotApiVersion } from "./snapshot.ts";

/**
 * The snapshot as the value of its file's one YAML document: what readSnapshot reads. The same cluster gives the
 * same value: objects are sorted by kind, namespace and name, so that two files can be compared with diff.
 */
export function newSnapshotDocument({ server, serverVersion, user, missing, items }: Snapshot): unknown {
  return {
    apiVersion: snapshotApiVersion,
    kind: "Snapshot",
    server,
    serverVersion,
    ...(user === null ? {} : { user: { username: user.username, groups: user.groups } }),
    missing,
    items: items.toSorted(compareObjects),
  };
}

function compareObjects(left: KubeObject, right: KubeObject): number {
  return (
    compareTexts(left.kind, right.kind) ||
    compareTexts(left.metadata.namespace ?? "", right.metadata.namespace ?? "") ||
    compareTexts(left.metadata.name, right.metadata.name)
  );
}

/** By code unit: the same order in every locale. */
function compareTexts(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
