import type { Cluster } from "../cluster/cluster.ts";
import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { ClusterError } from "../errors.ts";
import type { Io } from "../io.ts";
import { sanitize } from "../render/sanitize.ts";
import type { ClusterChoice } from "../trace/cluster-choice.ts";
import type { Clusters } from "./clusters.ts";
import { kubectlFlagsOf } from "./kubectl-flags.ts";
import { isOn, openLive } from "./open-live.ts";

/** One cluster for each server in the log: that of the context that names it, the current one before others. */
export function clustersOfLog(
  flags: ConnectionFlags,
  io: Io,
  detail: boolean,
  signal: AbortSignal,
): Clusters {
  const choices = new Map<string, ClusterChoice | Promise<ClusterChoice>>();
  const opened: Cluster[] = [];
  const choose = async (url: string, origin: string): Promise<ClusterChoice> => {
    const choice = await openForLog(url, origin, flags, io, signal);
    if (choice.cluster !== null) opened.push(choice.cluster);
    else io.stderr.write(`note: ${sanitize(choice.reason)}\n`);
    choices.set(origin, choice);
    return choice;
  };
  return {
    detail,
    clusterOf(url) {
      const origin = originOf(url);
      if (origin === "") return { cluster: null, reason: "the log does not name the server" };
      let choice = choices.get(origin);
      if (choice === undefined) {
        choice = choose(url, origin);
        choices.set(origin, choice);
      }
      return choice;
    },
    prefetch: async () => true,
    credentialPlugin: async () => null,
    failure: async () => null,
    async close() {
      await Promise.all(opened.map((cluster) => cluster.close()));
    },
  };
}

/** A URL's scheme, host and port, cut off by hand: this is asked for each line of a long log. */
function originOf(url: string): string {
  const start = url.indexOf("://");
  if (start < 0) return "";
  const end = url.indexOf("/", start + 3);
  return end < 0 ? url : url.slice(0, end);
}

async function openForLog(
  url: string,
  origin: string,
  flags: ConnectionFlags,
  io: Io,
  signal: AbortSignal,
): Promise<ClusterChoice> {
  const { listContexts } = await import("../cluster/kubeconfig/kubeconfig.ts");
  try {
    const contexts = (await listContexts(flags, { env: io.env })).filter(
      ({ server }) => server !== "" && isOn(url, server),
    );
    const context = contexts.find(({ isCurrent }) => isCurrent) ?? contexts[0];
    if (context === undefined) {
      return {
        cluster: null,
        reason: `no kubeconfig context has the server ${origin}, so no cluster is asked; --context names one`,
      };
    }
    const { choice } = await openLive({ ...flags, context: context.name }, io, signal);
    // What kubectl takes by itself need not be said.
    return choice.cluster !== null && context.isCurrent
      ? { ...choice, kubectlFlags: kubectlFlagsOf(flags) }
      : choice;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { cluster: null, reason: `no cluster is asked: ${error.message}` };
  }
}
