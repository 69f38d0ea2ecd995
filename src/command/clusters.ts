import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { ClusterError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Impersonation } from "../log/round-trip.ts";
import type { ClusterChoice } from "../trace/cluster-choice.ts";
import type { ResolveOptions } from "../trace/resolve-trace.ts";
import { clustersOfLog } from "./log-clusters.ts";
import { isOn, type Opened, openLive } from "./open-live.ts";
import type { TraceOptions } from "./trace-options.ts";

/** The clusters that a command asks, opened when first needed. */
export interface Clusters extends ResolveOptions {
  /**
   * Begins what every Trace will need, while something else is still under way. false: a credential plugin would run
   * for that, and may ask the user the same as kubectl's own.
   */
  prefetch(): Promise<boolean>;
  /** Name of the credential plugin that the connection flags' user has; null when none, or when no kubeconfig was read. */
  credentialPlugin(): Promise<string | null>;
  /** Why the cluster that was to be asked could not be; null when it could, if only to be refused, or none was to be. */
  failure(): Promise<ClusterError | null>;
  close(): Promise<void>;
}

/**
 * @param whose "own": the requests are the user's own, so the cluster is that of the connection flags.
 *   "log": they were sent by anyone, so it is that of the context whose server the URL names, or none.
 * @param signal ends questions under way
 * @throws UsageError for a snapshot that cannot be read; a live cluster is not asked yet
 */
export async function openClusters(
  options: ClusterOptions,
  io: Io,
  whose: "own" | "log",
  signal: AbortSignal,
): Promise<Clusters> {
  return { ...(await choose(options, io, whose, signal)), own: whose === "own" };
}

type ClusterOptions = Pick<TraceOptions, "offline" | "snapshot" | "flags" | "output">;

async function choose(
  options: ClusterOptions,
  io: Io,
  whose: "own" | "log",
  signal: AbortSignal,
): Promise<Clusters> {
  const detail = options.output !== "table";
  if (options.snapshot !== null) {
    return fixed(await loadSnapshot(options.snapshot, options.flags, io), detail);
  }
  if (options.offline) return fixed({ cluster: null, reason: "no cluster was asked (--offline)" }, detail);
  if (whose === "own" || options.flags.context !== undefined || options.flags.server !== undefined) {
    return ownCluster(options.flags, io, detail, signal);
  }
  return clustersOfLog(options.flags, io, detail, signal);
}

/** No cluster, or the one choice whatever the URL. */
function fixed(choice: ClusterChoice, detail: boolean): Clusters {
  return {
    clusterOf: () => choice,
    detail,
    prefetch: async () => true,
    credentialPlugin: async () => null,
    failure: async () => null,
    close: async () => {},
  };
}

/** `--as` says whose requests they are, where the log does not. */
async function loadSnapshot(file: string, flags: ConnectionFlags, io: Io): Promise<ClusterChoice> {
  const [{ readSnapshotFile }, { createSnapshotCluster }] = await Promise.all([
    import("./snapshot-file.ts"),
    import("../cluster/snapshot/snapshot-cluster.ts"),
  ]);
  const cluster = createSnapshotCluster(await readSnapshotFile(file, io));
  const given = impersonationOf(flags);
  return {
    cluster: {
      ...cluster,
      review: (attributes, as) => cluster.review(attributes, as ?? given),
      whoAmI: (as) => cluster.whoAmI(as ?? given),
    },
  };
}

function impersonationOf({ as, asGroup, asUid }: ConnectionFlags): Impersonation | null {
  return as === undefined ? null : { user: as, groups: asGroup ?? [], uid: asUid ?? "", extra: {} };
}

const unauthorizedHint = "the server does not know you: log in again, kubectl auth whoami tells who you are";

function ownCluster(flags: ConnectionFlags, io: Io, detail: boolean, signal: AbortSignal): Clusters {
  let opened: Promise<Opened> | null = null;
  const open = () => {
    opened ??= openLive(flags, io, signal);
    return opened;
  };
  return {
    detail,
    async clusterOf(url) {
      const { choice } = await open();
      if (choice.cluster === null || isOn(url, choice.cluster.server)) return choice;
      return { cluster: null, reason: `sent to another server than that of ${choice.cluster.title}` };
    },
    async prefetch() {
      const { choice, mayAskEarly } = await open();
      if (mayAskEarly) void choice.cluster?.apiServices();
      return mayAskEarly;
    },
    credentialPlugin: async () => (await open()).credentialPlugin,
    async failure() {
      const { choice, failure } = await open();
      if (choice.cluster === null) return failure;
      const answer = await choice.cluster.apiServices();
      if (answer.ok || answer.status === 403 || answer.status === 404) return null;
      return new ClusterError(
        `cannot ask the cluster: ${answer.reason}`,
        answer.hint ??
          (answer.status === 401 ? unauthorizedHint : null) ??
          `is ${choice.cluster.title} right? --offline asks none`,
      );
    },
    async close() {
      if (opened !== null) await (await opened).choice.cluster?.close();
    },
  };
}
