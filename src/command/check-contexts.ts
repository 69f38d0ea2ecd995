import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { limitConcurrency } from "../cluster/limit-concurrency.ts";
import { ClusterError, UsageError } from "../errors.ts";
import type { CheckReport } from "../render/check-report.ts";
import { newCheckReport, newUnaskedItem } from "./check-report.ts";
import { type OpenReader, openClusterSource } from "./check-source.ts";

/** Clusters that are asked at once: enough for a fleet, few enough for a laptop and its credential plugins. */
const mostAtOnce = 8;

export interface ContextsDeps {
  readonly openReader: OpenReader;
  readonly listContexts: (flags: ConnectionFlags) => Promise<readonly string[]>;
}

/** Flags that say which server is asked, or with which credentials: of one cluster, not of each. */
const ofOneCluster = ["server", "cluster", "token"] as const satisfies readonly (keyof ConnectionFlags)[];

/**
 * The contexts to ask: those given, each once, or all of the kubeconfig.
 * Throws UsageError for flags that only fit one cluster, ClusterError when there is no context.
 */
export async function chooseContexts(
  { contexts, allContexts, flags }: ContextChoice,
  { listContexts }: Pick<ContextsDeps, "listContexts">,
): Promise<readonly string[]> {
  if (allContexts && contexts.length > 0) {
    throw new UsageError("--context and --all-contexts cannot be used together", "leave out one of them");
  }
  const chosen = [...new Set(contexts)];
  const misplaced = ofOneCluster.find((name) => flags[name] !== undefined);
  if (misplaced !== undefined && (allContexts || chosen.length > 1)) {
    throw new UsageError(
      `--${misplaced} cannot be used with several contexts`,
      "it is of one cluster: give one --context",
    );
  }
  if (!allContexts) {
    return chosen;
  }
  const all = await listContexts(flags);
  if (all.length === 0) {
    throw new ClusterError("the kubeconfig has no contexts", "see: kubectl config get-contexts");
  }
  return all;
}

export interface ContextChoice {
  readonly contexts: readonly string[];
  readonly allContexts: boolean;
  readonly flags: ConnectionFlags;
}

type OpenSource = Awaited<ReturnType<typeof openClusterSource>>;
/** Looks at one context until there is a report of it. */
export type LookAt = (source: OpenSource, context: string) => Promise<CheckReport | "interrupted">;

/**
 * Asks the contexts side by side and makes one report of what they say, in the order of the contexts. One that cannot
 * be asked is an item of its own.
 */
export async function checkContexts(
  contexts: readonly string[],
  flags: ConnectionFlags,
  { openReader }: Pick<ContextsDeps, "openReader">,
  lookAt: LookAt,
): Promise<CheckReport | "interrupted"> {
  const limit = limitConcurrency(mostAtOnce);
  const reportOf = async (context: string): Promise<CheckReport | "interrupted"> => {
    try {
      const source = await limit(async () => await openClusterSource({ ...flags, context }, openReader));
      try {
        // Only the requests are counted: who waits for one cluster keeps no other from being asked.
        return await lookAt({ ...source, read: () => limit(source.read) }, context);
      } finally {
        await source.close();
      }
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return newCheckReport([newUnaskedItem(context, error.message, error.hint)]);
    }
  };
  const found = await Promise.all(contexts.map(reportOf));
  const reports = found.filter((one) => one !== "interrupted");
  return reports.length < found.length ? "interrupted" : joinReports(reports, contexts);
}

function joinReports(reports: readonly CheckReport[], contexts: readonly string[]): CheckReport {
  const webhooks = reports.flatMap((report) => report.webhooks ?? []);
  return newCheckReport(
    reports.flatMap(({ items }) => items),
    {
      ...(reports.some((report) => report.webhooks !== undefined) ? { webhooks } : {}),
      warnings: reports.flatMap(({ warnings = [] }) => warnings),
      notes: reports.flatMap(({ notes = [] }, at) => notes.map((note) => `context ${contexts[at]}: ${note}`)),
    },
  );
}
