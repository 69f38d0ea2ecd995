import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readSnapshot } from "../../src/cluster/snapshot/snapshot.ts";
import { run } from "../../src/command/snapshot.ts";
import { ClusterError, TraceError } from "../../src/errors.ts";
import type { Io } from "../../src/io.ts";
import { apiService } from "../cluster/objects.ts";
import {
  createReader,
  type ObjectsServerOptions,
  startObjectsServer,
} from "../cluster/snapshot/objects-server.ts";
import { clusterRole } from "../rbac/policies.ts";
import { createTestIo } from "./test-io.ts";

const roles = "/apis/rbac.authorization.k8s.io/v1/roles";
const lists = {
  "/apis/apiregistration.k8s.io/v1/apiservices": [apiService("v1.")],
  "/apis/rbac.authorization.k8s.io/v1/clusterroles": [clusterRole("b"), clusterRole("a\x1b[31m")],
};

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-snapshot-"));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function take(to: string | null, given: Partial<Io> = {}, options: Partial<ObjectsServerOptions> = {}) {
  const server = await startObjectsServer({ lists, ...options });
  after(server.close);
  const io = createTestIo(given);
  const exitCode = await run({ to, flags: {} }, { io, openReader: async () => server.reader });
  return { exitCode, stdout: io.stdoutText(), stderr: io.stderrText(), url: server.url };
}

for (const to of [null, "-"]) {
  test(`to ${to} is stdout: one YAML document that can be read again`, async () => {
    const { exitCode, stdout, stderr, url } = await take(to);
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.ok(
      stdout.startsWith(
        `apiVersion: kubectl-trace/v1alpha1\nkind: Snapshot\nserver: ${url}\nserverVersion: v1.33.2\nuser:\n  username: tester\n  groups:\n`,
      ),
    );
    const snapshot = readSnapshot(stdout, "f");
    assert.deepEqual(
      snapshot.items.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ["APIService v1.", "ClusterRole a\x1b[31m", "ClusterRole b"],
    );
    assert.ok(!stdout.includes("\x1b"));
  });
}

test("a file is written whole, for its owner only, and nothing else is left", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "cluster.yaml"), "old", { mode: 0o644 });
  const { exitCode, stdout } = await take("cluster.yaml", { cwd: folder });
  assert.deepEqual([exitCode, stdout, readdirSync(folder)], [0, "", ["cluster.yaml"]]);
  assert.equal(readSnapshot(readFileSync(join(folder, "cluster.yaml"), "utf8"), "f").items.length, 3);
  if (process.platform !== "win32") assert.equal(statSync(join(folder, "cluster.yaml")).mode & 0o777, 0o600);
});

test("a link is followed, and what is no file is written to, not replaced", async () => {
  const folder = newFolder();
  symlinkSync("target.yaml", join(folder, "link.yaml"));
  writeFileSync(join(folder, "target.yaml"), "old");
  symlinkSync("/dev/null", join(folder, "device"));
  for (const to of ["link.yaml", "device"]) {
    assert.equal((await take(to, { cwd: folder })).exitCode, 0);
    assert.ok(lstatSync(join(folder, to)).isSymbolicLink(), to);
  }
  assert.ok(statSync(join(folder, "device")).isCharacterDevice());
  assert.equal(readSnapshot(readFileSync(join(folder, "target.yaml"), "utf8"), "f").items.length, 3);
});

test("a file that cannot be written: an error, and nothing is left", async () => {
  const folder = newFolder();
  mkdirSync(join(folder, "is-a-folder", "x"), { recursive: true });
  for (const to of ["no/such/folder/f.yaml", "is-a-folder"]) {
    await assert.rejects(take(to, { cwd: folder }), (error) => {
      assert.ok(error instanceof TraceError);
      assert.match(error.message, /^cannot write .*: E[A-Z]+$/);
      assert.equal(error.exitCode, 1);
      return true;
    });
  }
  assert.deepEqual(readdirSync(folder), ["is-a-folder"]);
});

test("what is refused is a line on stderr and in the file, and exit 0", async () => {
  const { exitCode, stdout, stderr } = await take(null, {}, { refused: { [roles]: 403 } });
  assert.equal(exitCode, 0);
  assert.equal(stderr, "warning: cannot read roles.rbac.authorization.k8s.io: 403 Forbidden\n");
  assert.deepEqual(readSnapshot(stdout, "f").missing, [
    { resource: "roles.rbac.authorization.k8s.io", reason: "403 Forbidden" },
  ]);
});

test("somebody who watches sees what is read; a log does not", async () => {
  const folder = newFolder();
  const { stderr } = await take("f.yaml", { cwd: folder, stderrIsTerminal: true });
  assert.match(stderr, /^read 2 clusterroles\.rbac\.authorization\.k8s\.io$/m);
  assert.match(stderr, /\nwrote 3 objects to f\.yaml\n$/);
});

test("nobody answers: the cluster cannot be asked, and nothing is written", async () => {
  const folder = newFolder();
  const io = createTestIo({ cwd: folder });
  const openReader = async () => createReader("http://127.0.0.1:1");
  await assert.rejects(run({ to: "f.yaml", flags: {} }, { io, openReader }), ClusterError);
  assert.deepEqual([readdirSync(folder), io.stdoutText()], [[], ""]);
});

test("Ctrl-C ends it with 130, nothing is written, and the connection is closed", async () => {
  const folder = newFolder();
  const io = createTestIo({ cwd: folder });
  let closed = 0;
  const reader = {
    ...createReader(""),
    read: () => new Promise<never>(() => {}),
    close: async () => {
      closed += 1;
    },
  };
  const done = run({ to: "f.yaml", flags: {} }, { io, openReader: async () => reader });
  setImmediate(io.interrupt);
  assert.deepEqual([await done, closed, readdirSync(folder)], [130, 1, []]);
});
