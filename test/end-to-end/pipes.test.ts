import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { temporaryFolder, writeKubeconfig } from "../helpers/kubeconfigs.ts";
import { fetchKubectl } from "../helpers/kubectl.ts";
import { type SandboxEnv, withSandbox } from "../helpers/sandbox.ts";
import { closedPort } from "../helpers/servers.ts";
import { assertQuiet, runShell, runTrace } from "./processes.ts";

const line = (url: string, status = "200 OK"): string =>
  `I0122 17:09:32.381792  360675 round_trippers.go:632] "Response" verb="GET" url="${url}" status="${status}" milliseconds=3\n`;
const server = "https://10.0.0.1:6443";
const nothing = /^no API requests: .*\n$/;

const kubectl = await fetchKubectl("1.35");
const noKubectl = kubectl === null ? "there is no kubectl for this machine" : false;
const withKubectl = (env: SandboxEnv) => ({ ...env, PATH: `${dirname(kubectl ?? "")}:/usr/bin:/bin` });

describe("a piped log", { concurrency: 3 }, () => {
  for (const [levels, trace] of [
    ["-v=8", "$TRACE"],
    ["-v=9", "$TRACE parse"],
    ["-v=6", "$TRACE parse -"],
  ] as const) {
    test(`kubectl get pods ${levels} 2>&1 | ${trace}`, { skip: noKubectl }, async () => {
      await withSandbox({}, async (_, env) => {
        const shell = `kubectl get pods -n shop ${levels} 2>&1 | ${trace}`;
        const ended = await runShell(shell, { env: withKubectl(env) });
        assert.equal(ended.code, 0, ended.stderr);
        assert.match(
          ended.stdout,
          /^VERB .*\nget {3}\/api .*\n.*\nlist {2}pods\.v1 +shop\/ +200 .* True .* allowed /s,
        );
        assert.match(
          ended.stderr,
          /^NAME {2,}READY[^\n]*\n(?:\S+ {2,}\d\/\d [^\n]*\n)+$/,
          "kubectl's own output and no more",
        );
      });
    });
  }

  test("kubectl's errors and warnings go on to stderr", { skip: noKubectl }, async () => {
    await withSandbox({}, async (_, env) => {
      const shell = "kubectl --context nobody get pods -v=8 2>&1 | $TRACE --context nobody";
      const { stdout, stderr, code } = await runShell(shell, { env: withKubectl(env) });
      assert.equal(code, 0, "the log is traced, whatever it says");
      assert.match(stderr, /^Error from server \(Forbidden\): pods is forbidden: [^\n]*\n$/);
      assert.match(stdout, /^list {2}pods\.v1 .* 403 .* denied /m);
    });
  });

  for (const [name, input] of Object.entries({
    "an empty one": "",
    "one without any round trip": "hello\nworld\n",
    "only line ends": "\n\r\n\n",
    "no line end": "hello",
  })) {
    test(`${name} is no failure, and passes through`, async () => {
      const { stdout, stderr, code } = await runTrace([], { input });
      assert.deepEqual([stderr, code], [input, 0]);
      assert.match(stdout, nothing);
    });
  }

  test("without any round trip the other formats are empty, not broken", async () => {
    const [json, ndjson, yaml] = await Promise.all(
      ["json", "ndjson", "yaml"].map(
        async (format) => (await runTrace(["-o", format], { input: "" })).stdout,
      ),
    );
    assert.deepEqual(JSON.parse(json ?? "").items, []);
    assert.equal(ndjson, "");
    assert.match(yaml ?? "", /^items: \[\]$/m);
  });

  test("bytes that are no text pass through unchanged", async (t) => {
    const folder = await temporaryFolder(t);
    const bytes = Buffer.concat([
      Buffer.from([0, 1, 0x80, 0xff, 13, 10]),
      Buffer.from(line(`${server}/api`)),
    ]);
    writeFileSync(join(folder, "log"), bytes);
    await runShell("$TRACE --offline < log > trace 2> rest", { cwd: folder });
    assert.deepEqual(readFileSync(join(folder, "rest")), bytes.subarray(0, 6));
    assert.match(readFileSync(join(folder, "trace"), "utf8"), /^get {3}\/api /m);
  });
});

