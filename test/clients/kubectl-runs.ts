import { allVersions, type KubectlVersion, kubectlVersions } from "../helpers/kubectl.ts";
import type { Comparison } from "./compare-logs.ts";
import { type KubectlCase, kubectlCases } from "./kubectl-cases.ts";
import { withMatrixServer } from "./matrix-server.ts";
import { runCase } from "./run-case.ts";

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
      for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
        const { args, until = null, unreachable = false } = run.one;
        const one = { client: `kubectl ${version}`, program, args: args.split(" "), until, unreachable };
        results.push({ ...run, ...(await runCase({ ...one, ...run }, server)) });
      }
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
