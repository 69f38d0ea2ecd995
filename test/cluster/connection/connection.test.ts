import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { after, type TestContext, test } from "node:test";
import { createServer as createTls } from "node:tls";
import {
  type Connection,
  type ConnectionAnswer,
  openConnection,
} from "../../../src/cluster/connection/connection.ts";
import type { ConnectionFlags } from "../../../src/cluster/connection-flags.ts";
import { loadConnectionSettings } from "../../../src/cluster/kubeconfig/kubeconfig.ts";
import { type Authority, newAuthority } from "../../helpers/certificates.ts";
import { base64, temporaryFolder, writeKubeconfig } from "../../helpers/kubeconfigs.ts";
import {
  closedPort,
  type Handle,
  serve,
  serveProxy,
  serveSocks5,
  serveTcp,
  type TestServer,
} from "../../helpers/servers.ts";

const warnings: string[] = [];
process.on("warning", (warning) => warnings.push(warning.message));
after(() => assert.deepEqual(warnings, [], "the runtime has warned"));

let authority: Promise<Authority> | undefined;
const ca = async (): Promise<Authority> => {
  authority ??= newAuthority();
  return await authority;
};

interface Opening {
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly user?: Readonly<Record<string, unknown>>;
  readonly flags?: ConnectionFlags;
  readonly env?: Readonly<Record<string, string>>;
}

async function open(t: TestContext, { cluster, user, flags, env }: Opening): Promise<Connection> {
  const kubeconfig = await writeKubeconfig(await temporaryFolder(t), cluster, user);
  const settings = await loadConnectionSettings(
    { kubeconfig, ...flags },
    { env: { PATH: process.env["PATH"], ...env } },
  );
  const connection = openConnection(settings, { version: "1.2.3" });
  t.after(() => connection.close());
  return connection;
}

async function serverFor(t: TestContext, ...args: Parameters<typeof serve>): Promise<TestServer> {
  const server = await serve(...args);
  t.after(server.close);
  return server;
}

const ok: Handle = (_, response) => {
  response.setHeader("content-type", "application/json");
  response.end('{"kind":"ok"}');
};

const get = async (connection: Connection, path = "/version"): Promise<ConnectionAnswer> =>
  await connection.request({ method: "GET", path, timeoutMs: 5000 });

function failed(answer: ConnectionAnswer): { kind: string; message: string } {
  assert.equal(answer.ok, false, "an answer came");
  return answer.ok
    ? { kind: "", message: "" }
    : { kind: answer.failure.kind, message: answer.failure.message };
}

function status(answer: ConnectionAnswer): number {
  assert.equal(answer.ok, true, answer.ok ? "" : answer.failure.message);
  return answer.status ?? 0;
}

const trusted = async (url: string): Promise<Record<string, string>> => ({
  server: url,
  "certificate-authority-data": base64((await ca()).cert),
});

