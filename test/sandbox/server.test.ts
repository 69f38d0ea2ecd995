import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { ask, withSandbox } from "../helpers/sandbox.ts";

test("every context of the kubeconfig works in @kubernetes/client-node", async () => {
  await withSandbox({}, async (sandbox) => {
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromString(sandbox.kubeconfig);
    assert.equal(kubeconfig.getCurrentContext(), "admin");
    for (const [context, pods] of [
      ["admin", 3],
      ["developer", 3],
      ["monitoring:collector", 3],
      ["nobody", "forbidden"],
      ["anonymous", "forbidden"],
    ] as const) {
      kubeconfig.setCurrentContext(context);
      const list = kubeconfig.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: "shop" });
      if (pods === "forbidden") await assert.rejects(list, /is forbidden: User/);
      else assert.equal((await list).items.length, pods);
    }
  });
});

test("plain curl needs the authority and a token", async (t) => {
  await withSandbox({}, async (sandbox, env) => {
    const ca = join(env.HOME, "ca.pem");
    writeFileSync(ca, sandbox.certificateAuthority);
    const token = sandbox.users.find(({ name }) => name === "developer")?.token;
    const url = `${sandbox.url}/api/v1/namespaces/shop/pods`;
    const args = ["-sS", "--cacert", ca, "-H", `Authorization: Bearer ${token}`, url];
    const printed = await new Promise<string | null>((resolve) => {
      execFile("curl", args, { env }, (error, stdout) => resolve(error === null ? stdout : null));
    });
    if (printed === null) return t.skip("no curl");
    assert.equal(JSON.parse(printed).kind, "PodList");
  });
});

/** One request over HTTP/2. */
async function ask2(sandbox: Sandbox, path: string): Promise<string> {
  const session = connectHttp2(sandbox.url, { ca: sandbox.certificateAuthority });
  const token = sandbox.users[0]?.token ?? "";
  const stream = session.request({ ":path": path, authorization: `Bearer ${token}` });
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += chunk;
  session.close();
  return text;
}

test("speaks HTTP/2 and HTTP/1.1 on one port", async () => {
  await withSandbox({}, async (sandbox) => {
    assert.equal(await ask2(sandbox, "/version"), (await ask(sandbox, "/version")).text);
  });
});

/** Clients that leave, or never were any; each resolves when it is gone. */
const rude: Readonly<Record<string, (sandbox: Sandbox) => Promise<void>>> = {
  "bytes that are not TLS": async ({ port }) => {
    const socket = connect(port, "127.0.0.1");
    socket.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await new Promise<void>((resolve) => socket.on("close", () => resolve()).on("error", () => {}));
  },
  "gone in the middle of a body": async (sandbox) =>
    await leave(sandbox, "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "{"),
  "gone before the answer": async (sandbox) => await leave(sandbox, "GET", "/version", ""),
  "gone from a watch": async (sandbox) => await leave(sandbox, "GET", "/api/v1/pods?watch=true", ""),
  "an HTTP/2 session cut off": async (sandbox) => {
    const session = connectHttp2(sandbox.url, { ca: sandbox.certificateAuthority });
    const stream = session.request({
      ":path": "/version",
      authorization: `Bearer ${sandbox.users[0]?.token}`,
    });
    stream.on("error", () => {});
    await new Promise((resolve) => stream.once("ready", resolve));
    session.destroy();
  },
};

async function leave(sandbox: Sandbox, method: string, path: string, body: string): Promise<void> {
  const token = sandbox.users[0]?.token ?? "";
  const headers = { Authorization: `Bearer ${token}`, "Content-Length": body === "" ? 0 : 100 };
  const options = { method, agent: false, ca: sandbox.certificateAuthority, headers };
  await new Promise<void>((resolve) => {
    const sent = request(`${sandbox.url}${path}`, options);
    sent.on("error", () => {}).on("close", () => resolve());
    sent.write(body);
    sent.once("socket", (socket) => socket.once("secureConnect", () => setTimeout(() => sent.destroy(), 20)));
  });
}

test("outlives clients that do not behave", async (t) => {
  const slow = { match: (_method: string, url: string) => url === "/version", delayMs: 40 };
  await withSandbox({ faults: [slow] }, async (sandbox) => {
    for (const [what, client] of Object.entries(rude)) {
      await t.test(what, async () => {
        await client(sandbox);
        assert.equal((await ask(sandbox, "/version")).status, 200);
      });
    }
  });
});

test("a port that is taken is refused", async () => {
  await withSandbox({}, async ({ port }) => {
    await assert.rejects(
      withSandbox({ port }, async () => {}),
      { code: "EADDRINUSE" },
    );
  });
});
