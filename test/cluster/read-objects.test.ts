import assert from "node:assert/strict";
import { after, test } from "node:test";
import { readObjects } from "../../src/cluster/read-objects.ts";
import { clusterRole } from "../rbac/policies.ts";
import { type ObjectsServerOptions, startObjectsServer } from "./snapshot/objects-server.ts";

const path = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
const roles = Array.from({ length: 1234 }, (_, index) => clusterRole(`role-${index}`));
const names = roles.map((role) => role.metadata.name);

async function start(options: Partial<ObjectsServerOptions> = {}) {
  const server = await startObjectsServer({ lists: { [path]: roles }, ...options });
  after(server.close);
  return server;
}

test("reads every page, and gives items the kind that a list leaves out", async () => {
  const { reader, requests } = await start();
  const { objects, failure } = await readObjects(reader.read, path);
  assert.equal(failure, null);
  assert.deepEqual(
    objects.map((object) => object.metadata.name),
    names,
  );
  assert.deepEqual(objects[0], roles[0]);
  assert.deepEqual(requests, [
    `${path}?limit=500`,
    `${path}?limit=500&continue=500`,
    `${path}?limit=500&continue=1000`,
  ]);
});

test("keeps a query that the path has", async () => {
  const { reader, requests } = await start();
  await readObjects(reader.read, `${path}?labelSelector=a%3Db`);
  assert.deepEqual(requests, [`${path}?labelSelector=a%3Db&limit=500`]);
});

test("asks for all at once when the server has forgotten the later pages", async () => {
  const { reader, requests } = await start({ pagesBeforeGone: 2 });
  const { objects, failure } = await readObjects(reader.read, path);
  assert.equal(failure, null);
  assert.deepEqual(
    objects.map((object) => object.metadata.name),
    names,
  );
  assert.equal(requests.at(-1), path);
});

test("leaves out what is not wanted", async () => {
  const { reader } = await start();
  const only = await readObjects(reader.read, path, (role) =>
    role.metadata.name === "role-7" ? role : null,
  );
  assert.deepEqual(only.objects, [roles[7]]);
});

for (const status of [403, 404, 500, 503]) {
  test(`tells of a ${status}`, async () => {
    const { reader } = await start({ refused: { [path]: status } });
    const { objects, failure } = await readObjects(reader.read, path);
    assert.deepEqual([objects, failure?.status], [[], status]);
  });
}

test("tells that nobody answers", async () => {
  const server = await startObjectsServer({ lists: {} });
  await server.close();
  const { failure } = await readObjects(server.reader.read, path);
  assert.deepEqual(failure, { ok: false, reason: "connection refused", status: null });
});

for (const value of [null, [], "x", { kind: "Status" }, { items: {} }]) {
  test(`an answer that is no list: ${JSON.stringify(value)}`, async () => {
    const { failure } = await readObjects(async () => ({ ok: true, value }), path);
    assert.equal(failure?.reason, "the answer is not a list");
  });
}

test("a list whose pages never end is given up", async () => {
  const same = {
    kind: "XList",
    apiVersion: "v1",
    metadata: { continue: "again" },
    items: [{ metadata: { name: "a" } }],
  };
  const { objects, failure } = await readObjects(async () => ({ ok: true, value: same }), path);
  assert.deepEqual([objects.length, failure?.reason], [2, "the list does not end"]);
  let page = 0;
  const other = async () => ({
    ok: true as const,
    value: { ...same, metadata: { continue: String(page++) } },
  });
  assert.equal((await readObjects(other, path)).failure?.reason, "the list does not end");
});
