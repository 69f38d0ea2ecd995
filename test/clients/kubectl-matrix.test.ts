import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type KubectlVersion, kubectlOrSkip, kubectlVersions } from "../helpers/kubectl.ts";
import { levels, type RunResult, runAll } from "./kubectl-runs.ts";

/** The matrix of versions and levels, printed at the end. */
const rows: string[] = [];

for (const version of kubectlVersions()) {
  test(`every request of kubectl ${version} is found once, with its own status`, async (t) => {
    const program = await kubectlOrSkip(t, version);
    if (program === null) return;
    const results = await runAll(program, version);
    rows.push(rowOf(`kubectl ${version}`, results));
    rows.push(
      rowOf(
        "  an API down",
        results.filter(({ one }) => one.apiDown),
      ),
    );
    assert.deepEqual(
      results.flatMap(({ problems }) => problems),
      [],
    );
    const up = results.filter(({ one }) => !one.apiDown);
    for (const level of levels.filter((level) => !hidesStatus(version, level))) {
      const { share } = shareOf(up, level);
      assert.ok(share >= leastShare(level), `${share} at -v=${level}`);
    }
    const readable = results.filter(({ level }) => !hidesStatus(version, level));
    assert.ok(shareOf(readable).share >= 0.9);
  });
}

after(() => {
  if (rows.length > 0) console.log(["attributed, of all requests:", ...rows].join("\n"));
});

/**
 * At 6 and from 9 on the entry of an answer carries its URL. At 7 there are no bodies either: when an API is down, nothing
 * says which one of many parallel requests got the 503.
 */
function leastShare(level: number): number {
  return level === 7 || level === 8 ? 0.9 : 1;
}

/** kubectl 1.23 does not log the status at these levels at all. */
function hidesStatus(version: KubectlVersion, level: number): boolean {
  return version === "1.23" && level >= 9;
}

function shareOf(results: readonly RunResult[], level: number | null = null) {
  const those = results.filter((result) => level === null || result.level === level);
  const sum = (count: (result: RunResult) => number) =>
    those.reduce((total, result) => total + count(result), 0);
  const requests = sum((result) => result.requests);
  return { requests, share: sum((result) => result.attributed) / requests };
}

function rowOf(name: string, results: readonly RunResult[]): string {
  const cells = levels.map((level) => {
    const { requests, share } = shareOf(results, level);
    return `v${level} ${`${(100 * share).toFixed(1)} %`.padStart(7)} of ${String(requests).padEnd(4)}`;
  });
  return `${name.padEnd(13)} ${cells.join("  ")}`;
}
