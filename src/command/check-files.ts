import type { Answer } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import type { BackendQuestions } from "../cluster/live/backend-questions.ts";
import type { Snapshot } from "../cluster/snapshot/snapshot.ts";
import { createSnapshotCluster } from "../cluster/snapshot/snapshot-cluster.ts";
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
  const all = snapshots.flatMap((snapshot) => snapshot.items);
  const objects = all.filter((object) => isOfKind(object, group, "APIService"));
  return {
    title,
    read: async () =>
      missing === undefined
        ? wantSome(objects, title)
        : { ok: false, reason: `the snapshot was taken without them: ${missing.reason}`, status: null },
    readWebhooks: async () => readWebhooks(snapshots),
    // Which files do not have: nothing is missed.
    readDependents: async () => ({ objects: all, notes: [] }),
    backends: newBackends(snapshots, title),
    reader: null,
    close: async () => {},
  };
}

const webhookResources: ReadonlySet<string> = new Set([
  "mutatingwebhookconfigurations.admissionregistration.k8s.io",
  "validatingwebhookconfigurations.admissionregistration.k8s.io",
  "customresourcedefinitions.apiextensions.k8s.io",
]);

function readWebhooks(snapshots: readonly Snapshot[]): Answer<readonly KubeObject[]> {
  const missing = snapshots
    .flatMap((snapshot) => snapshot.missing)
    .find(({ resource }) => webhookResources.has(resource));
  return missing === undefined
    ? { ok: true, value: snapshots.flatMap(({ items }) => items) }
    : {
        ok: false,
        reason: `the snapshot was taken without ${missing.resource}: ${missing.reason}`,
        status: null,
      };
}

/** All files together are one cluster. What is not in files that somebody picked is not known, Pods as well. */
function newBackends(snapshots: readonly Snapshot[], title: string): BackendQuestions {
  const complete = snapshots.every((snapshot) => snapshot.complete);
  const whole: Snapshot = {
    file: title,
    complete,
    server: "",
    serverVersion: "",
    user: null,
    missing: snapshots.flatMap(({ missing }) => missing),
    items: snapshots.flatMap(({ items }) => items),
  };
  const cluster = createSnapshotCluster(whole);
  return {
    service: cluster.service,
    endpoints: cluster.endpoints,
    extensionAuthentication: cluster.extensionAuthentication,
    async pods(namespace, selector) {
      const answer = await cluster.pods(namespace, selector);
      return answer.ok && answer.value.length === 0 && !complete
        ? { ok: false, reason: `${title} has no pods of ${namespace}`, status: null }
        : answer;
    },
  };
}