describe("files", { concurrency: 4 }, () => {
  const files = { one: line(`${server}/api/v1/pods`), two: `words\n${line(`${server}/api/v1/nodes`)}` };
  async function parse(t: TestContext, args: readonly string[], input = "") {
    const folder = await temporaryFolder(t);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await runTrace(["parse", "--offline", "-o", "json", ...args], { cwd: folder, input });
  }

  test("are read in their order, - among them", async (t) => {
    const ended = await parse(t, ["two", "-", "one"], `piped\n${line(`${server}/api/v1/secrets`)}`);
    const seen = JSON.parse(ended.stdout).items.map(
      (trace: {
        requestInfo: { resource: string };
        roundTrip: { source: { file: string; line: number } };
      }) => [trace.requestInfo.resource, trace.roundTrip.source.file, trace.roundTrip.source.line],
    );
    assert.deepEqual(seen, [
      ["nodes", "two", 2],
      ["secrets", "-", 2],
      ["pods", "one", 1],
    ]);
    assert.equal(ended.stderr, "piped\n", "only what is piped passes through");
  });

  test("a file that is called like a flag, behind --", async (t) => {
    const folder = await temporaryFolder(t);
    writeFileSync(join(folder, "-o"), files.one);
    const ended = await runTrace(["parse", "--offline", "--", "-o"], { cwd: folder });
    assert.match(ended.stdout, /^list {2}pods\.v1 /m);
  });

  test("one that is missing is found before any is read", async (t) => {
    const { stdout, stderr, code } = await parse(t, ["one", "missing"]);
    assert.deepEqual([stdout, code], ["", 2]);
    assert.match(stderr, /cannot read missing/);
  });

  test("colour for a pipe only when it is asked for", async (t) => {
    const folder = await temporaryFolder(t);
    writeFileSync(join(folder, "one"), files.one);
    const shown = async (args: readonly string[], env = {}) =>
      (await runTrace(["parse", "--offline", ...args, "one"], { cwd: folder, env })).stdout;
    assert.ok(!(await shown([])).includes("\x1b"));
    assert.ok(!(await shown([], { FORCE_COLOR: "1" })).includes("\x1b"), "only the flag says so");
    assert.ok((await shown(["--color", "always"], { NO_COLOR: "1", TERM: "dumb" })).includes("\x1b[3"));
  });

  test("what acts on a terminal reaches no output raw", async (t) => {
    const folder = await temporaryFolder(t);
    const hostile = "\x1b]0;t\x07\x1b[2J\x9b5m\u202e\u2066\x00\x08";
    writeFileSync(
      join(folder, "log"),
      line(`${server}/api/v1/namespaces/${hostile}/pods/${hostile}`, `500 ${hostile}`),
    );
    for (const format of ["table", "wide", "flow", "waterfall", "json", "yaml", "ndjson"]) {
      const { stdout, code } = await runTrace(["parse", "--offline", "-o", format, "log"], { cwd: folder });
      assert.equal(code, 0);
      const controls = [...stdout].filter((char) => char !== "\n" && /[\p{Cc}\p{Cf}]/u.test(char));
      assert.deepEqual(controls, [], format);
    }
  });
});

describe("whose log it is", { concurrency: 3 }, () => {
  test("a cluster that no context knows: a note, and nobody is asked", async () => {
    await withSandbox({}, async ({ accessLog }, env) => {
      const input = line(`${server}/api/v1/pods`).repeat(3);
      const ended = await runTrace([], { env, input });
      assert.match(
        ended.stderr,
        /^note: no kubeconfig context has the server https:\/\/10\.0\.0\.1:6443, [^\n]*\n$/,
      );
      assert.match(ended.stdout, /^list {2}pods\.v1 .* Unknown .* allowed .*\(seen in the answer\)$/m);
      assert.equal(ended.code, 0);
      assert.deepEqual(accessLog, []);
      assertQuiet(ended);
    });
  });

  test("the context whose server it is, though another is current", async (t) => {
    await withSandbox({}, async ({ url, accessLog }, env) => {
      const other = await writeKubeconfig(await temporaryFolder(t), {
        server: `http://127.0.0.1:${await closedPort()}`,
      });
      const KUBECONFIG = `${other}:${env.KUBECONFIG}`;
      const input = line(`${url}/apis/metrics.k8s.io/v1beta1/nodes`);
      const ended = await runTrace([], { env: { ...env, KUBECONFIG }, input });
      assert.match(ended.stdout, / True .*kube-system\/metrics-server:443/);
      assert.equal(ended.stderr, "");
      assert.ok(accessLog.length > 0);
    });
  });

  test("what to type about a slow log goes to the context whose server it is", async (t) => {
    await withSandbox({}, async ({ url }, env) => {
      const kubeconfig = await writeKubeconfig(await temporaryFolder(t), {
        server: `http://127.0.0.1:${await closedPort()}`,
      });
      const api = "v1beta1.custom.metrics.k8s.io";
      const input = [
        "I1124 10:00:00.000000       7 loader.go:395] Config loaded from file:  /home/jane/.kube/config",
        `I1124 10:00:02.100000       7 round_trippers.go:553] GET ${url}/apis/custom.metrics.k8s.io/v1beta1 503 Service Unavailable in 2000 milliseconds`,
        "",
      ].join("\n");
      for (const [files, flags] of [
        [env.KUBECONFIG, ""],
        [`${kubeconfig}:${env.KUBECONFIG}`, " --context admin"],
      ]) {
        const ended = await runTrace(["-o", "json"], { env: { ...env, KUBECONFIG: files ?? "" }, input });
        const { findings } = JSON.parse(ended.stdout).timeBudget;
        assert.equal(findings[0].advice[0], `kubectl trace check${flags} ${api}`);
      }
    });
  });

  test("a log of two clusters asks each about its own", async () => {
    await withSandbox({ basePath: "/k8s/clusters/c-1" }, async (sandbox, env) => {
      const input = line(`${sandbox.url}/api/v1/nodes`) + line(`${server}/api/v1/nodes`);
      const ended = await runTrace(["-o", "json"], { env, input });
      const availability = JSON.parse(ended.stdout).items.map(
        (trace: { apiService: { available: string } }) => trace.apiService.available,
      );
      assert.deepEqual(availability, ["True", "Unknown"]);
      assert.match(ended.stderr, /^note: [^\n]*10\.0\.0\.1[^\n]*\n$/);
    });
  });

  test("--context is asked whatever the log says, and --offline nobody", async () => {
    await withSandbox({}, async ({ url, accessLog }, env) => {
      const offline = await runTrace(["--offline"], { env, input: line(`${url}/api/v1/pods`) });
      assert.deepEqual([offline.stderr, accessLog.length], ["", 0]);
      const named = await runTrace(["--context", "developer", "-o", "json"], {
        env,
        input: line(`${server}/api/v1/pods`),
      });
      assert.match(
        JSON.parse(named.stdout).items[0].apiService.message,
        /another server than that of context "developer"/,
      );
    });
  });
});
