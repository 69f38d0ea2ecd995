import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Answer } from "../../src/cluster/cluster.ts";
import { type CheckOptions, run } from "../../src/command/check.ts";
import { ClusterError, UsageError } from "../../src/errors.ts";
import { renderCheck } from "../../src/render/check.ts";
import type { CheckReport } from "../../src/render/check-report.ts";
import { createReader } from "../cluster/snapshot/objects-server.ts";
import { core, defaults, metrics, metricsDown } from "./check-cases.ts";
import { createTestIo } from "./test-io.ts";

type Cluster = () => Promise<Answer<unknown>>;

const list = (...items: readonly unknown[]) => ({
  ok: true as const,
  value: { apiVersion: "apiregistration.k8s.io/v1", kind: "APIServiceList", items },
});
const refused = { ok: false, reason: "connection refused", status: null } as const;
const forbidden = { ok: false, reason: "403 Forbidden", status: 403 } as const;

/** Answers by context; one that is not here is not in the kubeconfig. */
async function checkOn(clusters: Readonly<Record<string, Cluster>>, given: Partial<CheckOptions> = {}) {
  const io = createTestIo();
  const open = new Set<string>();
  const openReader = async ({ context = "" }: { readonly context?: string }) => {
    const read = clusters[context];
    if (read === undefined) throw new ClusterError(`no context "${context}" in the kubeconfig`, "");
    open.add(context);
    return { ...createReader(""), title: context, read, close: async () => void open.delete(context) };
  };
  const exitCode = await run(
    { ...defaults, contexts: Object.keys(clusters), output: "json", ...given },
    { io, openReader, listContexts: async () => Object.keys(clusters), firstPauseMs: 2 },
  );
  assert.deepEqual([...open], [], "every connection is closed");
  const report = JSON.parse(io.stdoutText()) as CheckReport;
  const brief = report.items.map(({ context, apiService: { name, reason }, ok, asked }) =>
    asked === false ? `${context}: ${reason}` : `${context}/${name} ${ok}`,
  );
  return { exitCode, ok: report.ok, brief, stderr: io.stderrText(), report };
}

const up: Cluster = async () => list(core, metrics);
const down: Cluster = async () => list(core, metricsDown);
const away: Cluster = async () => refused;

const cases: readonly [
  what: string,
  Readonly<Record<string, Cluster>>,
  exitCode: number,
  brief: readonly string[],
][] = [
  [
    "all are fine",
    { b: up, a: up },
    0,
    ["b/v1. true", "b/v1beta1.metrics.k8s.io true", "a/v1. true", "a/v1beta1.metrics.k8s.io true"],
  ],
  [
    "one is not",
    { a: up, b: down },
    1,
    ["a/v1. true", "a/v1beta1.metrics.k8s.io true", "b/v1. true", "b/v1beta1.metrics.k8s.io false"],
  ],
  [
    "one cannot be asked",
    { a: away, b: up },
    3,
    ["a: CannotBeAsked", "b/v1. true", "b/v1beta1.metrics.k8s.io true"],
  ],
  [
    "one cannot be asked and one is broken: 3 wins",
    { a: async () => forbidden, b: down },
    3,
    ["a: CannotBeAsked", "b/v1. true", "b/v1beta1.metrics.k8s.io false"],
  ],
];

for (const [what, clusters, exitCode, brief] of cases) {
  test(`several contexts: ${what}`, async () => {
    const found = await checkOn(clusters);
    assert.deepEqual([found.exitCode, found.ok, found.brief], [exitCode, exitCode === 0, brief]);
  });
}

test("a context that is not in the kubeconfig is an item, too; one that is named twice is asked once", async () => {
  const { exitCode, brief, report } = await checkOn(
    { a: up },
    { contexts: ["a", "nope", "a"], names: ["v1."] },
  );
  assert.deepEqual([exitCode, brief], [3, ["a/v1. true", "nope: CannotBeAsked"]]);
  assert.equal(report.items[1]?.apiService.message, 'no context "nope" in the kubeconfig');
});

