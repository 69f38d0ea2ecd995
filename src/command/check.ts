import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { exitCodes, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { CheckReport } from "../render/check-report.ts";
import { sanitize } from "../render/sanitize.ts";
import { onClusterOf } from "./check-advice.ts";
import type { BaselineEntry } from "./check-baseline.ts";
import { type ContextChoice, type ContextsDeps, checkContexts, chooseContexts } from "./check-contexts.ts";
import { createLook, type LookOptions } from "./check-look.ts";
import { type CheckOutputOptions, writeReport } from "./check-output.ts";
import { type CheckSource, openClusterSource } from "./check-source.ts";
import { waitForReport } from "./check-wait.ts";

export interface CheckOptions extends LookOptions, ContextChoice, CheckOutputOptions {
  /** Read from these files instead of a cluster; "-" is standard input. */
  readonly files: readonly string[];
  readonly snapshot: string | null;
  /** File that says which ones may be broken. */
  readonly baseline: string | null;
  /** File that is to say so from now on. */
  readonly writeBaseline: string | null;
  /** But for the context. */
  readonly flags: ConnectionFlags;
}

/** How a connection is made when a cluster is asked, and which contexts there are. */
export interface CheckDeps extends ContextsDeps {
  readonly io: Io;
  /** Milliseconds since 1970; Date.now unless told. */
  readonly wallClock?: () => number;
  /** Pause before the second look while waiting, in milliseconds; it grows to five times that. */
  readonly firstPauseMs?: number;
}

/**
 * Are the APIServices Available? Gives 0 when all are or are accepted, 1 when not, 3 when a context of several cannot
 * be asked, 130 when interrupted.
 * Throws ClusterError when the one cluster cannot be asked, UsageError for options or files that make no sense.
 */
export async function run(options: CheckOptions, deps: CheckDeps): Promise<number> {
  const { io } = deps;
  const files = filesOf(options);
  const baseline =
    options.baseline === null ? [] : await (await openBaselines()).readBaseline(options.baseline, io);
  const report = await findReport(options, files, baseline, deps);
  if (report === "interrupted" || io.signal.aborted) {
    return exitCodes.interrupted;
  }
  // Who names some wants to see them.
  await writeReport(report, { ...options, all: options.all || options.names.length > 0 }, io);
  await keepBaseline(options, report, baseline, io);
  if (report.items.some(({ asked }) => asked === false)) {
    return exitCodes.cluster;
  }
  return report.ok ? exitCodes.ok : exitCodes.no;
}

/** The files to read; none when a cluster is asked. Throws UsageError for what only fits one or the other. */
function filesOf({ files, snapshot, waitMs, probe, contexts, allContexts }: CheckOptions): readonly string[] {
  if (snapshot !== null && files.length > 0) {
    throw new UsageError(
      "--snapshot and -f cannot be used together",
      "a snapshot is read with either of them",
    );
  }
  const all = snapshot === null ? files : [snapshot];
  if (all.length > 0 && waitMs !== null) {
    throw new UsageError(
      "--wait needs a cluster",
      "a file does not change: leave out --wait, or -f and --snapshot",
    );
  }
  if (all.length > 0 && probe) {
    throw new UsageError(
      "--probe needs a cluster",
      "a file answers no requests: leave out --probe, or -f and --snapshot",
    );
  }
  if (all.length > 0 && (allContexts || contexts.length > 1)) {
    throw new UsageError(
      "several contexts need clusters",
      "a file is of one: leave out the contexts, or -f and --snapshot",
    );
  }
  return all;
}

async function findReport(
  options: CheckOptions,
  files: readonly string[],
  baseline: readonly BaselineEntry[],
  deps: CheckDeps,
): Promise<CheckReport | "interrupted"> {
  const lookAt = async (source: CheckSource, context?: string) => {
    const named = context === undefined ? {} : { context };
    const looking = await createLook(options, {
      source,
      baseline,
      now: deps.wallClock ?? Date.now,
      ...named,
    });
    const cluster = context === undefined ? "the cluster" : `context ${context}`;
    const { firstPauseMs = 1000 } = deps;
    const { newReport } = looking;
    const report = await waitForReport(source, { ...options, newReport, cluster, firstPauseMs }, deps.io);
    if (report === "interrupted") return report;
    const explained = await looking.explain(report);
    return files.length > 0 ? explained : onClusterOf(explained, { ...options.flags, ...named });
  };
  if (files.length > 0) {
    return await closing(await (await import("./check-files.ts")).openFileSource(files, deps.io), lookAt);
  }
  const contexts = await chooseContexts(options, deps);
  if (options.allContexts || contexts.length > 1) {
    return await checkContexts(contexts, options.flags, deps, lookAt);
  }
  const [context] = contexts;
  const flags = context === undefined ? options.flags : { ...options.flags, context };
  return await closing(await openClusterSource(flags, deps.openReader), (source) => lookAt(source, context));
}

async function closing<T>(source: CheckSource, use: (source: CheckSource) => Promise<T>): Promise<T> {
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

/** Tells what the baseline no longer needs to say, and writes the new one. */
async function keepBaseline(
  options: CheckOptions,
  report: CheckReport,
  baseline: readonly BaselineEntry[],
  io: Io,
): Promise<void> {
  if (options.baseline === null && options.writeBaseline === null) return;
  const { tellStale, writeBaseline } = await openBaselines();
  const whole = options.names.length === 0 && !options.onlyService;
  for (const line of tellStale(report, baseline, whole)) {
    io.stderr.write(`${sanitize(`warning: ${options.baseline}: ${line}`)}\n`);
  }
  if (options.writeBaseline !== null) await writeBaseline(options.writeBaseline, report, io);
}

async function openBaselines() {
  return await import("./check-baseline.ts");
}
