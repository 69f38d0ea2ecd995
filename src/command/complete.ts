import { spawn } from "node:child_process";
import { exitCodes } from "../errors.ts";
import type { Io } from "../io.ts";
import { findKubectl } from "./kubectl-process.ts";

export interface CompletionPlan {
  /** Our own, each with an optional description behind a tab. */
  readonly candidates: readonly string[];
  /** A kubectl command line, its last word unfinished, for kubectl to complete; null: nothing of kubectl's fits. */
  readonly kubectl: readonly string[] | null;
}

/** Prints one candidate a line, then a directive as cobra reads it (4: no files, 2: no space behind it). */
export async function run(plan: CompletionPlan, io: Io): Promise<number> {
  const lines = [...plan.candidates, ...(await askKubectl(plan.kubectl, io))];
  const hasDirective = /^:\d+$/.test(lines.at(-1) ?? "");
  if (!hasDirective && lines.length > 0) lines.push(lines.every(isUnfinished) ? ":6" : ":4");
  if (lines.length > 0) io.stdout.write(`${lines.join("\n")}\n`);
  return exitCodes.ok;
}

/** "junit=": the word goes on. */
function isUnfinished(line: string): boolean {
  return line.endsWith("=");
}

async function askKubectl(words: readonly string[] | null, io: Io): Promise<readonly string[]> {
  const kubectl = words === null ? null : findKubectl(io.env);
  if (kubectl === null || words === null) return [];
  const child = spawn(kubectl, ["__complete", ...words], { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await new Promise<void>((resolve) => child.on("error", () => resolve()).on("close", () => resolve()));
  return text.split("\n").filter((line) => line !== "");
}