test("what to do about a context that cannot be asked is said, in the table too", async () => {
  const hint = "log in again";
  const refused = async () => ({ ok: false as const, reason: "Unauthorized", status: 401, hint });
  const { report } = await checkOn({ a: refused, b: up });
  assert.equal(report.items[0]?.hint, hint);
  const table = renderCheck(report, { columns: null, color: false, all: false });
  assert.match(table, /^ {2}cannot read the APIServices of .*: Unauthorized\n {2}log in again$/m);
});

test("--all-contexts asks each, one as well", async () => {
  const { exitCode, brief } = await checkOn({ a: away }, { allContexts: true, contexts: [] });
  assert.deepEqual([exitCode, brief], [3, ["a: CannotBeAsked"]]);
});

test("one --context is asked as ever: its item says it, and what fails is thrown", async () => {
  assert.deepEqual((await checkOn({ a: up }, { names: ["v1."] })).brief, ["a/v1. true"]);
  await assert.rejects(checkOn({ a: away }), ClusterError);
});

test("many are asked side by side, but not all at once", async () => {
  let [running, most] = [0, 0];
  const slow: Cluster = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    return list(core);
  };
  const clusters = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`c${at}`, slow]));
  assert.equal((await checkOn(clusters)).report.items.length, 30);
  assert.ok(most > 1 && most <= 8, `${most} at once`);
});

test("waiting for more clusters than are asked at once: each is looked at again", async () => {
  const late = (): Cluster => {
    let asked = 0;
    return async () => {
      asked += 1;
      return asked < 3 ? refused : list(core);
    };
  };
  const clusters = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`c${at}`, late()]));
  const { exitCode, stderr } = await checkOn(clusters, { waitMs: 60_000 });
  assert.equal(exitCode, 0);
  assert.deepEqual(
    stderr.trimEnd().split("\n").toSorted(),
    Object.keys(clusters)
      .map((name) => `waiting for context ${name}: connection refused`)
      .toSorted(),
  );
});

const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-contexts-"));
after(() => rmSync(folder, { recursive: true }));

test("a baseline names contexts; where one cannot be asked none is written, and nothing is stale", async () => {
  const baseline = join(folder, "known.json");
  writeFileSync(baseline, JSON.stringify([{ name: "v1beta1.metrics.k8s.io", context: "a" }]));
  const both = await checkOn({ a: down, b: down }, { baseline });
  assert.deepEqual(
    both.report.items.map(({ accepted }) => accepted),
    [undefined, true, undefined, undefined],
  );
  const writeBaseline = join(folder, "new.json");
  const none = await checkOn({ a: away, b: up }, { baseline, writeBaseline });
  assert.match(none.stderr, /^warning: .*new\.json is not written: not every context can be asked\n$/);
  assert.ok(!existsSync(writeBaseline));
});

test("Ctrl-C ends all of them with 130 and nothing on stdout", async () => {
  const io = createTestIo();
  const read = () => new Promise<never>(() => {});
  const done = run(
    { ...defaults, contexts: ["a", "b"] },
    { io, openReader: async () => ({ ...createReader(""), read }), listContexts: async () => [] },
  );
  setImmediate(io.interrupt);
  assert.deepEqual([await done, io.stdoutText()], [130, ""]);
});

const wrong: readonly [what: string, Partial<CheckOptions>, message: RegExp][] = [
  ["all and one", { contexts: ["a"], allContexts: true }, /cannot be used together/],
  ["several and a server", { contexts: ["a", "b"], flags: { server: "x" } }, /^--server cannot be used/],
  ["all and a token", { contexts: [], allContexts: true, flags: { token: "x" } }, /^--token cannot be used/],
  ["several and a file", { contexts: ["a", "b"], files: ["-"] }, /^several contexts need clusters$/],
  [
    "all and a snapshot",
    { contexts: [], allContexts: true, snapshot: "x" },
    /^several contexts need clusters$/,
  ],
];

for (const [what, given, message] of wrong) {
  test(`usage error: ${what}`, async () => {
    await assert.rejects(
      checkOn({ a: up, b: up }, given),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

test("no contexts at all: there is nothing to ask", async () => {
  await assert.rejects(checkOn({}, { allContexts: true, contexts: [] }), ClusterError);
});
