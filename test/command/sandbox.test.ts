import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { run, type SandboxOptions } from "../../src/command/sandbox.ts";
import { TraceError } from "../../src/errors.ts";
import type { Io } from "../../src/io.ts";

/** A process that has no terminal; what it writes is collected. */
function newProcess() {
  const abort = new AbortController();
  const stdout = new PassThrough({ encoding: "utf8" });
  const stderr = new PassThrough({ encoding: "utf8" });
  const io: Io = {
    version: "0.0.0",
    stdin: new PassThrough(),
    stdout,
    stderr,
    env: { PATH: process.env["PATH"] },
    cwd: tmpdir(),
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: null,
    now: () => performance.now(),
    date: () => new Date(),
    signal: abort.signal,
    onSignal: () => () => {},
  };
  return {
    io,
    abort,
    stdout,
    read: () => [String(stdout.read() ?? ""), String(stderr.read() ?? "")] as const,
  };
}

const served = { port: 0 } satisfies SandboxOptions;
const node = (script: string): readonly string[] => [process.execPath, "-e", script];

test("prints a kubeconfig that only its owner can read, serves until a signal, and leaves nothing", async () => {
  const { io, abort, stdout, read } = newProcess();
  const ended = run(served, { io });
  await new Promise((resolve) => stdout.once("readable", resolve));
  const [printed, told] = read();
  const path = /^export KUBECONFIG=(\S+)\n$/.exec(printed)?.[1] ?? "";
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.match(readFileSync(path, "utf8"), /server: "https:\/\/127\.0\.0\.1:\d+"/);
  assert.match(told, /^serving https:[\s\S]*developer +developer \(system:authenticated\)/);
  assert.doesNotMatch(told, /token/i);
  abort.abort("SIGINT");
  assert.equal(await ended, 0);
  assert.ok(!existsSync(path));
});

test("a kubeconfig that goes to a device is written to it, and the device stays", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-"));
  const kubeconfigPath = join(folder, "device");
  symlinkSync("/dev/null", kubeconfigPath);
  await run({ ...served, kubeconfigPath, command: node("") }, { io: newProcess().io });
  assert.ok(statSync(kubeconfigPath).isCharacterDevice());
  rmSync(folder, { recursive: true });
});

test("runs a command against it, passes its output on and takes over its exit code", async () => {
  const { io, read } = newProcess();
  const command = node("console.log(process.env.KUBECONFIG); console.error('told'); process.exit(7)");
  assert.equal(await run({ ...served, command }, { io }), 7);
  const [printed, told] = read();
  assert.match(printed, /^\/.*\/kubeconfig\n$/);
  assert.equal(told, "told\n");
  assert.ok(!existsSync(printed.trim()));
});

test("a command that a signal ends has that signal's code", async () => {
  const { io } = newProcess();
  assert.equal(await run({ ...served, command: node("process.kill(process.pid, 'SIGTERM')") }, { io }), 143);
});

test("writes kubeconfig and access log where it is told, and they stay", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-test-"));
  try {
    const { io } = newProcess();
    const kubeconfigPath = join(folder, "config");
    const accessLog = join(folder, "access.ndjson");
    const script = `
      const text = require("node:fs").readFileSync(process.env.KUBECONFIG, "utf8");
      const url = /server: "(.*)"/.exec(text)[1];
      require("node:https").get(url + "/version", { rejectUnauthorized: false, agent: false }, (r) => r.resume());`;
    assert.equal(await run({ ...served, kubeconfigPath, accessLog, command: node(script) }, { io }), 0);
    assert.equal(statSync(kubeconfigPath).mode & 0o777, 0o600);
    const [line = ""] = readFileSync(accessLog, "utf8").split("\n");
    const { method, url, status, user } = JSON.parse(line);
    assert.deepEqual([method, url, status, user], ["GET", "/version", 200, "system:anonymous"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an access log that cannot be written on ends it, and says so", async (t) => {
  if (!existsSync("/dev/full")) return t.skip("there is no /dev/full");
  const ask = `const [, url] = /server: "(.+?)"/.exec(require("fs").readFileSync(process.env.KUBECONFIG, "utf8"));
    require("https").get(url, { rejectUnauthorized: false }, () => process.exit(0)).on("error", () => process.exit(1))`;
  const wanted = { message: "not every request is in /dev/full: ENOSPC", exitCode: 1 };
  const log = { ...served, accessLog: "/dev/full" };
  await assert.rejects(run({ ...log, command: node(ask) }, newProcess()), wanted);

  const { io, stdout, read } = newProcess();
  const ended = run(log, { io });
  await new Promise((resolve) => stdout.once("readable", resolve));
  const path = /KUBECONFIG=(\S+)/.exec(read()[0])?.[1] ?? "";
  const asked = spawn(process.execPath, ["-e", ask], { env: { KUBECONFIG: path } });
  await assert.rejects(ended, wanted);
  asked.kill();
  assert.ok(!existsSync(path));
});

test("what cannot be is one line with a hint", async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const cases: readonly (readonly [SandboxOptions, RegExp, number])[] = [
    [{ port, command: node("") }, /^cannot listen on 127\.0\.0\.1:\d+: the port is taken$/, 1],
    [{ ...served, snapshot: "no-such.yaml" }, /^cannot read no-such\.yaml: no such file$/, 2],
    [{ ...served, snapshot: tmpdir() }, /^cannot read \S+: it is a folder$/, 2],
    [{ ...served, accessLog: "no-such-folder/log" }, /^cannot write no-such-folder\/log: ENOENT$/, 2],
    [
      { ...served, kubeconfigPath: "no-such-folder/config" },
      /^cannot write no-such-folder\/config: ENOENT$/,
      2,
    ],
    [{ ...served, command: ["no-such-program"] }, /^cannot run no-such-program: not found$/, 1],
  ];
  for (const [options, message, exitCode] of cases) {
    await t.test(String(message), async () => {
      await assert.rejects(run(options, { io: newProcess().io }), (error) => {
        assert.ok(error instanceof TraceError);
        assert.match(error.message, message);
        assert.notEqual(error.hint, "");
        assert.equal(error.exitCode, exitCode);
        return true;
      });
    });
  }
  taken.close();
});
