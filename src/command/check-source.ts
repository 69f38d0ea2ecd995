import type { Answer } from "../cluster/cluster.ts";
import type { ClusterReader } from "../cluster/cluster-reader.ts";
import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { newDependents } from "../cluster/dependents.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { type BackendQuestions, createBackendQuestions } from "../cluster/live/backend-questions.ts";
import { readObjects } from "../cluster/read-objects.ts";
import { trimObject } from "../cluster/snapshot/snapshot-trim.ts";

/** Where the APIServices come from: a live cluster, or files that stay as they are. */
export interface CheckSource {
  /** For people. */
  readonly title: string;
  /** Every APIService as it is now. */
  readonly read: () => Promise<Answer<readonly KubeObject[]>>;
  /** Every webhook configuration and CustomResourceDefinition as it is now. */
  readonly readWebhooks: () => Promise<Answer<readonly KubeObject[]>>;
  /** Namespaces and HorizontalPodAutoscalers that complain, and why some cannot be read. */
  readonly readDependents: () => Promise<Dependents>;
  readonly backends: BackendQuestions;
  /** What sends probes; null where there is no cluster. */
  readonly reader: Pick<ClusterReader, "read" | "probe" | "review" | "credentials" | "certificates"> | null;
  readonly close: () => Promise<void>;
}

export interface Dependents {
  readonly objects: readonly KubeObject[];
  readonly notes: readonly string[];
}

/** With their schemas, CRDs are the largest objects of many clusters. */
const crdPage = 50;

const webhookLists: readonly (readonly [path: string, page?: number])[] = [
  ["/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"],
  ["/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"],
  ["/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crdPage],
];

const dependentLists = ["/api/v1/namespaces", "/apis/autoscaling/v2/horizontalpodautoscalers"];

/** `otherwise`: what does without a kubeconfig, for the hint when there is none. */
export type OpenReader = (flags: ConnectionFlags, otherwise?: string) => Promise<ClusterReader>;

/** Throws ClusterError or UsageError when the connection cannot be made. */
export async function openClusterSource(
  flags: ConnectionFlags,
  openReader: OpenReader,
): Promise<CheckSource> {
  const reader = await openReader(flags, "-f FILE and --snapshot FILE need none");
  return {
    title: reader.title,
    async read() {
      const { objects, failure } = await readObjects(
        reader.read,
        "/apis/apiregistration.k8s.io/v1/apiservices",
      );
      return failure ?? wantSome(objects, reader.title);
    },
    readWebhooks: async () => await readWebhooks(reader),
    readDependents: async () => await readDependents(reader),
    backends: createBackendQuestions(reader.read),
    reader,
    close: reader.close,
  };
}

async function readWebhooks({ read }: ClusterReader): Promise<Answer<readonly KubeObject[]>> {
  const lists = await Promise.all(
    webhookLists.map(async ([path, page]) => await readObjects(read, path, trimObject, page)),
  );
  const failed = lists.find(({ failure }) => failure !== null);
  return failed?.failure ?? { ok: true, value: lists.flatMap(({ objects }) => objects) };
}

async function readDependents({ read }: ClusterReader): Promise<Dependents> {
  // Of tens of thousands few are stuck: only those are held.
  const keep = (object: KubeObject) => (newDependents(object).length > 0 ? object : null);
  const lists = await Promise.all(dependentLists.map(async (path) => await readObjects(read, path, keep)));
  const notes = lists.flatMap(({ failure }, at) => {
    // Where the API has no such thing, there is none to be stuck.
    if (failure === null || failure.status === 404) return [];
    const what = dependentLists[at]?.split("/").at(-1);
    return [`which ${what} it breaks is not known: ${failure.reason}`];
  });
  return { objects: lists.flatMap(({ objects }) => objects), notes };
}

/** Every cluster has APIServices: where there are none, nothing was asked, and nothing is well. */
export function wantSome(objects: readonly KubeObject[], title: string): Answer<readonly KubeObject[]> {
  return objects.length === 0
    ? { ok: false, reason: `${title} has none`, status: null }
    : { ok: true, value: objects };
}
