import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { writeKubeconfig } from "../helpers/kubeconfigs.ts";
import { serve } from "../helpers/servers.ts";
import { fake, line, server, traceWith, until } from "./fake-kubectl.ts";
import { assertQuiet, runShell, startTrace } from "./processes.ts";

describe("pipes", { concurrency: 4 }, () => {
  test("a slow reader gets all of a large output, on both streams", async (t) => {
    const one = await fake(t, "cat large; cat large >&2; cat large");
    const large = `${"y".repeat(78)}\n`.repeat(200_000);
    writeFileSync(join(one.folder, "large"), large);
    const running = traceWith(one, ["--to=trace", "get", "pods"]);
    const { stdout, stderr } = running.child;
    stdout?.pause();
    stderr?.pause();
    setTimeout(() => stdout?.resume(), 100);
    setTimeout(() => stderr?.resume(), 200);
    const ended = await running.ended;
    assert.equal(ended.bytes.length, 2 * large.length);
    assert.ok(ended.stderr === large);
  });

  test("| head -1 ends quietly, and kubectl still finishes", async (t) => {
    const one = await fake(t, "cat log >&2; echo finished > done; exit 3");
    writeFileSync(join(one.folder, "log"), `${line("/api/v1/pods")}\n`.repeat(30_000));
    const shell = "{ $TRACE --offline get pods; echo $? > code; } | head -1";
    const ended = await runShell(shell, { cwd: one.folder, env: one.env });
    assert.match(ended.stdout, /^VERB [^\n]*\n$/);
    assert.equal(ended.stderr, "");
    assert.ok(existsSync(join(one.folder, "done")));
    assert.equal(readFileSync(join(one.folder, "code"), "utf8"), "3\n");
  });

  test("a closed stderr is no reason to fail", async (t) => {
    const one = await fake(t, "echo words >&2; exit 2");
    const shell = "$TRACE --offline get pods 2>&-; echo $?";
    const { stdout } = await runShell(shell, { cwd: one.folder, env: one.env });
    assert.match(stdout, /^no API requests[^\n]*\n2\n$/);
  });

  test("a child that keeps stderr open does not hold us", async (t) => {
    const one = await fake(t, `(${until("done")}; [ -e done ] || : > waited) > /dev/null & exit 6`);
    const ended = await traceWith(one, ["port-forward", "svc/web"]).ended;
    assert.ok(!existsSync(join(one.folder, "waited")));
    writeFileSync(join(one.folder, "done"), "");
    assert.deepEqual([ended.code, ended.signal], [6, null]);
  });

  test("ndjson: a line comes as soon as its request is over", async (t) => {
    // What is said of an answer ends at the latest with the next one.
    const script = `echo '${line("/api/v1/pods")}' >&2; echo '${line("/version")}' >&2; ${until("go")}; echo '${line("/api/v1/nodes")}' >&2`;
    const one = await fake(t, script);
    const running = traceWith(one, ["-o", "ndjson", "get", "pods"]);
    await running.says('"resource":"pods"', "stdout");
    writeFileSync(join(one.folder, "go"), "");
    const { stdout } = await running.ended;
    const traces = stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    assert.deepEqual(
      traces.map(({ requestInfo }) => requestInfo.resource),
      ["pods", "", "nodes"],
    );
  });
});

describe("signals", { concurrency: 4 }, () => {
  for (const [name, code] of Object.entries({ SIGTERM: 5, SIGINT: 6, SIGHUP: 7 } as const)) {
    test(`${name} sent to us alone is handed on, and the trace is printed`, async (t) => {
      const traps = "trap 'exit 5' TERM; trap 'exit 6' INT; trap 'exit 7' HUP";
      const one = await fake(
        t,
        `${traps}; echo '${line("/api/v1/pods")}' >&2; echo ready >&2; ${until("done")}`,
      );
      const running = traceWith(one, ["get", "pods", "-w"]);
      await running.says("ready");
      running.child.kill(name as NodeJS.Signals);
      const ended = await running.ended;
      assert.equal(ended.code, code);
      assert.match(ended.stdout, /^list {2}pods\.v1 /m);
      assertQuiet(ended);
    });
  }

  test("who insists gets out, even of a kubectl that does not listen", async (t) => {
    const one = await fake(t, `trap '' INT; echo ready >&2; ${until("done")}`);
    const running = traceWith(one, ["get", "pods", "-w"]);
    await running.says("ready");
    const insist = setInterval(() => running.child.kill("SIGINT"), 50);
    running.child.on("exit", () => {
      clearInterval(insist);
      writeFileSync(join(one.folder, "done"), "");
    });
    assert.deepEqual([(await running.ended).code], [130]);
  });

  test("Ctrl-C during kubectl's login: the credential plugin is not run once more", async (t) => {
    const asks = line("/api/v1/pods").replace(
      /"Response".*/,
      `"Request" verb="GET" url="${server}/api/v1/pods"`,
    );
    const one = await fake(t, `trap 'exit 130' INT; echo '${asks}' >&2; echo ready >&2; ${until("done")}`);
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "/bin/sh",
      args: ["-c", `touch ${join(one.folder, "ran")}; ${until(join(one.folder, "done"))}`],
      interactiveMode: "IfAvailable",
    };
    const kubeconfig = await writeKubeconfig(one.folder, { server }, { exec });
    const running = startTrace(["get", "pods"], { env: { ...one.env, KUBECONFIG: kubeconfig } });
    await running.says("ready");
    running.child.kill("SIGINT");
    const ended = await running.ended;
    assert.equal(ended.code, 130, ended.stderr);
    assert.match(ended.stdout, /^list {2}pods\.v1 .* pending .* unknown /m);
    assert.ok(!existsSync(join(one.folder, "ran")));
  });

  test("Ctrl-C while the cluster is asked ends the asking: the trace is printed", async (t) => {
    let onAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      onAsked = resolve;
    });
    const silent = await serve("http", () => onAsked());
    t.after(silent.close);
    const one = await fake(t, `echo '${line("/api/v1/pods").replace(server, silent.url)}' >&2; exit 4`);
    const running = startTrace(["-s", silent.url, "get", "pods"], { env: one.env });
    await asked;
    const insist = setInterval(() => running.child.kill("SIGINT"), 400);
    const ended = await running.ended;
    clearInterval(insist);
    assert.equal(ended.code, 4, ended.stderr);
    assert.match(ended.stdout, /^list {2}pods\.v1 .* 200 .* Unknown /m);
    assertQuiet(ended);
  });
});
