import assert from "node:assert/strict";
import { dirname, resolve } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder } from "../helpers/kubeconfigs.ts";
import { fetchKubectl } from "../helpers/kubectl.ts";
import { withSandbox } from "../helpers/sandbox.ts";
import { fakeKubectl, nodePath, start } from "./processes.ts";

/** As kubectl runs it: the words behind `kubectl trace`, the last one unfinished. */
const completer = resolve("bin/kubectl_complete-trace");

const kubectl = await fetchKubectl("1.35");
const skip = kubectl === null ? "there is no kubectl for this machine" : false;

async function complete(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr, code } = await start(process.execPath, [completer, ...words], { env }).ended;
  const lines = stdout.trimEnd().split("\n");
  const names = lines.filter((one) => !one.startsWith(":")).map((one) => one.split("\t")[0] ?? "");
  return { stderr, code, names, directive: lines.at(-1) };
}

describe("our own words", { concurrency: 4 }, () => {
  const cases: readonly [readonly string[], readonly string[]][] = [
    [["re"], ["resolve", "request"]],
    [["--of"], ["--offline"]],
    [["-o", "j"], ["json"]],
    [
      ["-o", ""],
      ["table", "wide", "flow", "waterfall", "json", "yaml", "ndjson"],
    ],
    [["--output=nd"], ["--output=ndjson"]],
    [
      ["--color", "a"],
      ["auto", "always"],
    ],
    [["resolve", "--sn"], ["--snapshot"]],
    [
      ["check", "-o", ""],
      ["table", "json", "yaml", "junit", "github", "sarif", "markdown"],
    ],
    [["check", "--wa"], ["--wait"]],
    [
      ["check", "-o", "j"],
      ["json", "junit"],
    ],
    [["check", "--output=sa"], ["--output=sarif"]],
    [
      ["check", "--report", "j"],
      ["json=", "junit="],
    ],
    [["check", "--report", "junit=a"], []],
    [["check", "--baseline", "kn"], []],
    [
      ["check", "--al"],
      ["--all", "--all-contexts"],
    ],
    [["check", "--baseline", "a", "--wr"], ["--write-baseline"]],
    [["--context", "x", "resolve", "--meth"], ["--method"]],
    [["sandbox", "--po"], ["--port"]],
    [["resolve", "--no-such"], []],
  ];
  for (const [words, wanted] of cases) {
    test(words.map((word) => word || "''").join(" "), async (t) => {
      // What kubectl would add: nothing.
      const PATH = fakeKubectl(await temporaryFolder(t), "exit 0");
      const { names, stderr, code, directive } = await complete(words, { PATH });
      assert.deepEqual(
        names.filter((name) => name !== ""),
        wanted,
      );
      assert.deepEqual([stderr, code], ["", 0]);
      const expected = wanted.every((word) => word.endsWith("=")) ? ":6" : ":4";
      if (wanted.length > 0) assert.equal(directive, expected, "no files are offered beside them");
    });
  }

  test("without a kubectl ours are still offered", async (t) => {
    const PATH = await temporaryFolder(t);
    assert.deepEqual((await complete(["res"], { PATH })).names, ["resolve"]);
  });

  test("it is an executable that finds node by itself", async () => {
    const { stdout, code } = await start(completer, ["snap"], {
      env: { PATH: nodePath.replace(/\/usr\/bin:\/bin$/, "/usr/bin:/bin") },
    }).ended;
    assert.match(stdout, /^snapshot\t/);
    assert.equal(code, 0);
  });
});

describe("kubectl's words", { concurrency: 3, skip }, () => {
  const cases: readonly [readonly string[], readonly string[]][] = [
    [["top", "no"], ["node"]],
    [["get", "widg"], ["widgets.example.com"]],
    [["get", "-n", "shop", "pods", "cart"], ["cart-0"]],
    [["-o", "flow", "get", "-n", "shop", "pods", "cart"], ["cart-0"]],
    [["-n", "shop", "get", "pods", "cart"], ["cart-0"]],
    [
      ["get", "pods", "-o", "jso"],
      ["json", "jsonpath", "jsonpath-as-json", "jsonpath-file"],
    ],
    [["get", "pods", "--all-n"], ["--all-namespaces"]],
    [["--", "descr"], ["describe"]],
    [["check", "v1beta1.metr"], ["v1beta1.metrics.k8s.io"]],
    [["--context=admin", "check", "--user", "admin", "v1beta1.metr"], ["v1beta1.metrics.k8s.io"]],
    [["--context", "metr"], ["metrics-viewer"]],
    [["check", "--context", "admin", "--context", "metr"], ["metrics-viewer"]],
    [["--context", "admin", "resolve", "-n", "kube-p"], ["kube-public"]],
    [["-o", "flow", "--context=nobody", "-n", "kube-p"], []],
    [["--context", "nobody", "get", "-n", "shop", "pods", "cart"], []],
  ];
  for (const [words, wanted] of cases) {
    test(words.join(" "), async () => {
      await withSandbox({}, async (_, env) => {
        const PATH = `${dirname(kubectl ?? "")}:${nodePath}`;
        const { names, directive } = await complete(words, { ...env, PATH });
        assert.deepEqual(names.toSorted(), wanted);
        assert.match(directive ?? "", /^:\d+$/);
      });
    });
  }

  test("both, where both fit", async () => {
    await withSandbox({}, async (_, env) => {
      const { names } = await complete(["p"], { ...env, PATH: `${dirname(kubectl ?? "")}:${nodePath}` });
      for (const name of ["parse", "patch", "proxy"]) assert.ok(names.includes(name), name);
    });
  });
});
