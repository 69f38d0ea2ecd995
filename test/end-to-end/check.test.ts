import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { parse as parseYaml } from "yaml";
import { temporaryFolder } from "../helpers/kubeconfigs.ts";
import { fetchKubectl, type KubectlVersion } from "../helpers/kubectl.ts";
import { kubectl, withSandbox } from "../helpers/sandbox.ts";
import { closedPort } from "../helpers/servers.ts";
import { assertQuiet, assertTold, runTrace } from "./processes.ts";
import { linesOf, python, traceAtTerminal } from "./terminal.ts";

/** The gate as a CI job runs it. */

const snapshot = resolve("fixtures/snapshots/demo.yaml");
const broken = "v1beta1.custom.metrics.k8s.io";

interface Item {
  readonly context?: string;
  readonly apiService: { readonly name: string; readonly reason: string };
  readonly ok: boolean;
}

function briefOf(json: string): readonly string[] {
  const { items } = JSON.parse(json) as { readonly items: readonly Item[] };
  return items.map(({ context, apiService: { name, reason }, ok }) => `${context} ${name} ${reason} ${ok}`);
}

describe("several contexts of a kubeconfig", { concurrency: 3 }, () => {
  const cases: readonly [what: string, args: readonly string[], code: number, brief: readonly string[]][] = [
    [
      "fine in both",
      ["--context", "admin", "--context=operator", "metrics.k8s.io"],
      0,
      ["admin v1beta1.metrics.k8s.io Passed true", "operator v1beta1.metrics.k8s.io Passed true"],
    ],
    [
      "flags on both sides of the verb",
      ["--context", "operator", "custom.metrics.k8s.io"],
      1,
      [`admin ${broken} FailedDiscoveryCheck false`, `operator ${broken} FailedDiscoveryCheck false`],
    ],
    [
      "one may not be asked",
      ["--context", "admin", "--context", "developer", "v1.apps"],
      3,
      ["admin v1.apps Local true", "developer  CannotBeAsked false"],
    ],
  ];
  for (const [what, args, code, brief] of cases) {
    test(what, async () => {
      await withSandbox({}, async (_, env) => {
        const before = what.startsWith("flags") ? ["--context", "admin"] : [];
        const ended = await runTrace([...before, "check", "-o", "json", ...args], { env });
        assert.deepEqual([ended.code, briefOf(ended.stdout), ended.stderr], [code, brief, ""]);
      });
    });
  }

  test("--all-contexts, in each format", async () => {
    await withSandbox({}, async ({ users }, env) => {
      const formats = ["table", "yaml", "junit", "github", "sarif", "markdown"];
      for (const format of formats) {
        const ended = await runTrace(["check", "--all-contexts", "--only-service", "-o", format], { env });
        assert.equal(ended.code, 3, ended.stderr);
        assertQuiet(ended);
        for (const context of ["admin", "developer"]) assert.ok(ended.stdout.includes(context), format);
        for (const { token } of users) assert.ok(token === "" || !ended.stdout.includes(token));
      }
    });
  });

  test("a server that is away", async () => {
    const port = await closedPort();
    await withSandbox({}, async (_, env) => {
      const config = parseYaml(readFileSync(env.KUBECONFIG, "utf8"));
      config.clusters.push({ name: "away", cluster: { server: `http://127.0.0.1:${port}` } });
      config.contexts.push({ name: "away", context: { cluster: "away", user: "" } });
      const file = join(env.HOME, "with-away");
      writeFileSync(file, JSON.stringify(config));
      const args = ["check", "--kubeconfig", file, "--context", "away", "--context", "admin", "v1.apps"];
      const ended = await runTrace(args, { env });
      assert.equal(ended.code, 3);
      assert.match(ended.stdout, /^away +- +Unknown +CannotBeAsked/m);
      assert.match(ended.stdout, /connection refused/);
    });
  });
});

