import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RoundTrip } from "../../src/log/round-trip.ts";
import { allVersions, type KubectlVersion, kubectlVersions } from "../helpers/kubectl.ts";
import { type Comparison, compareLogs, createRandom, isAttributed, parseInPieces } from "./compare-logs.ts";
import { type KubectlCase, kubectlCases } from "./kubectl-cases.ts";
import { type MatrixServer, withMatrixServer } from "./matrix-server.ts";
import { runClient } from "./run-client.ts";

/** One command line at one level, its output through one pipe or its stderr alone. */
interface Run {
  readonly one: KubectlCase;
  readonly level: number;
  readonly joined: boolean;
}

export interface RunResult extends Run, Comparison {}

export const levels = [6, 7, 8, 9, 10] as const;

/** Runs a kubectl through all its commands and levels. Commands that only wait have lanes of their own. */
export async function runAll(program: string, version: KubectlVersion): Promise<RunResult[]> {
  const runs = runsOf(version);
  const waiting = runs.filter(({ one }) => one.waits);
  const down = runs.filter(({ one }) => one.apiDown);
  const others = runs.filter(({ one }) => !one.waits && !one.apiDown);
  const runLane = async (queue: Run[]) =>
    await withMatrixServer(queue !== down, async (server) => {
      const results: RunResult[] = [];
      for (let run = queue.shift(); run !== undefined; run = queue.shift())
        results.push(await runOne(program, version, run, server));
      return results;
    });
  return (await Promise.all([waiting, waiting, others, others, down].map(runLane))).flat();
}

/**
 * Each command at each level, every second one with its stderr alone; which ones, turns from version to version.
 * When few versions are run, each of them runs only every second pair of command and level.
 */
function runsOf(version: KubectlVersion): Run[] {
  const minor = Number(version.slice(2));
  const turn = kubectlVersions().indexOf(version);
  const isFew = kubectlVersions() !== allVersions;
  return kubectlCases
    .filter(({ from = 0, to = 99 }) => from <= minor && minor <= to)
    .flatMap((one, index) =>
      (one.levels ?? levels).map((level) => ({ one, level, at: index + level + turn })),
    )
    .filter(({ at }) => !isFew || at % 2 === 0)
    .map(({ one, level, at }) => ({ one, level, joined: at % 4 < 2 }));
}

async function runOne(
  program: string,
  version: KubectlVersion,
  run: Run,
  { sandbox, env, reset }: MatrixServer,
): Promise<RunResult> {
  const { one, level, joined } = run;
  reset();
  const before = sandbox.accessLog.length;
  const args = [`-v=${level}`, ...one.args.split(" ")];
  const log = await runClient({ program, args, joined, until: one.until ?? null }, env);
  const name = `kubectl ${version} ${args.join(" ")}${joined ? "" : " 2>&1 >/dev/null"}`;
  const roundTrips = parseInPieces(log, createRandom(name));
  const result = one.unreachable
    ? compareWithEntries(roundTrips, log)
    : compareLogs(roundTrips, sandbox.accessLog.slice(before), new URL(sandbox.url).origin);
  const problems =
    result.problems.length === 0 ? [] : [`${name}: ${result.problems.join("; ")} (${keep(name, log)})`];
  return { ...run, ...result, problems };
}

/** Nobody saw the requests: as many must be found as the log has entries that announce one, none of them answered. */
function compareWithEntries(roundTrips: readonly RoundTrip[], log: Buffer): Comparison {
  const text = log.toString("latin1");
  const announced = text.match(/ round_trippers\.go:\d+\] (?:[A-Z]+ https:\S+$|curl |"Request" )/gm);
  const entries =
    announced ?? text.match(/ round_trippers\.go:\d+\] .*in \d+ milliseconds$|"Response" /gm) ?? [];
  const open = roundTrips.filter(
    ({ outcome, status, url }) => outcome !== "response" && status === null && url !== "",
  );
  const problems =
    entries.length > 0 && open.length === entries.length && roundTrips.length === entries.length
      ? []
      : [`${open.length} of ${roundTrips.length} without an answer, the log has ${entries.length}`];
  return { requests: roundTrips.length, attributed: roundTrips.filter(isAttributed).length, problems };
}

/** The log of a failure stays, so that it can be looked at. */
function keep(name: string, log: Buffer): string {
  const folder = join(tmpdir(), "kubectl-trace-failed-logs");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name.replace(/[^\w.=-]+/g, "_").slice(0, 150)}.log`);
  writeFileSync(path, log);
  return path;
}
