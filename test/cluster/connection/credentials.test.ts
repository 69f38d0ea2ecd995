import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Connection, openConnection } from "../../../src/cluster/connection/connection.ts";
import type { ConnectionFlags } from "../../../src/cluster/connection-flags.ts";
import { loadConnectionSettings } from "../../../src/cluster/kubeconfig/kubeconfig.ts";
import { newAuthority } from "../../helpers/certificates.ts";
import { base64, temporaryFolder, writeKubeconfig } from "../../helpers/kubeconfigs.ts";
import { serve } from "../../helpers/servers.ts";

const authority = newAuthority();

interface Setup {
  readonly folder: string;
  /** Authorization headers that the server has seen. */
  readonly seen: readonly string[];
  readonly connection: Connection;
  readonly stderr: () => string;
}

/** A server that takes `accepted` (any, without it) and a connection to it as `user`. */
async function setUp(
  t: TestContext,
  user: (folder: string) => Readonly<Record<string, unknown>>,
  accepted: (authorization: string) => boolean = () => true,
  flags: ConnectionFlags = {},
  cluster: Readonly<Record<string, unknown>> = {},
): Promise<Setup> {
  const ca = await authority;
  const seen: string[] = [];
  const server = await serve(
    "h2",
    (request, response) => {
      const value = request.headers.authorization ?? "";
      seen.push(value);
      response.writeHead(accepted(value) ? 200 : 401, { "content-type": "application/json" });
      response.end(accepted(value) ? "{}" : '{"kind":"Status","message":"Unauthorized","code":401}');
    },
    await ca.issue(),
  );
  t.after(server.close);
  const folder = await temporaryFolder(t);
  const whole = { server: server.url, "certificate-authority-data": base64(ca.cert), ...cluster };
  const kubeconfig = await writeKubeconfig(folder, whole, user(folder));
  const env = { PATH: process.env["PATH"], FROM_OUTSIDE: "outside" };
  const settings = await loadConnectionSettings({ kubeconfig, ...flags }, { env });
  let stderr = "";
  const onPluginStderr = (chunk: Uint8Array): void => {
    stderr += Buffer.from(chunk).toString();
  };
  const connection = openConnection(settings, { onPluginStderr });
  t.after(() => connection.close());
  return { folder, seen, connection, stderr: () => stderr };
}

const get = async (connection: Connection): Promise<string> => {
  const answer = await connection.request({ method: "GET", path: "/version", timeoutMs: 10_000 });
  return answer.ok
    ? String(answer.status)
    : `${answer.failure.kind}: ${answer.failure.message} | ${answer.failure.hint}`;
};

/** A credential plugin: a real program that counts its runs in the file `runs` and then runs `script`. */
function plugin(
  folder: string,
  script: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const count = `const fs=require("fs");fs.appendFileSync("${join(folder, "runs")}","x");const n=fs.readFileSync("${join(folder, "runs")}").length;`;
  const give = `const give=(status,apiVersion="client.authentication.k8s.io/v1")=>console.log(JSON.stringify({kind:"ExecCredential",apiVersion,status}));`;
  return {
    exec: {
      apiVersion: "client.authentication.k8s.io/v1",
      interactiveMode: "Never",
      command: process.execPath,
      args: ["-e", count + give + script],
      ...more,
    },
  };
}

const runs = async (folder: string): Promise<number> => (await readFile(join(folder, "runs"), "utf8")).length;

test("static token, password, and --token before both", async (t) => {
  const token = await setUp(t, () => ({ token: "abc\n" }));
  assert.equal(await get(token.connection), "200");
  const basic = await setUp(t, () => ({ username: "u", password: "p:w" }));
  await get(basic.connection);
  const flag = await setUp(t, () => ({ token: "abc" }), undefined, { token: "mine" });
  await get(flag.connection);
  assert.deepEqual(
    [token.seen, basic.seen, flag.seen],
    [["Bearer abc"], [`Basic ${base64("u:p:w")}`], ["Bearer mine"]],
  );
});

test("a token file is read again after a 401", async (t) => {
  const { connection, folder, seen } = await setUp(
    t,
    (where) => ({ tokenFile: join(where, "token") }),
    (value) => value === "Bearer new",
  );
  await writeFile(join(folder, "token"), "old\n");
  assert.equal(await get(connection), "401");
  await writeFile(join(folder, "token"), "new\n");
  assert.equal(await get(connection), "200");
  assert.deepEqual(seen, ["Bearer old", "Bearer old", "Bearer new"]);
});

