import { basename } from "node:path";
import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { ClusterError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ClusterChoice } from "../trace/cluster-choice.ts";
import { kubectlFlagsOf } from "./kubectl-flags.ts";

/** A cluster, or why it could not be opened. */
export interface Opened {
  readonly choice: ClusterChoice;
  readonly failure: ClusterError | null;
  /** false: a credential plugin would run while kubectl's own one does, and may ask the user the same thing twice. */
  readonly mayAskEarly: boolean;
  /** File name of the credential plugin that both run; null when there is none. */
  readonly credentialPlugin: string | null;
}

/** Opens the cluster of these flags. Never throws ClusterError: that is the choice's reason. */
export async function openLive(flags: ConnectionFlags, io: Io, signal: AbortSignal): Promise<Opened> {
  const [{ openLiveCluster }, { usesExecPlugin }] = await Promise.all([
    import("../cluster/live/live.ts"),
    import("../cluster/kubeconfig/kubeconfig.ts"),
  ]);
  try {
    const cluster = await openLiveCluster(flags, io.env, {
      ...liveOptions(io, signal),
      otherwise: "--offline asks no cluster",
    });
    const { settings } = cluster;
    const plugin = usesExecPlugin(settings) ? (settings.user.exec?.command ?? null) : null;
    const credentialPlugin = plugin === null ? null : basename(plugin);
    return {
      choice: { cluster, kubectlFlags: kubectlFlagsOf(flags) },
      failure: null,
      mayAskEarly: plugin === null,
      credentialPlugin,
    };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return {
      choice: { cluster: null, reason: error.message },
      failure: error,
      mayAskEarly: false,
      credentialPlugin: null,
    };
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

/** What a connection of ours is told of the process around it. */
export function liveOptions(io: Io, signal: AbortSignal) {
  return {
    signal,
    version: io.version,
    interactive: io.stdinIsTerminal,
    onPluginStderr: (chunk: Uint8Array) => void io.stderr.write(Buffer.from(chunk)),
  };
}
