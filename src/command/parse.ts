import { type FileHandle, open } from "node:fs/promises";
import { resolve as absolutePath } from "node:path";
import { exitCodes, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { OnlyClient } from "../log/admission.ts";
import { utf16Of } from "../log/encoding.ts";
import type { LineKind, LogParser } from "../log/parser.ts";
import { resolveTrace } from "../trace/resolve-trace.ts";
import type { CommandMoments } from "../trace/time/time-budget.ts";
import { type ByteSink, openByteSink } from "./byte-sink.ts";
import { type Clusters, openClusters } from "./clusters.ts";
import { whyUnreadable } from "./read-text-file.ts";
import { sanitizeLines } from "./terminal-text.ts";
import type { TraceOptions } from "./trace-options.ts";
import { openTraceOutput, type TraceOutput } from "./trace-output.ts";

export interface ParseOptions extends TraceOptions {
  /** Paths, "-" for standard input; none is standard input. */
  readonly files: readonly string[];
}

/**
 * Traces the round trips in saved or piped logs. What is piped in and is no log line goes on to stderr, since it is
 * the user's own output; files are only read.
 * Throws UsageError for a file that cannot be read; exit code 0 otherwise, 130 when interrupted.
 */
export async function run(options: ParseOptions, io: Io): Promise<number> {
  const files = options.files.length === 0 ? ["-"] : options.files;
  const clusters = await openClusters(options, io, "log", io.signal);
  const opened = await openAll(files, io);
  const output = await openTraceOutput(options, io);
  const seen: Seen = { roundTrips: 0, url: "", binary: null };
  const clients: (OnlyClient | null)[] = [];
  const passed = openByteSink(io.stderr);
  try {
    for (const [index, file] of files.entries()) {
      const parser = await openParser(file, clusters, output, seen, passed, io);
      await readAll(opened[index] ?? null, parser, output, seen, passed, file, io);
      clients.push(parser.client());
    }
    await output.close(momentsOf(clients, await kubectlFlagsTo(seen.url, clusters)));
  } finally {
    await Promise.all([clusters.close(), ...opened.map(async (handle) => handle?.close())]);
  }
  if (io.signal.aborted) return exitCodes.interrupted;
  if (seen.roundTrips === 0 && seen.binary !== null) {
    throw new UsageError(
      `${seen.binary} is not a text log`,
      "it takes what kubectl -v=6 or above writes to stderr: kubectl … -v=8 2> FILE",
    );
  }
  return exitCodes.ok;
}

/** One file has one clock; one program in it is one command. */
function momentsOf(clients: readonly (OnlyClient | null)[], kubectlFlags: string): CommandMoments | null {
  if (clients.length !== 1) return null;
  const firstEntry = clients[0]?.firstEntry ?? null;
  return { started: null, lengthMs: null, firstEntry, credentialPlugin: null, kubectlFlags };
}

async function kubectlFlagsTo(url: string, clusters: Clusters): Promise<string> {
  if (url === "") return "";
  const choice = await clusters.clusterOf(url);
  return choice.cluster === null ? "" : (choice.kubectlFlags ?? "");
}

interface Seen {
  roundTrips: number;
  /** The first that the log names: one command has one server. */
  url: string;
  /** Name of a file that holds NUL bytes. */
  binary: string | null;
}

async function openParser(
  file: string,
  clusters: Clusters,
  output: TraceOutput,
  seen: Seen,
  passed: ByteSink,
  io: Io,
): Promise<LogParser> {
  const { createLogParser } = await import("../log/parser.ts");
  return createLogParser({
    file,
    onRoundTrip: (roundTrip) => {
      seen.roundTrips += 1;
      seen.url ||= roundTrip.url;
      output.add(resolveTrace(roundTrip, clusters));
    },
    ...(file === "-"
      ? { onLine: (bytes: Uint8Array, kind: LineKind) => passOn(bytes, kind, passed, io) }
      : {}),
  });
}

/**
 * What is not a log entry, or reports a problem, is for the user's eyes. A piped log may come from anywhere: on a
 * terminal its control characters must do nothing.
 */
function passOn(bytes: Uint8Array, kind: LineKind, passed: ByteSink, io: Io): void {
  if (kind !== "text" && kind !== "problem") return;
  passed.write(io.stderrIsTerminal ? Buffer.from(sanitizeLines(Buffer.from(bytes).toString("utf8"))) : bytes);
}

async function openAll(files: readonly string[], io: Io): Promise<(FileHandle | null)[]> {
  const handles: (FileHandle | null)[] = [];
  for (const file of files) handles.push(file === "-" ? null : await openLog(file, io.cwd));
  return handles;
}

async function openLog(file: string, cwd: string): Promise<FileHandle> {
  const handle = await open(absolutePath(cwd, file)).catch((error: unknown) => {
    throw new UsageError(
      `cannot read ${file}: ${whyUnreadable(error)}`,
      "give a log file, or - for standard input",
    );
  });
  if (!(await handle.stat()).isDirectory()) return handle;
  await handle.close();
  throw new UsageError(
    `cannot read ${file}: it is a folder`,
    `name the files in it: ${file.replace(/\/+$/, "")}/*`,
  );
}

/** Large enough that reading costs little, small enough that memory stays flat. */
const chunkBytes = 2 * 1024 * 1024;
/** Few enough requests that all of them may wait for a cluster's answers. */
const pieceBytes = 256 * 1024;

async function readAll(
  handle: FileHandle | null,
  parser: LogParser,
  output: TraceOutput,
  seen: Seen,
  passed: ByteSink,
  file: string,
  io: Io,
): Promise<void> {
  let isFirst = true;
  for await (const chunk of handle === null ? io.stdin : chunksOf(handle)) {
    const bytes: Uint8Array = chunk;
    if (isFirst && bytes.includes(0) && utf16Of(bytes) === null) seen.binary ??= file;
    isFirst = false;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      parser.write(bytes.subarray(at, at + pieceBytes));
      if (output.full) await output.drain();
    }
    passed.flush();
    await passed.drain();
    await output.drain();
    if (output.closed || io.signal.aborted) break;
  }
  parser.end();
  passed.flush();
}

/** Two buffers, again and again: the parser keeps nothing of one, while the other is being filled. */
async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  let [current, next] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
  let reading = handle.read(current, 0, chunkBytes, null);
  while (true) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    reading = handle.read(next, 0, chunkBytes, null);
    reading.catch(() => {}); // told by the await above, unless nobody reads on
    yield current.subarray(0, bytesRead);
    [current, next] = [next, current];
  }
}
