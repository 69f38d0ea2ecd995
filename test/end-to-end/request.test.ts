import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { temporaryFolder } from "../helpers/kubeconfigs.ts";
import { serve } from "../helpers/servers.ts";
import { assertTold, runTrace } from "./processes.ts";
import { python, traceAtTerminal } from "./terminal.ts";

/** A server that answers "ok" without a line end, as /healthz does, and what it was asked for. */
async function okServer(t: TestContext) {
  const asked: string[] = [];
  const server = await serve("http", (request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "content-type": "text/plain" });
    response.end("ok");
  });
  t.after(server.close);
  return { asked, url: server.url, env: { HOME: await temporaryFolder(t) } };
}

describe("the path of a request", { concurrency: 2 }, () => {
  for (const [given, sent] of [
    ["/api/v1/pods?limit=1#top", "/api/v1/pods?limit=1"],
    ["/api/v1/pods/ü?fieldManager=a b", "/api/v1/pods/%C3%BC?fieldManager=a%20b"],
    ["/api/v1/pods/a%2Fb/../c", "/api/v1/pods/a%2Fb/../c"],
    ["version", "/version"],
  ] as const) {
    test(`${given} is sent as ${sent}`, async (t) => {
      const { asked, url, env } = await okServer(t);
      const { code, stderr } = await runTrace(["request", given, "-s", url, "--offline"], { env });
      assert.deepEqual([code, stderr, asked], [0, "", [sent]]);
    });
  }
});

const skip = python === null ? "there is no python3 to make a terminal with" : false;

test("at a terminal the trace begins on a line of its own, below the body", { skip }, async (t) => {
  const { url, env } = await okServer(t);
  const args = ["request", "/healthz", "--show-body", "-s", url, "--offline", "--color=never"];
  const { stdout } = await traceAtTerminal(args, { env }).ended;
  assert.match(stdout, /^ok\r\nVERB /);
});

for (const [path, status, message, expected] of [
  ["/api/v1/namespaces/a/pods/b", 404, 'pods "b" not found', "the trace above shows who answered"],
  ["/api/v1/gadgets", 404, "404 page not found", "kubectl api-resources lists what the server has"],
  ["/api/v1/namespaces/a/services/b/proxy/", 503, "later", "the trace above shows who answered"],
] as const) {
  test(`the hint of a ${status} fits what ${path} is`, async (t) => {
    const server = await serve("http", (_, response) => {
      response.writeHead(status, { "content-type": "application/json", "audit-id": "a" });
      response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", code: status, message }));
    });
    t.after(server.close);
    const env = { HOME: await temporaryFolder(t) };
    const { stderr } = await runTrace(["request", path, "-s", server.url, "--offline"], { env });
    assert.equal(stderr.split("\n")[1], `hint: ${expected}`);
  });
}

test("an answer whose body does not end in time is told as that", async (t) => {
  const server = await serve("http", (_, response) => {
    response.writeHead(200, { "content-type": "application/json", "audit-id": "a" });
    response.write("{");
  });
  t.after(server.close);
  const args = ["request", "/api/v1/pods", "-s", server.url, "--offline", "--request-timeout=1s"];
  const ended = await runTrace(args, { env: { HOME: await temporaryFolder(t) } });
  assertTold(ended, /^the answer 200 broke off: no answer within 1 s /, 1);
  assert.match(ended.stderr, /a longer limit: --request-timeout/);
});
