import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { run } from "../../src/command/check.ts";
import { ClusterError } from "../../src/errors.ts";
import { apiService } from "../cluster/objects.ts";
import { createReader } from "../cluster/snapshot/objects-server.ts";
import {
  check,
  core,
  custom,
  defaults,
  down,
  metrics,
  metricsDown,
  metricsServer,
  noContexts,
  path,
  start,
} from "./check-cases.ts";
import { createTestIo } from "./test-io.ts";

/** A server whose APIServices are another list at each request; the last one stays. */
async function startChanging(...lists: (readonly KubeObject[] | number)[]) {
  let asked = -1;
  const step = () => lists[Math.min(asked, lists.length - 1)];
  const server = await start({
    lists: {
      get [path]() {
        const items = step();
        return typeof items === "object" ? items : [];
      },
    },
    refused: {
      get [path]() {
        asked += 1;
        const status = step();
        return typeof status === "number" ? status : undefined;
      },
    } as Record<string, number>,
  });
  return { ...server, asked: () => asked + 1 };
}

test("waits until all are available, and tells each change once", async () => {
  const discovery = { status: "False", reason: "FailedDiscoveryCheck", message: "bad status\n\x1b[31m403" };
  const server = await startChanging(
    503,
    503,
    [core, metricsDown],
    [core, metricsDown],
    [core, apiService("v1beta1.metrics.k8s.io", metricsServer, discovery)],
    [core, metrics],
  );
  const { exitCode, stdout, stderr } = await check({ waitMs: 60_000 }, server.url);
  assert.equal(exitCode, 0);
  assert.equal(server.asked(), 6);
  assert.match(stdout, /ok: all 2 APIServices are available\n$/);
  assert.deepEqual(stderr.split("\n"), [
    "waiting for the cluster: 503 Service Unavailable",
    "waiting for v1beta1.metrics.k8s.io: False MissingEndpoints: no addresses",
    "waiting for v1beta1.metrics.k8s.io: False FailedDiscoveryCheck: bad status ↵ \\x1b[31m403",
    "",
  ]);
});

test("tells of one that becomes available while another is not", async () => {
  const server = await startChanging([metricsDown, custom], [metrics, custom], [metrics]);
  const { exitCode, stderr } = await check({ waitMs: 60_000 }, server.url);
  assert.equal(exitCode, 0);
  assert.match(stderr, /\nv1beta1\.metrics\.k8s\.io is available\n$/);
});

test("waits for one that is yet to be made", async () => {
  const server = await startChanging([core], [core, metrics]);
  const { exitCode, stderr } = await check({ names: ["metrics.k8s.io"], waitMs: 60_000 }, server.url);
  assert.equal(exitCode, 0);
  assert.match(stderr, /^waiting for metrics\.k8s\.io: Unknown NotFound/);
});

test("all available at once: nothing to wait for, nothing to tell", async () => {
  const { url, requests } = await start();
  const { exitCode, stderr } = await check({ waitMs: 60_000 }, url);
  assert.deepEqual([exitCode, stderr, requests.length], [0, "", 1]);
});

/** Waits for a minute, of which each look takes 40 seconds: there are two. */
async function checkSlowly(url: string) {
  let seconds = 0;
  const io = createTestIo({ now: () => seconds * 1000 });
  const reader = createReader(url);
  const read = async (path: string) => {
    const answer = await reader.read(path);
    seconds += 40;
    return answer;
  };
  const openReader = async () => ({ ...reader, read });
  const exitCode = await run(
    { ...defaults, waitMs: 60_000 },
    { io, openReader, listContexts: noContexts, firstPauseMs: 2 },
  );
  return { exitCode, stdout: io.stdoutText(), stderr: io.stderrText() };
}

test("the time is up: exit 1 with the last report", async () => {
  const { url, requests } = await start({ items: [metricsDown] });
  const { exitCode, stdout } = await checkSlowly(url);
  const looks = requests.filter((request) => request.startsWith(path));
  assert.deepEqual([exitCode, looks.length], [1, 2]);
  assert.match(stdout, /not ok: v1beta1\.metrics\.k8s\.io is not available\n$/);
});

test("the time is up while the cluster is away: the last report counts", async () => {
  const server = await startChanging([metricsDown], 503);
  const { exitCode, stderr } = await checkSlowly(server.url);
  assert.equal(exitCode, 1);
  assert.match(stderr, /waiting for the cluster: 503/);
});

test("the time is up and there never was an answer: it cannot be asked", async () => {
  const { url } = await start({ refused: { [path]: 503 } });
  await assert.rejects(
    checkSlowly(url),
    (error) => error instanceof ClusterError && /503/.test(error.message),
  );
});

test("who may not ask does not wait", async () => {
  const { url, requests } = await start({ refused: { [path]: 403 } });
  await assert.rejects(check({ waitMs: 60_000 }, url), ClusterError);
  assert.equal(requests.length, 1);
});

/** A reader whose every request stays unanswered. */
function silentReader() {
  return { ...createReader(""), read: () => new Promise<never>(() => {}) };
}

test("a server that never answers does not stop the clock", async () => {
  const io = createTestIo();
  const done = run(
    { ...defaults, waitMs: 20 },
    { io, openReader: async () => silentReader(), listContexts: noContexts },
  );
  await assert.rejects(
    done,
    (error) => error instanceof ClusterError && /no answer in time$/.test(error.message),
  );
});

for (const waitMs of [null, 60_000]) {
  test(`Ctrl-C ends it with 130 and nothing on stdout, waiting ${waitMs}`, async () => {
    const io = createTestIo();
    const done = run(
      { ...defaults, waitMs },
      { io, openReader: async () => silentReader(), listContexts: noContexts },
    );
    setImmediate(io.interrupt);
    assert.equal(await done, 130);
    assert.equal(io.stdoutText(), "");
  });
}

test("Ctrl-C between two looks ends it with 130", async () => {
  const { url } = await start({ items: [metricsDown] });
  const io = createTestIo();
  const done = run(
    { ...defaults, waitMs: 60_000 },
    { io, openReader: async () => createReader(url), listContexts: noContexts, firstPauseMs: 60_000 },
  );
  const told = new Promise((resolve) =>
    setImmediate(function look() {
      if (io.stderrText() === "") setImmediate(look);
      else resolve(null);
    }),
  );
  await told;
  io.interrupt();
  assert.equal(await done, 130);
});

test("a terminal is not flooded: ten lines a look, none wider than it", async () => {
  const items = Array.from({ length: 40 }, (_, at) =>
    apiService(`v1.group${at}.example.com`, metricsServer, { ...down, message: "x".repeat(200) }),
  );
  const server = await startChanging(items, items, [core]);
  const io = createTestIo({ stderrIsTerminal: true, columns: 60 });
  assert.equal((await check({ waitMs: 60_000 }, server.url, io)).exitCode, 0);
  const lines = io.stderrText().trimEnd().split("\n");
  assert.deepEqual([lines.length, lines.at(-1)], [10, "and 31 more"]);
  for (const line of lines) assert.ok(line.length <= 60, line);
});
