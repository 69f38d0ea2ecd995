import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { writeMixedLog } from "./parse-log.ts";

/**
 * Is `parse` of a large mixed log as fast as the one-liner that finds the same requests, and is its memory flat?
 * Not a measure of pairing: grep finds lines, it does not know which answer is whose.
 *   node --import tsx bench/parse.ts [megabytes] [rounds]
 * Runs the built program when it is there, else the parser alone (bundled here).
 */
const megabytes = Number(process.argv[2] ?? 300);
const rounds = Number(process.argv[3] ?? 5);
const pattern =
  '(GET|POST|PUT|PATCH|DELETE|HEAD) https?://[^ ]+ ([0-9]{3} [A-Za-z ]+)? in [0-9]+ milliseconds|(GET|POST|PUT|PATCH|DELETE|HEAD) https?://[^ ]+ [0-9]{3} .* in [0-9]+ milliseconds|Response Status: .* milliseconds|"Response" .*status="';

const folder = mkdtempSync(join(tmpdir(), "bench-parse-"));
try {
  const log = join(folder, "mixed.log");
  writeMixedLog(log, megabytes);
  const ours = command(log);
  const theirs = ["sh", "-c", `grep -E '${pattern}' '${log}' | awk '{ print $5, $6, $7 }' > /dev/null`];
  const [our, their] = alternate(ours, theirs);
  const small = join(folder, "small.log");
  writeMixedLog(small, megabytes / 10);
  console.log(
    `parse ${megabytes} MB: ${our} ms, grep | awk: ${their} ms, ratio ${(our / their).toFixed(2)} (wanted: at most 1.0)`,
  );
  console.log(
    `peak memory: ${peak(ours)} MiB, of a tenth of it: ${peak(command(small))} MiB (wanted: at most 120, flat)`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function command(log: string): string[] {
  const built = resolve(import.meta.dirname, "../bin/kubectl-trace.js");
  if (existsSync(built)) return [process.execPath, built, "parse", "-o", "ndjson", "--offline", log];
  const driver = join(folder, "driver.mjs");
  const source = `
    import { openSync, readSync } from "node:fs";
    import { createLogParser } from ${JSON.stringify(resolve(import.meta.dirname, "../src/log/parser.ts"))};
    const parser = createLogParser({ file: "-", onRoundTrip: () => {} });
    const file = openSync(process.argv[2], "r");
    const bytes = Buffer.allocUnsafe(256 * 1024);
    for (let read = readSync(file, bytes); read > 0; read = readSync(file, bytes)) parser.write(bytes.subarray(0, read));
    parser.end();`;
  writeFileSync(join(folder, "driver.ts"), source);
  buildSync({
    entryPoints: [join(folder, "driver.ts")],
    outfile: driver,
    bundle: true,
    platform: "node",
    format: "esm",
  });
  return [process.execPath, driver, log];
}

/** Medians of both, run by turns so that they meet the same machine. */
function alternate(first: readonly string[], second: readonly string[]): [number, number] {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    times[0].push(time(first));
    times[1].push(time(second));
  }
  return [median(times[0]), median(times[1])];
}

function time([program = "", ...args]: readonly string[]): number {
  const start = performance.now();
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  // Failed requests in the log make `parse` say no (1): that is no failure of the run.
  if (error !== undefined || (status !== 0 && status !== 1))
    throw error ?? new Error(`${program} ended with ${status}`);
  return performance.now() - start;
}

function median(values: number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
}

/** MiB, as the system counts it (Linux). */
function peak(args: readonly string[]): number {
  const script = `
    const { readFileSync } = require("node:fs");
    const child = require("node:child_process").spawn(process.argv[1], process.argv.slice(2), { stdio: "ignore" });
    let most = 0;
    const timer = setInterval(() => {
      try { most = Math.max(most, Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/" + child.pid + "/status", "utf8"))?.[1] ?? 0)); } catch {}
    }, 5);
    child.on("exit", () => { clearInterval(timer); console.log(Math.round(most / 1024)); });`;
  return Number(execFileSync(process.execPath, ["-e", script, ...args], { encoding: "utf8" }));
}
