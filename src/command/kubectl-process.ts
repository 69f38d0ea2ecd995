import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { constants as osConstants } from "node:os";
import { delimiter, join, sep } from "node:path";
import type { Readable } from "node:stream";
import { TraceError } from "../errors.ts";
import type { Io } from "../io.ts";
import { klogMoment, type Moment } from "../trace/time/moment.ts";

export interface KubectlRun {
  /** Path of the executable. */
  readonly kubectl: string;
  readonly args: readonly string[];
  /** Which of our own streams kubectl's stdout is: it writes there directly, so a terminal stays a terminal. */
  readonly stdoutTo: "stdout" | "stderr";
  readonly io: Io;
  readonly onStderr: (chunk: Uint8Array) => void;
}

/** How it ended, and when it ran. */
export interface KubectlEnded {
  readonly code: number;
  /** By this machine's clock. */
  readonly started: Moment | null;
  /** Milliseconds to its exit; the last of its stderr may have come later. */
  readonly lengthMs: number;
}

/** How long to wait for the last of stderr when something that kubectl started still holds it open. */
const lingerMs = 500;

/**
 * Runs kubectl to its end and gives its exit code and its time; death by a signal is 128 and the signal's number, as shells say
 * it. Signals that reach us alone are handed on. Throws TraceError when it cannot be started.
 */
export async function runKubectl({
  kubectl,
  args,
  stdoutTo,
  io,
  onStderr,
}: KubectlRun): Promise<KubectlEnded> {
  const startedAt = io.now();
  const started = klogMoment(io.date());
  const child = spawn(kubectl, args, { stdio: ["inherit", stdoutTo === "stdout" ? 1 : 2, "pipe"] });
  const stderr = child.stderr as Readable; // "pipe", so there is one
  const stopListening = io.onSignal((name) => {
    // The terminal sends Ctrl-C to the whole foreground group: kubectl has it already.
    if (name === "SIGINT" && io.stdinIsTerminal) return;
    child.kill(name);
  });
  stderr.on("data", (chunk: Buffer) => {
    onStderr(chunk);
    if (!io.stderr.writableNeedDrain) return;
    stderr.pause();
    io.stderr.once("drain", () => stderr.resume());
  });
  try {
    return await new Promise<KubectlEnded>((resolve, reject) => {
      child.on("error", (cause: NodeJS.ErrnoException) => {
        reject(
          new TraceError(
            `cannot start ${kubectl}: ${cause.code ?? cause.message}`,
            "is it an executable?",
            1,
            { cause },
          ),
        );
      });
      child.on("exit", (code, signal) => {
        const ended = {
          code: code ?? 128 + osConstants.signals[signal ?? "SIGKILL"],
          started,
          lengthMs: io.now() - startedAt,
        };
        child.on("close", () => resolve(ended));
        setTimeout(() => resolve(ended), lingerMs).unref();
      });
    });
  } finally {
    stopListening();
    stderr.destroy();
  }
}

/** The first kubectl on the PATH; null when there is none. */
export function findKubectl(env: Io["env"]): string | null {
  return findExecutable("kubectl", env);
}

/**
 * Would kubectl run a plugin for this command? Its own commands come first, so a name that it does not know and that
 * is on the PATH as `kubectl-NAME`. Source of truth: kubectl/pkg/cmd/plugin.go.
 */
export function isKubectlPlugin(command: string, env: Io["env"]): boolean {
  if (command === "" || kubectlCommands.has(command)) return false;
  return findExecutable(`kubectl-${command.replaceAll("-", "_")}`, env) !== null;
}

function findExecutable(name: string, env: Io["env"]): string | null {
  const names = sep === "\\" ? [`${name}.exe`, `${name}.cmd`, `${name}.bat`] : [name];
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    for (const candidate of names) {
      const path = join(folder || ".", candidate);
      if (isExecutable(path)) return path;
    }
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const kubectlCommands: ReadonlySet<string> = new Set(
  (
    "alpha annotate api-resources api-versions apply attach auth autoscale certificate cluster-info completion config " +
    "convert cordon cp create debug delete describe diff drain edit events exec explain expose get help kuberc " +
    "kustomize label logs options patch plugin port-forward proxy replace rolling-update rollout run scale set " +
    "taint top uncordon version wait"
  ).split(" "),
);
