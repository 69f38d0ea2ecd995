import type { ClusterReader } from "../cluster-reader.ts";
import type { ConnectionFlags } from "../connection-flags.ts";
import { openLiveCluster } from "./live.ts";

/**
 * A live cluster for reading whole lists, again and again if need be: each request has its own time limit, but
 * there is none for all of them, and a server that is away for a moment is tried again.
 * @param otherwise as in KubeconfigOptions
 * @throws ClusterError as openLiveCluster
 */
export async function openReader(
  flags: ConnectionFlags,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  otherwise?: string,
): Promise<ClusterReader> {
  return await openLiveCluster(flags, env, {
    signal,
    ...(otherwise === undefined ? {} : { otherwise }),
    totalTimeoutMs: Number.POSITIVE_INFINITY,
    quietMs: 500,
  });
}
