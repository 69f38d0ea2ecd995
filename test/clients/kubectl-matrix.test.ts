import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { RoundTrip } from "../../src/log/round-trip.ts";
import { allVersions, type KubectlVersion, kubectlOrSkip, kubectlVersions } from "../helpers/kubectl.ts";
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

interface Result extends Run, Comparison {}

const levels = [6, 7, 8, 9, 10] as const;
/** The matrix of versions and levels, printed at the end. */
const rows: string[] = [];

for (const version of kubectlVersions()) {
  test(`every request of kubectl ${version} is found once, with its own status`, async (t) => {
    const program = await kubectlOrSkip(t, version);
    if (program === null) return;
    const results = await runAll(program, version);
    rows.push(rowOf(version, results));
    assert.deepEqual(
      results.flatMap(({ problems }) => problems),
      [],
    );
    for (const level of levels) {
      const { share } = shareOf(results, level);
      if (!hidesStatus(version, level)) assert.ok(share >= leastShare(level), `${share} at -v=${level}`);
    }
  });
}

after(() => {
  if (rows.length > 0) console.log(["attributed, of all requests:", ...rows].join("\n"));
});

/** At these levels the entry of an answer carries its URL. */
function leastShare(level: number): number {
  return level === 7 || level === 8 ? 0.9 : 1;
}

/** kubectl 1.23 does not log the status at these levels at all. */
function hidesStatus(version: KubectlVersion, level: number): boolean {
  return version === "1.23" && level >= 9;
}

function shareOf(results: readonly Result[], level: number) {
  const those = results.filter((result) => result.level === level);
  const sum = (count: (result: Result) => number) =>
    those.reduce((total, result) => total + count(result), 0);
  const requests = sum((result) => result.requests);
  return { requests, share: sum((result) => result.attributed) / requests };
}

function rowOf(version: KubectlVersion, results: readonly Result[]): string {
  const cells = levels.map((level) => {
    const { requests, share } = shareOf(results, level);
    return `v${level} ${(100 * share).toFixed(1)} % of ${requests}`;
  });
  return `kubectl ${version}: ${cells.join("   ")}`;
}

/** The commands that only wait have a lane and a server of their own; the others share two. */
async function runAll(program: string, version: KubectlVersion): Promise<Result[]> {
  const runs = runsOf(version);
  const waiting = runs.filter(({ one }) => one.waits);
  const busy = runs.filter(({ one }) => !one.waits);
  const lanes = [waiting, waiting, busy, busy].map(
    async (queue) =>
      await withMatrixServer(async (server) => {
        const results: Result[] = [];
        for (let run = queue.shift(); run !== undefined; run = queue.shift())
          results.push(await runOne(program, version, run, server));
        return results;
      }),
  );
  return (await Promise.all(lanes)).flat();
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
): Promise<Result> {
  const { one, level, joined } = run;
  reset();
  const before = sandbox.accessLog.length;
  const args = [`-v=${level}`, ...one.args.split(" ")];
  const until = one.until === undefined ? {} : { until: one.until };
  const log = await runClient({ program, args, joined, ...until }, env);
  const name = `kubectl ${version} ${args.join(" ")}${joined ? "" : " 2>&1 >/dev/null"}`;
  const roundTrips = parseInPieces(log, createRandom(name));
  const result = one.unreachable
    ? compareWithEntries(roundTrips, log)
    : compareLogs(roundTrips, sandbox.accessLog.slice(before), new URL(sandbox.url).origin);
  const problems =
    result.problems.length === 0 ? [] : [`${name}: ${result.problems.join("; ")} (${keep(name, log)})`];
  return { ...run, ...result, problems };
}

/** Nobody saw the requests: as many must be found as the log has entries of an answer, each of them failed. */
function compareWithEntries(roundTrips: readonly RoundTrip[], log: Buffer): Comparison {
  const entry =
    /^I.* round_trippers\.go:\d+\] (?:[A-Z]+ https:\S+ {2}in \d+ milliseconds$|Response Status: {2}in |"Response" )/gm;
  const entries = log.toString("latin1").match(entry)?.length ?? 0;
  const failed = roundTrips.filter(
    ({ outcome, status, url }) => outcome === "failed" && status === null && url !== "",
  );
  const problems =
    entries > 0 && failed.length === entries && roundTrips.length === entries
      ? []
      : [`${failed.length} of ${roundTrips.length} failed, the log has ${entries}`];
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