for (const kind of ["https", "h2"] as const) {
  test(`${kind}: a certificate of the cluster's authority is trusted`, async (t) => {
    const server = await serverFor(t, kind, ok, await (await ca()).issue());
    const answer = await get(await open(t, { cluster: await trusted(server.url) }));
    assert.equal(status(answer), 200);
    assert.equal(answer.ok && Buffer.from(answer.body).toString(), '{"kind":"ok"}');
    assert.deepEqual(Object.keys(answer.phasesMs).sort(), [
      "dial",
      "dnsLookup",
      "serverProcessing",
      "tlsHandshake",
    ]);
  });

  test(`${kind}: repeated headers stay apart`, async (t) => {
    let seen: string[] = [];
    const server = await serverFor(
      t,
      kind,
      (request, response) => {
        const raw = request.rawHeaders;
        seen = raw.flatMap((name, at) =>
          at % 2 === 0 && /^impersonate|^user-agent/i.test(name)
            ? [`${name.toLowerCase()}=${raw[at + 1]}`]
            : [],
        );
        response.end();
      },
      await (await ca()).issue(),
    );
    const flags = {
      as: "jane",
      asUid: "7",
      asGroup: ["a", "b, c"],
      asUserExtra: ["scope/x%=1", "scope/x%=2"],
    };
    status(await get(await open(t, { cluster: await trusted(server.url), flags })));
    assert.deepEqual(seen.sort(), [
      "impersonate-extra-scope%2fx%25=1",
      "impersonate-extra-scope%2fx%25=2",
      "impersonate-group=a",
      "impersonate-group=b, c",
      "impersonate-uid=7",
      "impersonate-user=jane",
      "user-agent=kubectl-trace/1.2.3",
    ]);
  });

  test(`${kind}: half an answer`, async (t) => {
    const server = await serverFor(
      t,
      kind,
      (_, response) => {
        response.setHeader("content-length", "100");
        response.write("half");
        setTimeout(() => response.destroy(), 20);
      },
      await (await ca()).issue(),
    );
    const answer = await get(await open(t, { cluster: await trusted(server.url) }));
    assert.equal(failed(answer).kind, "reset");
    assert.equal(answer.status, 200);
  });

  test(`${kind}: an answer of 100 MB is refused, or streamed`, async (t) => {
    const chunk = Buffer.alloc(1 << 20, "x");
    const server = await serverFor(
      t,
      kind,
      (_, response) => {
        let left = 100;
        const more = (): void => {
          while (left > 0) {
            left -= 1;
            if (response.write(chunk) === false) {
              response.once("drain", more);
              return;
            }
          }
          response.end();
        };
        more();
      },
      await (await ca()).issue(),
    );
    const connection = await open(t, { cluster: await trusted(server.url) });
    const answer = await connection.request({ method: "GET", path: "/" });
    assert.deepEqual(failed(answer), {
      kind: "too-large",
      message: `the answer is larger than 32 MiB (127.0.0.1:${server.port})`,
    });
    let bytes = 0;
    const onBody = async (part: Uint8Array): Promise<void> => {
      bytes += part.length;
      if (bytes % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    };
    status(await connection.request({ method: "GET", path: "/", onBody }));
    assert.equal(bytes, 100 << 20);
  });
}

test("HTTP/2: a burst goes over one connection", async (t) => {
  const server = await serverFor(t, "h2", ok, await (await ca()).issue());
  const connection = await open(t, { cluster: await trusted(server.url) });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      connection.request({
        method: at % 2 ? "POST" : "GET",
        path: `/${at}`,
        ...(at % 2 ? { body: "{}" } : {}),
      }),
    ),
  );
  assert.deepEqual(new Set(answers.map(status)), new Set([200]));
  assert.equal(server.connections(), 1);
  const again = await get(connection);
  assert.deepEqual(Object.keys(again.phasesMs).sort(), ["getConnection", "serverProcessing"]);
});

test("HTTP/1.1: a burst goes over at most six connections, a single request over one", async (t) => {
  const server = await serverFor(
    t,
    "https",
    (_, response) => setTimeout(() => response.end(), 10),
    await (await ca()).issue(),
  );
  const connection = await open(t, { cluster: await trusted(server.url) });
  status(await get(connection));
  status(await get(connection));
  assert.equal(server.connections(), 1);
  const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => get(connection, `/${at}`)));
  assert.deepEqual(new Set(answers.map(status)), new Set([200]));
  assert.ok(server.connections() > 1 && server.connections() <= 6, `${server.connections()} connections`);
});

