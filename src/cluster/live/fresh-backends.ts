import type { Cluster } from "../cluster.ts";
import type { ReadList } from "../cluster-reader.ts";
import type { Asked } from "./ask.ts";
import { askEndpoints, askPods, askService } from "./questions.ts";

/** What stands behind Services as it is now: nothing is remembered, for who waits for it to change. */
export function createFreshBackends(read: ReadList): Pick<Cluster, "service" | "endpoints" | "pods"> {
  const get = async (path: string, accept?: string): Promise<Asked> => {
    const answer = await read(path, accept);
    return { ...answer, isAbsent: answer.isAbsent ?? (!answer.ok && answer.status === 404) };
  };
  return {
    service: async (namespace, name) => await askService(get, namespace, name),
    endpoints: async (namespace, name) => await askEndpoints(get, namespace, name),
    pods: async (namespace, selector) => await askPods(get, namespace, selector),
  };
}
