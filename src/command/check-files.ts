import type { BackendQuestions } from "../cluster/live/backend-questions.ts";
import type { Snapshot } from "../cluster/snapshot/snapshot.ts";
import { isOfKind } from "../cluster/snapshot/snapshot-objects.ts";
import type { Io } from "../io.ts";
import { type CheckSource, wantSome } from "./check-source.ts";
import { readSnapshotFile } from "./snapshot-file.ts";

const group = "apiregistration.k8s.io";

/** Reads the files at once. Throws UsageError for one that cannot be read or understood. */
export async function openFileSource(files: readonly string[], io: Io): Promise<CheckSource> {
  const snapshots: Snapshot[] = [];
  for (const file of files) {
    snapshots.push(await readSnapshotFile(file, io));
  }
  const title = snapshots.map((snapshot) => snapshot.file).join(", ");
  const missing = snapshots
    .flatMap((snapshot) => snapshot.missing)
    .find((one) => one.resource === `apiservices.${group}`);
  const objects = snapshots
    .flatMap((snapshot) => snapshot.items)
    .filter((object) => isOfKind(object, group, "APIService"));
  return {
    title,
    read: async () =>
      missing === undefined
        ? wantSome(objects, title)
        : { ok: false, reason: `the snapshot was taken without them: ${missing.reason}`, status: null },
    backends: await backendsIn(snapshots),
    close: async () => {},
  };
}

/** A snapshot of a whole cluster has them; other objects are what somebody picked. */
async function backendsIn(snapshots: readonly Snapshot[]): Promise<BackendQuestions | null> {
  const [snapshot] = snapshots;
  if (snapshots.length !== 1 || snapshot?.complete !== true) return null;
  return (await import("../cluster/snapshot/snapshot-cluster.ts")).createSnapshotCluster(snapshot);
}
