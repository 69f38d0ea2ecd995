import type { ClusterReader } from "../cluster/cluster-reader.ts";
import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { exitCodes, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { type CheckReport, renderCheck } from "../render/check.ts";
import { renderJson } from "../render/json.ts";
import { type CheckSource, openClusterSource } from "./check-source.ts";
import { waitForReport } from "./check-wait.ts";
import { openTextSink } from "./text-sink.ts";
import type { ColorMode } from "./trace-options.ts";
import { wantsColor } from "./trace-output.ts";

export interface CheckOptions {
  /** APIServices or groups; empty: all. */
  readonly names: readonly string[];
  readonly output: "table" | "json" | "yaml";
  /** Read from these files instead of a cluster; "-" is standard input. */
  readonly files: readonly string[];
  readonly snapshot: string | null;
  /** How long to wait for all to be available; null: not at all. */
  readonly waitMs: number | null;
  /** Also list the Local ones that are available. */
  readonly all: boolean;
  readonly color: ColorMode;
  readonly flags: ConnectionFlags;
}

export interface CheckDeps {
  readonly io: Io;
  /** Makes the connection when a cluster is asked. */
  readonly openReader: (flags: ConnectionFlags) => Promise<ClusterReader>;
  /** Pause before the second look while waiting, in milliseconds; it grows to five times that. */
  readonly firstPauseMs?: number;
}

/**
 * Are the APIServices Available? Gives 0 when all are, 1 when not, 130 when interrupted.
 * Throws ClusterError when they cannot be asked for, UsageError for options or files that make no sense.
 */
export async function run(options: CheckOptions, deps: CheckDeps): Promise<number> {
  const { io } = deps;
  const source = await openSource(options, deps);
  try {
    const report = await waitForReport(source, options, io, deps.firstPauseMs);
    if (report === "interrupted") {
      return exitCodes.interrupted;
    }
    const sink = openTextSink(io.stdout, true);
    sink.write(await render(report, options, io));
    await sink.end();
    return report.ok ? exitCodes.ok : exitCodes.no;
  } finally {
    await source.close();
  }
}

async function openSource(options: CheckOptions, deps: CheckDeps): Promise<CheckSource> {
  const files = options.snapshot === null ? options.files : [options.snapshot];
  if (options.snapshot !== null && options.files.length > 0) {
    throw new UsageError(
      "--snapshot and -f cannot be used together",
      "a snapshot is read with either of them",
    );
  }
  if (files.length === 0) {
    return await openClusterSource(options.flags, deps.openReader);
  }
  if (options.waitMs !== null) {
    throw new UsageError(
      "--wait needs a cluster",
      "a file does not change: leave out --wait, or -f and --snapshot",
    );
  }
  const { openFileSource } = await import("./check-files.ts");
  return await openFileSource(files, deps.io);
}

async function render(report: CheckReport, options: CheckOptions, io: Io): Promise<string> {
  switch (options.output) {
    case "json":
      return `${renderJson(report)}\n`;
    case "yaml":
      return (await import("../render/yaml.ts")).renderYaml(report);
    case "table":
      return renderCheck(report, {
        columns: io.stdoutIsTerminal ? io.columns : null,
        color: wantsColor(options.color, io.stdoutIsTerminal, io.env),
        // Who names some wants to see them.
        all: options.all || options.names.length > 0,
      });
    default:
      return options.output satisfies never;
  }
}