test("HTTP/2: a server that asks to leave the connection is dialled again", async (t) => {
  const server = await serverFor(
    t,
    "h2",
    (request, response) => {
      const session = "stream" in request ? request.stream.session : undefined;
      response.end();
      if (request.url === "/leave") session?.goaway();
    },
    await (await ca()).issue(),
  );
  const connection = await open(t, { cluster: await trusted(server.url) });
  status(await get(connection, "/leave"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  status(await get(connection));
  assert.equal(server.connections(), 2);
});

test("a server's own certificate as authority is enough, as in Go", async (t) => {
  const own = await (await ca()).issue();
  const server = await serverFor(t, "https", ok, own);
  const cluster = { server: server.url, "certificate-authority-data": base64(own.cert) };
  status(await get(await open(t, { cluster })));
});

const failures: readonly [string, (t: TestContext) => Promise<Opening["cluster"]>, string, RegExp][] = [
  [
    "wrong authority",
    async (t) => {
      const server = await serverFor(t, "https", ok, await (await ca()).issue());
      return { server: server.url, "certificate-authority-data": base64((await newAuthority("other")).cert) };
    },
    "unknown-authority",
    /^certificate signed by unknown authority \(127\.0\.0\.1:\d+\)$/,
  ],
  [
    "expired certificate",
    async (t) => await trusted((await serverFor(t, "https", ok, await (await ca()).issue({ days: -1 }))).url),
    "certificate-expired",
    /^the server's certificate has expired/,
  ],
  [
    "certificate for another name",
    async (t) => {
      const server = await serverFor(
        t,
        "https",
        ok,
        await (await ca()).issue({ names: ["api.example.com", "10.0.0.1"] }),
      );
      return await trusted(server.url);
    },
    "name-mismatch",
    /^the server's certificate is valid only for api\.example\.com, 10\.0\.0\.1, not for 127\.0\.0\.1/,
  ],
  [
    "plain HTTP where TLS is spoken",
    async (t) => await trusted((await serverFor(t, "http", ok)).url.replace("http:", "https:")),
    "plain-http",
    /^the server answers with plain HTTP, not TLS/,
  ],
  [
    "nothing listens",
    async () => ({ server: `https://127.0.0.1:${await closedPort()}` }),
    "refused",
    /^connection refused \(127\.0\.0\.1:\d+\)$/,
  ],
  [
    "no such host",
    async () => ({ server: "https://kubectl-trace.invalid:6443" }),
    "dns",
    /^(no such host|the name server)/,
  ],
  [
    "the server hangs up at once",
    async (t) => {
      const server = await serveTcp((socket) => socket.destroy());
      t.after(server.close);
      return { server: server.url };
    },
    "reset",
    /^the connection was closed before the answer was complete/,
  ],
  [
    "not HTTP at all",
    async (t) => {
      const server = await serveTcp((socket) => socket.once("data", () => socket.end("SSH-2.0-OpenSSH\r\n")));
      t.after(server.close);
      return { server: server.url };
    },
    "other",
    /^the answer is not HTTP/,
  ],
  [
    "a proxy that does not listen",
    async () => ({ server: "https://10.0.0.1:6443", "proxy-url": `http://127.0.0.1:${await closedPort()}` }),
    "proxy",
    /^the proxy cannot be reached: ECONNREFUSED/,
  ],
  [
    "a proxy that refuses",
    async (t) => {
      const proxy = await serveProxy("user:secret");
      t.after(proxy.close);
      return { server: "https://10.0.0.1:6443", "proxy-url": proxy.url };
    },
    "proxy",
    /^the proxy refused the connection: 407 Proxy Authentication Required/,
  ],
];

for (const [name, cluster, kind, message] of failures) {
  test(`failure: ${name}`, async (t) => {
    const answer = failed(await get(await open(t, { cluster: await cluster(t) })));
    assert.equal(answer.kind, kind);
    assert.match(answer.message, message);
  });
}

test("failure: a server that never answers ends at the limit", async (t) => {
  const server = await serverFor(t, "http", () => {});
  const connection = await open(t, { cluster: { server: server.url } });
  const answer = await connection.request({ method: "GET", path: "/", timeoutMs: 50 });
  assert.deepEqual(failed(answer), {
    kind: "timeout",
    message: `no answer within 0.05 s (127.0.0.1:${server.port})`,
  });
});

test("failure: a TLS handshake that never ends, within the request's limit", async (t) => {
  const server = await serveTcp(() => {});
  t.after(server.close);
  const connection = await open(t, { cluster: { server: server.url.replace("http", "https") } });
  assert.equal(failed(await connection.request({ method: "GET", path: "/", timeoutMs: 50 })).kind, "timeout");
});

test("headersTimeoutMs ends no answer that has begun", async (t) => {
  const server = await serverFor(t, "http", (_, response) => {
    response.write("a");
    setTimeout(() => response.end("b"), 800);
  });
  const connection = await open(t, { cluster: { server: server.url } });
  const answer = await connection.request({ method: "GET", path: "/", headersTimeoutMs: 600 });
  assert.equal(answer.ok && Buffer.from(answer.body).toString(), "ab");
});

test("an abort ends the request", async (t) => {
  const server = await serverFor(t, "http", () => {});
  const connection = await open(t, { cluster: { server: server.url } });
  const signal = AbortSignal.timeout(20);
  assert.equal(failed(await connection.request({ method: "GET", path: "/", signal })).kind, "aborted");
});

test("close() ends what is under way, and the connection", async (t) => {
  const server = await serverFor(t, "h2", () => {}, await (await ca()).issue());
  const connection = await open(t, { cluster: await trusted(server.url) });
  const pending = get(connection);
  setTimeout(() => connection.close(), 20);
  assert.equal(failed(await pending).kind, "aborted");
});

test("insecure-skip-tls-verify trusts any certificate", async (t) => {
  const server = await serverFor(t, "https", ok, await (await ca()).issue({ days: -1, names: ["other"] }));
  status(await get(await open(t, { cluster: { server: server.url, "insecure-skip-tls-verify": true } })));
});

test("tls-server-name is sent and verified; an IP address is never sent", async (t) => {
  const names: (string | undefined)[] = [];
  const secret = await (await ca()).issue({ names: ["api.example.com"] });
  const server = createTls(secret, (socket) => {
    names.push(socket.servername || undefined);
    socket.once("data", () =>
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    );
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const cluster = await trusted(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  status(await get(await open(t, { cluster: { ...cluster, "tls-server-name": "api.example.com" } })));
  status(await get(await open(t, { cluster: { ...cluster, "insecure-skip-tls-verify": true } })));
  assert.deepEqual(names, ["api.example.com", undefined]);
});

test("a client certificate is presented", async (t) => {
  const authorityOfClients = await newAuthority("clients");
  const server = await serverFor(
    t,
    "h2",
    (request, response) => {
      const socket = request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } };
      response.end(socket.getPeerCertificate().subject?.CN ?? "");
    },
    await (await ca()).issue(),
    { requestCert: true, rejectUnauthorized: true, ca: authorityOfClients.cert },
  );
  const client = await authorityOfClients.issue({ commonName: "jane" });
  const user = { "client-certificate-data": base64(client.cert), "client-key-data": base64(client.key) };
  const answer = await get(await open(t, { cluster: await trusted(server.url), user }));
  assert.equal(answer.ok && Buffer.from(answer.body).toString(), "jane");
  const stranger = await (await ca()).issue({ commonName: "eve" });
  const wrong = { "client-certificate-data": base64(stranger.cert), "client-key-data": base64(stranger.key) };
  const refused = failed(await get(await open(t, { cluster: await trusted(server.url), user: wrong })));
  assert.ok(["client-certificate", "reset"].includes(refused.kind), refused.kind);
});

test("a client key of another certificate is told apart", async (t) => {
  const [one, two] = [await (await ca()).issue(), await (await ca()).issue()];
  const user = { "client-certificate-data": base64(one.cert), "client-key-data": base64(two.key) };
  const answer = failed(await get(await open(t, { cluster: await trusted("https://127.0.0.1:1"), user })));
  assert.equal(answer.kind, "credentials");
  assert.match(answer.message, /^the client key is not that of the client certificate/);
});

test("a base path is put before every path", async (t) => {
  const server = await serverFor(t, "http", (request, response) => response.end(request.url));
  const connection = await open(t, { cluster: { server: `${server.url}/k8s/clusters/c-x/` } });
  const answer = await get(connection, "/api/v1/pods?limit=1");
  assert.equal(answer.ok && Buffer.from(answer.body).toString(), "/k8s/clusters/c-x/api/v1/pods?limit=1");
});

test("no credentials go to a plain HTTP server", async (t) => {
  const server = await serverFor(t, "http", (request, response) =>
    response.end(request.headers.authorization ?? "none"),
  );
  const answer = await get(await open(t, { cluster: { server: server.url }, user: { token: "secret" } }));
  assert.equal(answer.ok && Buffer.from(answer.body).toString(), "none");
});

test("proxy-url: a tunnel to an https server", async (t) => {
  const server = await serverFor(t, "h2", ok, await (await ca()).issue());
  const proxy = await serveProxy("user:pass word");
  t.after(proxy.close);
  const cluster = {
    ...(await trusted(server.url)),
    "proxy-url": proxy.url.replace("//", "//user:pass%20word@"),
  };
  status(await get(await open(t, { cluster })));
  assert.match(proxy.heads[0] ?? "", /^CONNECT 127\.0\.0\.1:\d+ HTTP\/1\.1\r\n/);
  assert.equal(server.connections(), 1);
});

test("proxy-url: a plain HTTP server is asked for with its whole URL", async (t) => {
  const server = await serverFor(t, "http", ok);
  const proxy = await serveProxy();
  t.after(proxy.close);
  status(await get(await open(t, { cluster: { server: server.url, "proxy-url": proxy.url } }), "/api"));
  assert.match(proxy.heads[0] ?? "", /^GET http:\/\/127\.0\.0\.1:\d+\/api HTTP\/1\.1\r\n/);
});

test("proxy-url: SOCKS5", async (t) => {
  const server = await serverFor(t, "https", ok, await (await ca()).issue({ names: ["api.internal"] }));
  const proxy = await serveSocks5();
  t.after(proxy.close);
  const cluster = {
    ...(await trusted(`https://api.internal:${server.port}`)),
    "proxy-url": proxy.url.replace("http", "socks5"),
  };
  status(await get(await open(t, { cluster })));
  assert.deepEqual(proxy.names, ["api.internal"]);
});

test("HTTPS_PROXY is used for other hosts than this one", async (t) => {
  const server = await serverFor(
    t,
    "https",
    ok,
    await (await ca()).issue({ names: ["api.internal", "127.0.0.1"] }),
  );
  const proxy = await serveProxy();
  t.after(proxy.close);
  const env = { HTTPS_PROXY: proxy.url };
  status(await get(await open(t, { cluster: await trusted(server.url), env })));
  assert.equal(proxy.heads.length, 0);
  status(await get(await open(t, { cluster: await trusted(`https://api.internal:${server.port}`), env })));
  assert.match(proxy.heads[0] ?? "", /^CONNECT api\.internal:/);
});
