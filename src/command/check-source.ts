import type { Answer } from "../cluster/cluster.ts";
import type { ClusterReader } from "../cluster/cluster-reader.ts";
import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { type BackendQuestions, createBackendQuestions } from "../cluster/live/backend-questions.ts";
import { readObjects } from "../cluster/read-objects.ts";

/** Where the APIServices come from: a live cluster, or files that stay as they are. */
export interface CheckSource {
  /** For people. */
  readonly title: string;
  /** Every APIService as it is now. */
  readonly read: () => Promise<Answer<readonly KubeObject[]>>;
  /** Who tells what stands behind them; null: only the APIServices are known. */
  readonly backends: BackendQuestions | null;
  readonly close: () => Promise<void>;
}

/** Throws ClusterError or UsageError when the connection cannot be made. */
export async function openClusterSource(
  flags: ConnectionFlags,
  openReader: (flags: ConnectionFlags) => Promise<ClusterReader>,
): Promise<CheckSource> {
  const reader = await openReader(flags);
  return {
    title: reader.title,
    async read() {
      const { objects, failure } = await readObjects(
        reader.read,
        "/apis/apiregistration.k8s.io/v1/apiservices",
      );
      return failure ?? wantSome(objects, reader.title);
    },
    backends: createBackendQuestions(reader.read),
    close: reader.close,
  };
}

/** Every cluster has APIServices: where there are none, nothing was asked, and nothing is well. */
export function wantSome(objects: readonly KubeObject[], title: string): Answer<readonly KubeObject[]> {
  return objects.length === 0
    ? { ok: false, reason: `${title} has none`, status: null }
    : { ok: true, value: objects };
}
