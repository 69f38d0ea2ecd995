import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startBreakage } from "./broken/breakage.ts";
import { checkFiles, fixturesFolder } from "./broken/fixtures.ts";
import { warmCaches } from "./broken/kubectl.ts";
import { checkProbe } from "./broken/probes.ts";
import { type Files, recordWay } from "./broken/record.ts";
import { conditionOf } from "./broken/settle.ts";
import { checkSnapshot, checkTraces } from "./broken/traces.ts";
import type { Way } from "./broken/way.ts";
import { connectPlane } from "./connect.ts";

/**
 * Breaks metrics-server, and an extension API of our own, in each way of broken/ways, and compares what the real server and the real kubectls
 * say of it with fixtures/broken. Alone, because every kubectl of the cluster complains about a broken API. UPDATE_GOLDEN=1 records.
 */
const plane = connectPlane();
const breakage = await startBreakage(plane);
const caches = mkdtempSync(join(tmpdir(), "kubectl-trace-caches-"));

after(async () => {
  rmSync(caches, { recursive: true, force: true });
  await breakage.end();
});

for (const way of breakage.ways) {
  test(`${way.name}: what the real server and kubectl say is what is recorded, and kubectl-trace repeats it`, async () => {
    await prepare(way.on);
    try {
      await compare(way);
    } finally {
      await breakage.leave(way);
    }
  });
}

/** What a real server says may depend on the moment: what is recorded has to come at the second look at the latest. */
async function compare(way: Way, looks = 2): Promise<void> {
  const files = await observe(way);
  try {
    checkFiles(join(fixturesFolder, way.name, plane.version), files);
  } catch (error) {
    if (looks === 1) throw error;
    await compare(way, looks - 1);
  }
}

let prepared: Way["on"] = "nothing";
/** A snapshot takes its time: one for each reason is enough. */
const reasons = new Set<string | undefined>();

/** Before the first way of an API: it is in order, and so are all others that there are; each kubectl gets to know it. */
async function prepare(on: Way["on"]): Promise<void> {
  if (on === prepared) return;
  await breakage.mend(breakage.inOrder.metrics);
  if (on === "extension") await breakage.mend(breakage.inOrder.extension);
  if (on !== "nothing") await warmCaches(plane, join(caches, on));
  prepared = on;
}

/** A server that has died is found out at the next probe, at the latest after half a minute: then it has to die once more. */
async function observe(way: Way, attempts = 4): Promise<Files> {
  await breakage.break(way);
  const before = await conditionOf(plane.api, way.apiService);
  try {
    const files = await recordWay(plane, way, isRemembered(way) ? join(caches, way.on) : null);
    await checkTraces(plane, way);
    await checkProbe(plane, way);
    if (!reasons.has(before?.reason)) await checkSnapshot(plane, way);
    reasons.add(before?.reason);
    assert.equal((await conditionOf(plane.api, way.apiService))?.status, before?.status);
    return files;
  } catch (error) {
    const now = await conditionOf(plane.api, way.apiService);
    if (attempts > 1 && now?.status !== before?.status) return await observe(way, attempts - 1);
    throw error;
  }
}

/** Whether a kubectl from before the breakage knows the resource. */
function isRemembered({ on, apiService }: Way): boolean {
  return on !== "nothing" && breakage.inOrder[on].apiService === apiService;
}