test("a missing token file", async (t) => {
  const { connection } = await setUp(t, () => ({ tokenFile: "nowhere" }));
  assert.match(
    await get(connection),
    /^credentials: cannot read a token from \/\S+\/nowhere \| check tokenFile/,
  );
});

const pem = "-----BEGIN CERTIFICATE-----\n";
for (const [what, user, cluster, message] of [
  ["a token of two lines", { token: "a\nb" }, {}, /the token has a line end/],
  ["a certificate without its key", { "client-certificate-data": base64(pem) }, {}, /without its key/],
  [
    "a certificate that is not base64",
    { "client-certificate-data": "!" },
    {},
    /certificate-data .* not base64/,
  ],
  ["a key that is not PEM", { "client-key-data": base64("key") }, {}, /client-key-data .* no PEM/],
  [
    "authorities that are not base64",
    {},
    { "certificate-authority-data": "!" },
    /authority-data .* not base64/,
  ],
  ["authorities that are not PEM", {}, { "certificate-authority-data": "aGk=" }, /authority-data .* no PEM/],
] as const) {
  test(`${what}: nothing is sent as somebody else`, async (t) => {
    const { connection, seen } = await setUp(t, () => user, undefined, {}, cluster);
    assert.match(await get(connection), new RegExp(`^credentials: .*${message.source}`));
    assert.deepEqual(seen, []);
  });
}

test("a credential plugin runs once for a burst", async (t) => {
  const { connection, folder, seen } = await setUp(t, (where) => plugin(where, 'give({token:"t"+n})'));
  const answers = await Promise.all(Array.from({ length: 10 }, () => get(connection)));
  assert.deepEqual(new Set(answers), new Set(["200"]));
  assert.deepEqual(new Set(seen), new Set(["Bearer t1"]));
  assert.equal(await runs(folder), 1);
});

test("after a 401 the plugin runs once more, and the requests are sent again", async (t) => {
  const { connection, folder } = await setUp(
    t,
    (where) => plugin(where, 'give({token:"t"+n})'),
    (value) => value === "Bearer t2",
  );
  const answers = await Promise.all(Array.from({ length: 10 }, () => get(connection)));
  assert.deepEqual(new Set(answers), new Set(["200"]));
  assert.equal(await runs(folder), 2);
});

test("a credential that is refused for good is not asked for again and again", async (t) => {
  const { connection, folder } = await setUp(
    t,
    (where) => plugin(where, 'give({token:"t"})'),
    () => false,
  );
  assert.equal(await get(connection), "401");
  assert.equal(await runs(folder), 2);
});

test("an expired credential is replaced before the next request", async (t) => {
  const script =
    'give({token:"t"+n,expirationTimestamp:new Date(Date.now()+(n===1?-1000:60000)).toISOString()})';
  const { connection, seen } = await setUp(t, (where) => plugin(where, script));
  await get(connection);
  await get(connection);
  await get(connection);
  assert.deepEqual(seen, ["Bearer t1", "Bearer t2", "Bearer t2"]);
});

test("a plugin is told what kubectl tells it", async (t) => {
  const script = `fs.writeFileSync("${"FOLDER"}/seen",JSON.stringify([process.env.KUBERNETES_EXEC_INFO,process.env.OWN,process.env.FROM_OUTSIDE]));give({token:"t"})`;
  const extension = { name: "client.authentication.k8s.io/exec", extension: { audience: "x", ttl: 5 } };
  const { connection, folder } = await setUp(
    t,
    (where) =>
      plugin(where, script.replace("FOLDER", where), {
        provideClusterInfo: true,
        env: [{ name: "OWN", value: "1" }],
      }),
    undefined,
    {},
    { "tls-server-name": "localhost", extensions: [extension] },
  );
  assert.equal(await get(connection), "200");
  const [info, own, outside] = JSON.parse(await readFile(join(folder, "seen"), "utf8")) as string[];
  assert.deepEqual([own, outside], ["1", "outside"]);
  assert.deepEqual(JSON.parse(info ?? ""), {
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1",
    spec: {
      cluster: {
        server: connection.settings.server,
        "tls-server-name": "localhost",
        "certificate-authority-data": base64((await authority).cert),
        config: { audience: "x", ttl: 5 },
      },
      interactive: false,
    },
  });
});

