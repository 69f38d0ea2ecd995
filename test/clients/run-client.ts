import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxEnv } from "../helpers/sandbox.ts";

export interface ClientRun {
  readonly program: string;
  readonly args: readonly string[];
  /** true: stdout and stderr through one pipe, as `2>&1 |` joins them; false: stderr alone. */
  readonly joined: boolean;
  /** Interrupts the client as soon as its output matches: for commands that do not end by themselves. */
  readonly until: RegExp | null;
}

/** Runs a client with a home of its own, so that no cache of an earlier run answers for the server. */
export async function runClient(run: ClientRun, { HOME, KUBECONFIG, PATH }: SandboxEnv): Promise<Buffer> {
  const home = mkdtempSync(join(HOME, "run-"));
  try {
    const child = spawn(
      "sh",
      ["-c", run.joined ? 'exec "$0" "$@" 2>&1' : 'exec "$0" "$@" 2>&1 >/dev/null', run.program, ...run.args],
      {
        env: { HOME: home, KUBECONFIG, PATH },
        cwd: HOME,
        stdio: ["ignore", "pipe", "ignore"],
        timeout: 30_000,
      },
    );
    return await outputOf(child, run.until);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function outputOf(child: ChildProcess, until: RegExp | null): Promise<Buffer> {
  const pieces: Buffer[] = [];
  child.stdout?.on("data", (piece: Buffer) => {
    pieces.push(piece);
    if (until?.test(Buffer.concat(pieces).toString("latin1"))) child.kill("SIGINT");
  });
  await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return Buffer.concat(pieces);
}
