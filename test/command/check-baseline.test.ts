import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { CheckOptions } from "../../src/command/check.ts";
import { UsageError } from "../../src/errors.ts";
import { renderYaml } from "../../src/render/yaml.ts";
import { check, core, custom, metrics, metricsDown, start } from "./check-cases.ts";
import { createTestIo } from "./test-io.ts";

const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-baseline-"));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const name = "v1beta1.metrics.k8s.io";
const other = "v1beta1.custom.metrics.k8s.io";
const list = { apiVersion: "v1", kind: "List", items: [core, metricsDown, custom] };

async function checkWith(baseline: string, given: Partial<CheckOptions> = {}, items: unknown = list) {
  return await check({ files: ["-"], baseline, ...given }, "", createTestIo({ input: renderYaml(items) }));
}

function reportOf(...items: readonly object[]) {
  return { apiVersion: "kubectl-trace/v1alpha1", kind: "CheckReport", ok: false, items };
}

const forms: readonly [what: string, text: string, accepted: readonly string[]][] = [
  ["names as YAML", `- ${name}\n- ${other}\n`, [name, other]],
  ["one name", `["${name}"]`, [name]],
  ["as kubectl names it", `- apiservice/${name}\n`, [name]],
  ["with reasons", `- {name: ${name}, reason: known}\n- name: ${other}\n`, [name, other]],
  ["of another context", `- {name: ${name}, context: prod}\n- ${other}\n`, [other]],
  ["an empty list", "[]", []],
  ["a report", JSON.stringify(reportOf({ apiService: { name }, ok: false })), [name]],
  ["a report as YAML", renderYaml(reportOf({ apiService: { name }, ok: false })), [name]],
  [
    "a report in which it was available",
    JSON.stringify(reportOf({ apiService: { name }, ok: true }, { apiService: { name: other }, ok: false })),
    [other],
  ],
  [
    "a report of a context that could not be asked",
    JSON.stringify(reportOf({ context: "prod", apiService: { name: "" }, ok: false, asked: false })),
    [],
  ],
];

for (const [what, text, accepted] of forms) {
  test(`a baseline: ${what}`, async () => {
    const { stdout, exitCode } = await checkWith(write("form", text), { output: "json" });
    const report = JSON.parse(stdout) as {
      ok: boolean;
      items: { apiService: { name: string }; accepted?: true }[];
    };
    const found = report.items.filter((item) => item.accepted).map((item) => item.apiService.name);
    assert.deepEqual(found.toSorted(), accepted.toSorted());
    assert.deepEqual([report.ok, exitCode], accepted.length === 2 ? [true, 0] : [false, 1]);
  });
}

const wrong: readonly [what: string, text: string, message: RegExp][] = [
  ["another document", "kind: Pod\n", /wrong is no baseline$/],
  ["text", "just text", /wrong is no baseline$/],
  ["an entry without a name", "- reason: x\n", /wrong: entry 1 has no name$/],
  ["a number", "- v1.a\n- 7\n", /wrong: entry 2 has no name$/],
  ["an item without an APIService", JSON.stringify(reportOf({ ok: false })), /item 1 has no apiService$/],
  ["no YAML", "a: b: c", /wrong:1: invalid YAML/],
];

for (const [what, text, message] of wrong) {
  test(`no baseline: ${what}`, async () => {
    const baseline = write("wrong", text);
    await assert.rejects(checkWith(baseline), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test("a baseline that is not there is a usage error, before any cluster is asked", async () => {
  const { url, requests } = await start();
  await assert.rejects(check({ baseline: "/nowhere/x" }, url), UsageError);
  assert.equal(requests.length, 0);
});

const stale: readonly [what: string, text: string, given: Partial<CheckOptions>, stderr: RegExp][] = [
  ["one that is available", "[v1.]", {}, /^warning: .*known: v1\. is stale: it is available\n$/],
  [
    "one that does not exist",
    "[v9.x]",
    {},
    /^warning: .*known: v9\.x is stale: there is no such APIService\n$/,
  ],
  ["hostile", '["v9.\\e[31m"]', {}, /v9\.\\x1b\[31m is stale/],
  ["one that is broken", `[${name}]`, {}, /^$/],
  ["one that was not looked at", "[v9.x]", { names: [name] }, /^$/],
  ["a Local one that was left out", "[v1.]", { onlyService: true }, /^$/],
  ["of a context that was not asked", "[{name: v9.x, context: prod}]", {}, /^$/],
];

for (const [what, text, given, stderr] of stale) {
  test(`stale: ${what}`, async () => {
    assert.match((await checkWith(write("known", text), given)).stderr, stderr);
  });
}

test("what is written accepts what was broken, and keeps the reasons", async () => {
  const writeBaseline = join(folder, "new.json");
  const first = await checkWith(write("some", `- {name: ${name}, reason: known outage}\n- v1.\n`), {
    writeBaseline,
  });
  assert.equal(first.exitCode, 1, "the answer stays no");
  const again = await checkWith(writeBaseline, { output: "json", writeBaseline });
  assert.deepEqual([again.exitCode, again.stderr], [0, ""]);
  assert.match(again.stdout, /"acceptedReason": "known outage"/);
  assert.equal(readFileSync(writeBaseline, "utf8").match(/"ok": false/g)?.length, 2);
  const mended = await checkWith(writeBaseline, { writeBaseline }, metrics);
  assert.equal(mended.stderr.match(/is stale/g)?.length, 2);
  assert.deepEqual(JSON.parse(readFileSync(writeBaseline, "utf8")).items, []);
});

test("a baseline that cannot be written is a usage error", async () => {
  await assert.rejects(check({ files: ["-"], writeBaseline: "/nowhere/x" }, "", ioWithList()), UsageError);
  assert.ok(!existsSync("/nowhere/x"));
});

function ioWithList() {
  return createTestIo({ input: renderYaml(list) });
}

test("--wait does not wait for what is accepted", async () => {
  const { url, requests } = await start({ items: [core, metricsDown] });
  const baseline = write("wait", `- ${name}\n`);
  const { exitCode, stderr } = await check({ baseline, waitMs: 60_000 }, url);
  assert.deepEqual([exitCode, stderr, requests.length], [0, "", 1]);
});

test("--only-service leaves out the Local ones, and none at all is ok", async () => {
  const only = await checkWith(write("none", "[]"), { onlyService: true });
  assert.match(only.stdout, /not ok: 2 of 2 APIServices are not available\n$/);
  const none = await checkWith(write("none", "[]"), { onlyService: true }, core);
  assert.deepEqual([none.exitCode, none.stdout], [0, "ok: there is no APIService with a Service\n"]);
});

test("--report writes files beside stdout", async () => {
  const reports = [
    { format: "json", file: join(folder, "r.json") },
    { format: "table", file: join(folder, "r.txt") },
  ] as const;
  const { stdout } = await checkWith(write("none", "[]"), { reports });
  assert.equal(JSON.parse(readFileSync(reports[0].file, "utf8")).items.length, 3);
  assert.equal(readFileSync(reports[1].file, "utf8"), stdout);
  const nowhere = [{ format: "json", file: "/nowhere/x" }] as const;
  await assert.rejects(checkWith(write("none", "[]"), { reports: nowhere }), UsageError);
});
