import { resolve } from "node:path";
import type { ClusterReader } from "../cluster/cluster-reader.ts";
import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import type { MissingResource, Snapshot } from "../cluster/snapshot/snapshot.ts";
import { collectSnapshot } from "../cluster/snapshot/snapshot-collect.ts";
import { newSnapshotDocument } from "../cluster/snapshot/snapshot-document.ts";
import { unlessAborted } from "../cluster/unless-aborted.ts";
import { exitCodes } from "../errors.ts";
import type { Io } from "../io.ts";
import { sanitize } from "../render/sanitize.ts";
import { renderYaml } from "../render/yaml.ts";
import { openTextSink } from "./text-sink.ts";
import { writePrivateFile } from "./write-private-file.ts";

export interface SnapshotOptions {
  /** File to write; null or "-": stdout. */
  readonly to: string | null;
  readonly flags: ConnectionFlags;
}

export interface SnapshotDeps {
  readonly io: Io;
  readonly openReader: (flags: ConnectionFlags) => Promise<ClusterReader>;
}

/**
 * Writes a snapshot of the cluster, with what could be read of it; each thing that could not is a line on stderr.
 * Throws ClusterError when nothing can be read, TraceError when the file cannot be written.
 */
export async function run(options: SnapshotOptions, { io, openReader }: SnapshotDeps): Promise<number> {
  const reader = await openReader(options.flags);
  try {
    const snapshot = await unlessInterrupted(collectSnapshot(reader, createProgress(io)), io.signal);
    if (snapshot === null) {
      return exitCodes.interrupted;
    }
    for (const missing of snapshot.missing) {
      io.stderr.write(`warning: ${sanitize(describe(missing))}\n`);
    }
    await write(renderYaml(newSnapshotDocument(snapshot)), options.to, io);
    tellResult(snapshot, options.to, io);
    return exitCodes.ok;
  } finally {
    await reader.close();
  }
}

/** Somebody who watches sees that something happens. */
function createProgress(io: Io): (resource: string, count: number) => void {
  return (resource, count) => {
    if (io.stderrIsTerminal) {
      io.stderr.write(`read ${count} ${resource}\n`);
    }
  };
}

function describe({ resource, namespace, service, reason }: MissingResource): string {
  const of = service === undefined ? "" : ` of Service ${namespace}/${service}`;
  return `cannot read ${resource}${of}: ${reason}`;
}

async function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await unlessAborted(work, signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

async function write(text: string, to: string | null, io: Io): Promise<void> {
  if (to !== null && to !== "-") {
    await writePrivateFile(resolve(io.cwd, to), text);
    return;
  }
  const sink = openTextSink(io.stdout, true);
  sink.write(text);
  await sink.end();
}

function tellResult({ items }: Snapshot, to: string | null, io: Io): void {
  if (io.stderrIsTerminal && to !== null && to !== "-") {
    io.stderr.write(`wrote ${items.length} objects to ${to}\n`);
  }
}
