import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder } from "../helpers/kubeconfigs.ts";
import { assertTold, fakeProgram, runTrace } from "./processes.ts";

const url = "/api/v1/pods";

describe("a wrong command line", { concurrency: 4 }, () => {
  const wrong: readonly [readonly string[], RegExp][] = [
    [["--no-such-flag", "get", "pods"], /unknown option '--no-such-flag'/],
    [["-o", "xml", "get", "pods"], /xml/],
    [["-o"], /argument missing/],
    [["resolve"], /missing required argument/],
    [["resolve", url, "--color", "blue"], /blue/],
    [["request", url, url], /too many arguments/],
    [["request", url, "--data", "{}"], /a body needs a method/],
    [["request", "https://evil.example.com/api", "-s", "https://10.0.0.1"], /not on the kubeconfig's server/],
    [["request", url, "-H", "nonsense", "-s", "http://127.0.0.1:1"], /header is not of the form/],
    [["request", url, "-H", "a: b\r\nc: d", "-s", "http://127.0.0.1:1"], /header is not of the form/],
    [["request", url, "-H", "Impersonate-User: jane", "-s", "http://127.0.0.1:1"], /another user/],
    [["request", url, "-H", "Authorization: Bearer x", "-s", "http://127.0.0.1:1"], /another user/],
    [["request", url, "-H", "Content-Length: 5", "-s", "http://127.0.0.1:1"], /set by the connection itself/],
    [["request", ""], /the URL is empty/],
    [["request", url, "-X", "GE T"], /takes an HTTP method/],
    [["request", url, "-X", "connect"], /takes an HTTP method/],
    [["resolve", url, ""], /a URL is empty/],
    [["resolve", url, "-X", ""], /takes an HTTP method/],
    [["check", "--wait", "soon"], /duration/],
    [["check", "-f", "a", "--snapshot", "b"], /cannot be used together/],
    [["check", "-f", "a", "--wait", "1s"], /--wait needs a cluster/],
    [["check", "-f", "a", "--probe"], /--probe needs a cluster/],
    [["check", "-o", "wide"], /wide/],
    [["sandbox", "--port", "99999"], /port/],
    [["snapshot", "cluster.yaml"], /too many arguments/],
    [["--ascii", "check"], /check takes no --ascii/],
    [["resolve", url, "--request-timeout", "soon"], /request-timeout|duration/],
  ];
  for (const [args, message] of wrong) {
    test(args.join(" ").replace(/[\r\n]/g, "?"), async (t) => {
      const ended = await runTrace(args, { env: { HOME: await temporaryFolder(t) } });
      assertTold(ended, message, 2);
      assert.equal(ended.stdout, "");
    });
  }
});

describe("a kubectl that cannot be run", { concurrency: 4 }, () => {
  test("there is none", async (t) => {
    const folder = await temporaryFolder(t);
    const env = { HOME: folder, PATH: folder };
    assertTold(await runTrace(["get", "pods"], { env }), /no kubectl on the PATH/, 1);
  });

  const scripts: readonly [string, string, RegExp, number][] = [
    ["its interpreter is missing", "#!/no/such/interpreter\n", /cannot start .*kubectl/, 1],
  ];
  for (const [name, script, message, exitCode] of scripts) {
    test(name, async (t) => {
      const folder = await temporaryFolder(t);
      const env = { HOME: folder, PATH: fakeProgram(folder, "kubectl", script) };
      assertTold(await runTrace(["get", "pods"], { env }), message, exitCode);
    });
  }

  test("it is not executable, or a folder: the next one on the PATH is taken", async (t) => {
    const folder = await temporaryFolder(t);
    const path = fakeProgram(folder, "kubectl", "#!/bin/sh\necho ours; exit 4\n");
    for (const other of ["plain", "folder"]) mkdirSync(join(folder, other));
    writeFileSync(join(folder, "plain", "kubectl"), "#!/bin/sh\nexit 9\n", { mode: 0o644 });
    mkdirSync(join(folder, "folder", "kubectl"));
    const env = { HOME: folder, PATH: `${join(folder, "plain")}:${join(folder, "folder")}:${path}` };
    const ended = await runTrace(["get", "pods"], { env });
    assert.equal(ended.code, 4, ended.stderr);
  });
});