test("one run of CI: annotations on stdout, a summary and a test report in files, a baseline", async (t) => {
  const folder = await temporaryFolder(t);
  const args = ["check", `--snapshot=${snapshot}`, "-o", "github"];
  const files = [
    "--report",
    "markdown=summary.md",
    "--report",
    "junit=report.xml",
    "--report=json=report.json",
  ];
  const first = await runTrace([...args, ...files, "--write-baseline", "known.json"], { cwd: folder });
  assert.deepEqual([first.code, first.stderr], [1, ""]);
  assert.match(
    first.stdout,
    /^::error title=APIService v1beta1\.custom\.metrics\.k8s\.io::ConnectionRefused: /,
  );
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  assert.match(read("summary.md"), /^### APIServices: not ok\n/);
  assert.match(read("report.xml"), /<failure type="ConnectionRefused"/);
  for (const baseline of ["known.json", "report.json"]) {
    const again = await runTrace([...args, "--baseline", baseline], { cwd: folder });
    assert.deepEqual([again.code, again.stderr], [0, ""]);
    assert.match(again.stdout, /^::warning title=.*\n::notice title=kubectl trace check::ok: 24 of 25 /);
  }
});

const wrong: readonly [args: readonly string[], message: RegExp, code: number][] = [
  [["--context", "a", "--all-contexts"], /cannot be used together/, 2],
  [["--all-contexts", "--token", "x"], /--token cannot be used with several contexts/, 2],
  [["--all-contexts", "-f", "a"], /several contexts need clusters/, 2],
  [["--report", "junit"], /FORMAT=FILE/, 2],
  [["--baseline", "nowhere.json"], /cannot read nowhere\.json: no such file/, 2],
  [[`--snapshot=${snapshot}`, "--baseline", snapshot], /is no baseline/, 2],
  [["--all-contexts", "--kubeconfig", "nowhere"], /no kubeconfig at nowhere/, 3],
];

for (const [args, message, code] of wrong) {
  test(`check ${args.map((word) => word.replace(snapshot, "demo.yaml")).join(" ")}: exit ${code}`, async (t) => {
    const folder = await temporaryFolder(t);
    assertTold(await runTrace(["check", ...args], { cwd: folder, env: { HOME: folder } }), message, code);
  });
}

const terminal = python === null ? "there is no python3 here" : false;

test("--wait at a terminal: a line when something changes, none wider than it", {
  skip: terminal,
}, async () => {
  await withSandbox({}, async (_, env) => {
    const args = ["check", "--only-service", "--wait", "3s"];
    const { stdout, code } = await traceAtTerminal(args, { columns: 70, env }).ended;
    const lines = linesOf(stdout);
    assert.equal(code, 1);
    assert.match(lines[0] ?? "", /^waiting for v1beta1\.custom\.metrics\.k8s\.io: False Failed.*…$/);
    assert.match(lines[1] ?? "", /^APISERVICE/);
    for (const line of lines) assert.ok([...line].length <= 70, line);
  });
});

const newest: KubectlVersion = "1.35";
const skip = (await fetchKubectl(newest)) === null ? "there is no kubectl for this machine" : false;

test("what the README says of kubectl wait", { skip }, async () => {
  await withSandbox({}, async (_, env) => {
    const args = ["wait", "--for=condition=Available", "apiservice", "--all", "--timeout=2s"];
    const waited = await kubectl(newest, env, ...args);
    assert.equal(waited?.exitCode, 1);
    assert.match(waited.stdout, /apiservice\.apiregistration\.k8s\.io\/v1\. condition met/);
    assert.match(
      waited.stderr,
      /timed out waiting for the condition on apiservices\/v1beta1\.custom\.metrics/,
    );
    assert.doesNotMatch(waited.stderr, /FailedDiscoveryCheck/);
    // The time is up with the first that is broken, and those behind it in the list are told to have failed.
    assert.match(
      waited.stderr,
      /timed out waiting for the condition on apiservices\/v1beta1\.metrics\.k8s\.io/,
    );
    const { stdout, code } = await runTrace(["check", "--wait", "2s"], { env });
    assert.equal(code, 1);
    assert.match(stdout, /^v1beta1\.custom\.metrics\.k8s\.io +False +FailedDiscoveryCheck/m);
    assert.match(stdout, /^v1beta1\.metrics\.k8s\.io +True/m);
  });
});
