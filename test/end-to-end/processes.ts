import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { connectionOptions, traceOptions } from "../../src/cli/options.ts";
import { verbs } from "../../src/cli/verbs.ts";

/** The built binary, as a user would run it. */
export const binary = resolve("bin/kubectl-trace.js");

export interface Ended {
  readonly args: readonly string[];
  /** null after a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout's bytes. */
  readonly bytes: Buffer;
}

export interface RunOptions {
  /** All of the environment but PATH, which is only what finds node, unless it is given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** Leaves standard input open after that. */
  readonly keepOpen?: boolean;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when that text has come on one of the streams; rejects when the process ends without it. */
  readonly says: (text: string, stream?: "stdout" | "stderr") => Promise<void>;
}

/** A process that has not ended by then hangs. */
const hangsMs = 30_000;

/** Runs the built binary to its end. Without `input`, standard input is empty. */
export async function runTrace(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return await startTrace(args, options).ended;
}

export function startTrace(args: readonly string[], options: RunOptions = {}): Running {
  return start(process.execPath, [binary, ...args], options);
}

/** Runs a shell line in which `$TRACE` is the built binary. */
export async function runShell(line: string, options: RunOptions = {}): Promise<Ended> {
  const env = { ...options.env, TRACE: `${process.execPath} ${binary}` };
  return await start("/bin/sh", ["-c", line], { ...options, env }).ended;
}

export function start(program: string, args: readonly string[], options: RunOptions): Running {
  const child = spawn(program, args, {
    env: { PATH: nodePath, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), hangsMs);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.stdin.on("error", () => {}); // it may end without reading all
  if (options.input !== undefined) child.stdin.write(options.input);
  if (options.keepOpen !== true) child.stdin.end();
  const ended = new Promise<Ended>((done, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ args, code, signal, stdout: stdout.text(), stderr: stderr.text(), bytes: stdout.bytes() });
    });
  });
  const says = async (text: string, stream: "stdout" | "stderr" = "stderr"): Promise<void> => {
    const from = stream === "stdout" ? stdout : stderr;
    const readable = stream === "stdout" ? child.stdout : child.stderr;
    await new Promise<void>((done, reject) => {
      const look = () => from.text().includes(text) && done();
      readable.on("data", look);
      child.on("close", () => reject(new Error(`ended without saying ${text}: ${from.text()}`)));
      look();
    });
  };
  return { child, ended, says };
}

function collect(stream: Readable) {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const bytes = () => Buffer.concat(chunks);
  return { bytes, text: () => bytes().toString("utf8") };
}

/** Enough to find node and the programs of a shell. */
export const nodePath = `${dirname(process.execPath)}:/usr/bin:/bin`;

/** Writes an executable into `folder`/bin; gives a PATH on which it comes first. */
export function fakeProgram(folder: string, name: string, script: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const path = join(bin, name);
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return `${bin}:${nodePath}`;
}

/** The PATH of a fake kubectl written in sh. */
export function fakeKubectl(folder: string, lines: string): string {
  return fakeProgram(folder, "kubectl", `#!/bin/sh\n${lines}\n`);
}

/** stderr is the two lines that a person is told, and ends with them. */
export function assertTold(ended: Ended, message: RegExp, exitCode: number): void {
  const seen = JSON.stringify({ ...ended, bytes: undefined }, null, 1);
  const [, error = "", hint = ""] = /^error: (.+)\nhint: (.+)\n$/.exec(ended.stderr) ?? [];
  assert.match(error, message, seen);
  for (const line of [error, hint]) {
    assert.match(line, /^[^A-Z]|^(?:[A-Z]{2}|GET |APIService)/, `lower case: ${line}`);
    assert.doesNotMatch(line, /\.$/, `no full stop: ${line}`);
  }
  assert.notEqual(hint, "", seen);
  assert.deepEqual(untaken(hint, ended.args), [], `flags that the command does not take: ${hint}`);
  assert.equal(ended.code, exitCode, seen);
  assertQuiet(ended);
}

/** Flags that a hint names, but for those in a command to type, and that the command with these words does not have. */
function untaken(hint: string, args: readonly string[]): readonly string[] {
  const verb = verbs.find(({ name }) => args.includes(name));
  const options = verb?.options() ?? [...traceOptions(), ...connectionOptions()];
  const taken = new Set(options.flatMap(({ long, short }) => [long, short]));
  const named = hint.replace(/kubectl [^;,:]*/g, "").match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? [];
  return named.filter((flag) => !taken.has(flag));
}

/** No stack trace, nothing that looks like a fault of ours, and no credential anywhere. */
export function assertQuiet(ended: Ended): void {
  const all = ended.stdout + ended.stderr;
  assert.doesNotMatch(all, /\n\s+at |file:\/\/|node:internal|unexpected:|undefined|\[object/);
  assert.ok(!all.includes(secretToken), "the token is printed");
}

/** Of every kubeconfig of these tests. */
export const secretToken = "c2VjcmV0-t0ken-that-nobody-may-see";
