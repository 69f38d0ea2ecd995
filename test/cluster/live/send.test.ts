import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Connection, openConnection } from "../../../src/cluster/connection/connection.ts";
import { loadConnectionSettings } from "../../../src/cluster/kubeconfig/kubeconfig.ts";
import { parseRetryAfter, parseWarnings, sendRequest } from "../../../src/cluster/live/send.ts";
import { newApiServer, type Routes, statusReply } from "../../helpers/api-server.ts";
import { closedPort, serve } from "../../helpers/servers.ts";

async function connect(t: TestContext, routes: Routes): Promise<Connection> {
  const server = await serve("http", newApiServer(routes).handle);
  t.after(server.close);
  const connection = openConnection(
    await loadConnectionSettings({ server: `${server.url}/base` }, { env: {} }),
    {},
  );
  t.after(() => connection.close());
  return connection;
}

test("an answer, with all that its headers say", async (t) => {
  const headers = {
    "audit-id": "a-1",
    "x-kubernetes-pf-flowschema-uid": "f-1",
    "x-kubernetes-pf-prioritylevel-uid": "p-1",
    warning: '299 - "v1beta1 is \\"old\\"", 299 - "second"',
    "retry-after": "3",
  };
  const connection = await connect(t, { "GET /base/api/v1/pods": { body: { kind: "PodList" }, headers } });
  let body = "";
  const onBody = (chunk: Uint8Array): void => {
    body += Buffer.from(chunk).toString();
  };
  const { durationMs, phasesMs, ...roundTrip } = await sendRequest(connection, {
    method: "GET",
    path: "/api/v1/pods?limit=1",
    onBody,
    source: { file: "request", line: 1 },
  });
  assert.equal(body, '{"kind":"PodList"}');
  assert.equal(typeof durationMs, "number");
  assert.deepEqual(Object.keys(phasesMs), ["dnsLookup", "dial", "serverProcessing"]);
  assert.deepEqual(roundTrip, {
    method: "GET",
    url: `${connection.settings.server}/api/v1/pods?limit=1`,
    outcome: "response",
    status: 200,
    statusText: "OK",
    time: null,
    message: null,
    warnings: ['v1beta1 is "old"', "second"],
    auditId: "a-1",
    relayed: false,
    flowSchemaUid: "f-1",
    priorityLevelUid: "p-1",
    fromCache: false,
    throttledMs: null,
    retryAfterMs: 3000,
    statusReason: null,
    impersonation: null,
    candidates: [],
    source: { file: "request", line: 1 },
  });
});

test("a refusal, with the server's message and reason", async (t) => {
  const connection = await connect(t, {
    "GET /base/nodes": statusReply(403, "Forbidden", 'nodes is forbidden: User "u" cannot list'),
    "GET /base/metrics": { status: 503, type: "text/plain", body: "service unavailable\n" },
  });
  const forbidden = await sendRequest(connection, { method: "GET", path: "/nodes" });
  assert.deepEqual(
    [forbidden.status, forbidden.statusReason, forbidden.message],
    [403, "Forbidden", 'nodes is forbidden: User "u" cannot list'],
  );
  const unavailable = await sendRequest(connection, { method: "GET", path: "/metrics" });
  assert.deepEqual([unavailable.status, unavailable.message], [503, "service unavailable"]);
});

test("a body and a user to act as are sent", async (t) => {
  let seen: unknown;
  const connection = await connect(t, {
    "POST /base/x": (body, headers) => {
      seen = [body, headers["content-type"], headers["impersonate-user"]];
      return { status: 201, body: {} };
    },
  });
  const as = { user: "jane", groups: [], uid: "", extra: {} };
  const headers = { "content-type": "application/json" };
  const sent = await sendRequest(connection, { method: "POST", path: "/x", body: '{"a":1}', headers, as });
  assert.deepEqual([sent.status, sent.impersonation], [201, as]);
  assert.deepEqual(seen, [{ a: 1 }, "application/json", "jane"]);
});

test("no answer", async (t) => {
  const port = await closedPort();
  const connection = openConnection(
    await loadConnectionSettings({ server: `127.0.0.1:${port}` }, { env: {} }),
    {},
  );
  t.after(() => connection.close());
  const failed = await sendRequest(connection, { method: "GET", path: "/" });
  assert.deepEqual(
    [failed.outcome, failed.status, failed.message],
    ["failed", null, `connection refused (127.0.0.1:${port})`],
  );
});

test("a URL that HTTP cannot carry is a request that fails", async (t) => {
  const connection = await connect(t, {});
  const failed = await sendRequest(connection, { method: "GET", path: "/a b\n" });
  assert.equal(failed.outcome, "failed");
});

test("warnings", () => {
  assert.deepEqual(parseWarnings(undefined), []);
  assert.deepEqual(parseWarnings(['299 - "a, b"', '199 - "no"']), ["a, b"]);
});

test("Retry-After", () => {
  assert.equal(parseRetryAfter("1"), 1000);
  assert.equal(parseRetryAfter("Wed, 21 Oct 2026 07:28:00 GMT"), null);
  assert.equal(parseRetryAfter(""), null);
});
