import { spawn } from "node:child_process";

export interface Rival {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs ours and the rival in turn, so that a machine that slows down slows both, and gives the median of the pairwise
 * ratios of wall time. Prints one line.
 */
export async function compare(
  question: string,
  ours: Rival,
  rival: Rival,
  target: number | null,
  runs = 15,
): Promise<void> {
  const pairs: { readonly ours: number; readonly rival: number }[] = [];
  for (let run = -1; run < runs; run += 1) {
    const pair = { ours: await wallMs(ours), rival: await wallMs(rival) };
    if (run >= 0) pairs.push(pair); // the first pair warms the file cache
  }
  const ratio = median(pairs.map((pair) => pair.ours / pair.rival));
  const own = median(pairs.map((pair) => pair.ours)).toFixed(0);
  const other = median(pairs.map((pair) => pair.rival)).toFixed(0);
  const verdict = target === null ? "" : ` (target ${target}: ${ratio <= target ? "met" : "missed"})`;
  console.log(
    `${question}\n  ratio ${ratio.toFixed(2)}${verdict}, medians of ${runs}: ${ours.name} ${own} ms, ${rival.name} ${other} ms`,
  );
}

/** Not the blocking kind of spawn: the server that both talk to may live in this process. */
async function wallMs({ command, args, env }: Rival): Promise<number> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: "ignore", env: env ?? process.env });
  const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: exit code ${code}`);
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
