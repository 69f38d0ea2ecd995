import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { ClusterError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ClusterChoice } from "../trace/cluster-choice.ts";

/** A cluster, or why it could not be opened. */
export interface Opened {
  readonly choice: ClusterChoice;
  readonly failure: ClusterError | null;
  /** Questions may be asked before kubectl has finished: no credential plugin would be run twice at once. */
  readonly patient: boolean;
}

/** Opens the cluster of these flags. Never throws ClusterError: that is the choice's reason. */
export async function openLive(flags: ConnectionFlags, io: Io): Promise<Opened> {
  const { openLiveCluster } = await import("../cluster/live.ts");
  try {
    const cluster = await openLiveCluster(flags, io.env, { signal: io.signal });
    return { choice: { cluster }, failure: null, patient: true };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { choice: { cluster: null, reason: error.message }, failure: error, patient: false };
  }
}

/** Was this URL sent to that server? A path alone was. */
export function isOn(url: string, server: string): boolean {
  if (!URL.canParse(url) || !URL.canParse(server)) return true;
  const { origin, pathname } = new URL(server);
  const base = pathname.replace(/\/+$/, "");
  const asked = new URL(url);
  return (
    asked.origin === origin &&
    (base === "" || asked.pathname === base || asked.pathname.startsWith(`${base}/`))
  );
}
