import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { readSnapshot, type Snapshot } from "../cluster/snapshot/snapshot.ts";
import { exitCodes, TraceError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { openAccessLog } from "./access-log-file.ts";
import { codeOf } from "./error-code.ts";
import { whyUnreadable } from "./read-text-file.ts";

export interface SandboxOptions {
  /** File to serve; undefined: the demo that ships with this tool. */
  readonly snapshot?: string | undefined;
  /** 0: any free port. */
  readonly port: number;
  /** Where the kubeconfig goes, and stays; undefined: a temporary file that goes away with the sandbox. */
  readonly kubeconfigPath?: string | undefined;
  /** File to which each request is appended, one JSON object a line. */
  readonly accessLog?: string | undefined;
  /** Runs against the sandbox, which ends with it; empty: serve until a signal. */
  readonly command?: readonly string[];
}

/**
 * `kubectl trace sandbox`: serves a snapshot on loopback until a signal, which is its normal end (0), or for as long
 * as a command runs, whose exit code it takes over.
 * Throws UsageError for a file that cannot be read, TraceError for a port or command that cannot be had.
 */
export async function run(options: SandboxOptions, { io }: { readonly io: Io }): Promise<number> {
  const snapshot = openSnapshot(options.snapshot, io);
  const log = openAccessLog(options.accessLog, io);
  const folder = newFolder();
  let sandbox: Sandbox | null = null;
  try {
    sandbox = await start({ snapshot, port: options.port, onRequest: log.add });
    const path = writeKubeconfig(sandbox, options.kubeconfigPath, folder, io);
    const [program, ...args] = options.command ?? [];
    if (program !== undefined) {
      const exitCode = await runCommand(program, args, path, io);
      log.assertComplete();
      return exitCode;
    }
    announce(sandbox, path, io);
    await Promise.race([aborted(io.signal), log.failed]);
    log.assertComplete();
    return exitCodes.ok;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await sandbox?.close();
  }
}

function openSnapshot(file: string | undefined, io: Io): Snapshot {
  const path = file === undefined ? findDemo() : resolve(io.cwd, file);
  return readSnapshot(readText(path, file ?? path), file ?? "demo.yaml");
}

function readText(path: string, given: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(
      `cannot read ${given}: ${whyUnreadable(error)}`,
      "--snapshot takes a file written by kubectl trace snapshot",
    );
  }
}

/** Beside the sources as well as beside the bundle made of them. */
function findDemo(): string {
  let folder: string = import.meta.dirname;
  for (;;) {
    const path = join(folder, "fixtures", "snapshots", "demo.yaml");
    const parent = dirname(folder);
    if (existsSync(path) || parent === folder) return path;
    folder = parent;
  }
}

function newFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "kubectl-trace-sandbox-"));
  } catch (error) {
    throw new UsageError(
      `cannot make a folder in ${tmpdir()}: ${codeOf(error)}`,
      "set TMPDIR to a folder that exists",
    );
  }
}

async function start(options: Parameters<typeof startSandbox>[0]): Promise<Sandbox> {
  try {
    return await startSandbox(options);
  } catch (error) {
    const why = codeOf(error) === "EADDRINUSE" ? "the port is taken" : codeOf(error);
    throw new TraceError(
      `cannot listen on 127.0.0.1:${options.port ?? 0}: ${why}`,
      "without --port the sandbox takes a free one",
      exitCodes.no,
      { cause: error },
    );
  }
}

/**
 * The kubeconfig holds credentials: nobody else may read it, even if the file was there before. What is no file,
 * such as /dev/stdout, stays and is written to.
 */
function writeKubeconfig(sandbox: Sandbox, wanted: string | undefined, folder: string, io: Io): string {
  const path = wanted === undefined ? join(folder, "kubeconfig") : resolve(io.cwd, wanted);
  try {
    if (existsSync(path) && !statSync(path).isFile()) writeFileSync(path, sandbox.kubeconfig);
    else {
      if (wanted !== undefined) rmSync(path, { force: true });
      writeFileSync(path, sandbox.kubeconfig, { mode: 0o600, flag: "wx" });
    }
  } catch (error) {
    throw new UsageError(
      `cannot write ${wanted ?? path}: ${codeOf(error)}`,
      "--write-kubeconfig takes the path of a file",
    );
  }
  return path;
}

function announce(sandbox: Sandbox, path: string, io: Io): void {
  const width = Math.max(...sandbox.users.map(({ name }) => name.length));
  io.stderr.write(`serving ${sandbox.url}, Ctrl-C ends it; in another terminal:\n\n`);
  io.stdout.write(`export KUBECONFIG=${shellQuote(path)}\n`);
  io.stderr.write("kubectl trace top nodes\nkubectl trace --context developer get nodes\n\ncontexts:\n");
  for (const { name, identity } of sandbox.users) {
    io.stderr.write(`  ${name.padEnd(width)}  ${identity.username} (${identity.groups.join(", ")})\n`);
  }
}

function shellQuote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
}

async function runCommand(
  program: string,
  args: readonly string[],
  kubeconfig: string,
  io: Io,
): Promise<number> {
  const child = spawn(program, args, {
    env: { ...io.env, KUBECONFIG: kubeconfig },
    stdio: [shared(io.stdin), shared(io.stdout), shared(io.stderr)],
  });
  // What is no file descriptor of ours goes through a pipe.
  if (child.stdin !== null) io.stdin.pipe(child.stdin);
  child.stdout?.pipe(io.stdout, { end: false });
  child.stderr?.pipe(io.stderr, { end: false });
  // A terminal's Ctrl-C reaches the command by itself; what was sent to us alone is passed on.
  const stop = io.onSignal((name) => {
    if (name !== "SIGINT" || !io.stdinIsTerminal) child.kill(name);
  });
  try {
    return await exitCodeOf(child, program);
  } finally {
    stop();
  }
}

function shared(stream: Io["stdin"] | Writable): "pipe" | Io["stdin"] | Writable {
  return "fd" in stream && typeof stream.fd === "number" ? stream : "pipe";
}

async function exitCodeOf(child: ChildProcess, program: string): Promise<number> {
  return await new Promise((done, reject) => {
    child.once("error", (error) => {
      const why = codeOf(error) === "ENOENT" ? "not found" : codeOf(error);
      reject(new TraceError(`cannot run ${program}: ${why}`, "give a program on the PATH, or its path"));
    });
    child.once("close", (code, signal) =>
      done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