test("a plugin's certificate is presented", async (t) => {
  const ca = await authority;
  const client = await ca.issue({ commonName: "from-plugin" });
  const server = await serve(
    "https",
    (request, response) => {
      const socket = request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } };
      response.end(socket.getPeerCertificate().subject?.CN ?? "");
    },
    await ca.issue(),
    { requestCert: true, ca: ca.cert },
  );
  t.after(server.close);
  const folder = await temporaryFolder(t);
  await writeFile(
    join(folder, "pem.json"),
    JSON.stringify({ clientCertificateData: client.cert, clientKeyData: client.key }),
  );
  const user = plugin(folder, `give(JSON.parse(fs.readFileSync("${join(folder, "pem.json")}")))`);
  const cluster = { server: server.url, "certificate-authority-data": base64(ca.cert) };
  const kubeconfig = await writeKubeconfig(folder, cluster, user);
  const connection = openConnection(await loadConnectionSettings({ kubeconfig }, { env: {} }), {});
  t.after(() => connection.close());
  const answer = await connection.request({ method: "GET", path: "/" });
  assert.equal(answer.ok && Buffer.from(answer.body).toString(), "from-plugin");
});

test("what a plugin writes to stderr is handed on", async (t) => {
  const { connection, stderr } = await setUp(t, (where) =>
    plugin(where, 'console.error("open https://login");give({token:"t"})'),
  );
  await get(connection);
  assert.equal(stderr(), "open https://login\n");
});

const failures: readonly [string, string, Readonly<Record<string, unknown>>, RegExp][] = [
  [
    "a failing plugin: its last line, without the token in it",
    'console.error("trace\\nlogin failed for eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0\\n");process.exit(3)',
    { installHint: "get it with:\nbrew install x\u001b[1m" },
    /^credentials: credential plugin "\S+" failed with exit code 3: login failed for <masked> \| get it with: brew install x \[1m$/,
  ],
  [
    "no such plugin",
    "",
    { command: "kubectl-trace-no-such-plugin", installHint: "brew install x" },
    /" was not found \| brew install x$/,
  ],
  ["not JSON", 'console.log("hello")', {}, /" did not print an ExecCredential as JSON/],
  [
    "another apiVersion",
    'give({token:"t"},"client.authentication.k8s.io/v1beta1")',
    {},
    /" did not answer in client\.authentication\.k8s\.io\/v1 /,
  ],
  ["an empty status", "give({})", {}, /" printed neither a token nor a certificate/],
  ["half a certificate", 'give({clientKeyData:"x"})', {}, /" printed a certificate or a key, not both/],
  [
    "a plugin that needs a terminal",
    'give({token:"t"})',
    { interactiveMode: "Always" },
    /" needs standard input, which is not a terminal/,
  ],
  [
    "an unknown apiVersion",
    "",
    { apiVersion: "v1" },
    /" has an unknown apiVersion \| use client\.authentication\.k8s\.io\/v1/,
  ],
  ["output without end", 'for(;;)fs.writeSync(1,"x".repeat(1e5))', {}, /" was killed \(SIGTERM\)/],
];

for (const [name, script, more, expected] of failures) {
  test(`failure: ${name}`, async (t) => {
    const { connection, seen } = await setUp(t, (where) => plugin(where, script, more));
    assert.match(await get(connection), expected);
    assert.equal(seen.length, 0);
  });
}

const jwt = (expiresIn: number): string =>
  `e30.${Buffer.from(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + expiresIn })).toString("base64url")}.c2ln`;

test("an OIDC token is sent; an expired one is looked for in the kubeconfig again", async (t) => {
  const provider = (token: string): Record<string, unknown> => ({
    "auth-provider": { name: "oidc", config: { "id-token": token, "refresh-token": "r" } },
  });
  const [old, fresh] = [jwt(-60), jwt(600)];
  const { connection, folder, seen } = await setUp(t, () => provider(old));
  assert.match(
    await get(connection),
    /^credentials: the OIDC token in the kubeconfig has expired \| renew it with: kubectl/,
  );
  await writeKubeconfig(folder, { server: connection.settings.server }, provider(fresh));
  assert.equal(await get(connection), "200");
  assert.deepEqual(seen, [`Bearer ${fresh}`]);
});

test("an auth provider that kubectl no longer has", async (t) => {
  const { connection } = await setUp(t, () => ({ "auth-provider": { name: "gcp", config: {} } }));
  assert.match(await get(connection), /^credentials: auth provider "gcp" of the kubeconfig is not supported/);
});
