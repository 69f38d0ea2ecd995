import type { Cluster } from "../cluster.ts";
import type { ReadList } from "../cluster-reader.ts";
import type { Asked } from "./ask.ts";
import { askEndpoints, askExtensionAuthentication, askPods, askService, type Get } from "./questions.ts";

/** The questions about what stands behind an APIService. */
export type BackendQuestions = Pick<Cluster, "service" | "endpoints" | "pods" | "extensionAuthentication">;

/** The same by a reader of whole objects. Nothing is remembered. */
export function createBackendQuestions(read: ReadList): BackendQuestions {
  const get: Get = async (path, accept): Promise<Asked> => {
    const answer = await read(path, accept);
    return { ...answer, isAbsent: !answer.ok && answer.status === 404 };
  };
  return {
    service: async (namespace, name) => await askService(get, namespace, name),
    endpoints: async (namespace, name) => await askEndpoints(get, namespace, name),
    pods: async (namespace, selector) => await askPods(get, namespace, selector),
    extensionAuthentication: async () => await askExtensionAuthentication(get),
  };
}
