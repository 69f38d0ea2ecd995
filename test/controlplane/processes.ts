import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A program of the control plane; what it writes is in a file. */
export interface Running {
  readonly name: string;
  readonly logFile: string;
  stop(): Promise<void>;
  /** Why it has ended; null while it runs. */
  ended(): string | null;
}

export function startProgram(
  name: string,
  path: string,
  flags: Readonly<Record<string, string>>,
  folder: string,
): Running {
  const logFile = join(folder, `${name}.log`);
  const log = openSync(logFile, "w");
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const child = spawn(path, args, { cwd: folder, stdio: ["ignore", log, log] });
  closeSync(log);
  let ended: string | null = null;
  child.on("error", (error) => {
    ended = error.message;
  });
  child.on("exit", (code, signal) => {
    ended = `${name} ended with ${signal ?? code}: ${lastLines(logFile)}`;
  });
  return { name, logFile, stop: () => stop(child), ended: () => ended };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await exited;
  clearTimeout(timer);
}

function lastLines(file: string): string {
  return readFileSync(file, "utf8").trim().split("\n").slice(-5).join("\n");
}

/** Asks again and again until the answer is neither null nor false; throws when a program ends or the time is over. */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | null | false>,
  programs: readonly Running[] = [],
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last = "";
  while (Date.now() < end) {
    for (const program of programs) {
      const ended = program.ended();
      if (ended !== null) throw new Error(ended);
    }
    try {
      const answer = await ask();
      if (answer !== null && answer !== false) return answer;
    } catch (error) {
      last = `: ${String(error).split("\n")[0]}`;
    }
    await sleep(100);
  }
  throw new Error(`${what}: not within ${seconds} seconds${last}`);
}
