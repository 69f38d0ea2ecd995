import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createSecureContext } from "node:tls";
import { openConnection } from "../../../src/cluster/connection/connection.ts";
import {
  type ConnectionCertificates,
  describeCertificates,
} from "../../../src/cluster/connection/describe-certificates.ts";
import { loadConnectionSettings } from "../../../src/cluster/kubeconfig/kubeconfig.ts";
import { type Certificate, newAuthority } from "../../helpers/certificates.ts";
import { base64, temporaryFolder, writeKubeconfig } from "../../helpers/kubeconfigs.ts";
import { type Handle, serve } from "../../helpers/servers.ts";

const ok: Handle = (_, response) => response.end("{}");
const root = await newAuthority("root");
const other = await newAuthority("other");
const middle = await root.issueAuthority("middle");
const lower = await middle.issueAuthority("lower");
const own = await root.issue({ commonName: "api" });
const ofMiddle = await middle.issue({ commonName: "api" });
const ofLower = await lower.issue({ commonName: "api" });

/** A chain as servers send it: their own first. */
const sending = ({ cert, key }: Certificate, ...more: readonly Certificate[]): Certificate => ({
  cert: [cert, ...more.map((one) => one.cert)].join("\n"),
  key,
});
const trusting = (...authorities: readonly Certificate[]) => ({
  "certificate-authority-data": base64(authorities.map(({ cert }) => cert).join("\n")),
});

const names = ({ servers, intermediates, authorities }: ConnectionCertificates): string =>
  [servers, intermediates, authorities]
    .map((list) => list.map(({ subject }) => subject.replace("CN=", "")).join(" "))
    .join(" | ");

interface Given {
  readonly kind?: "http" | "https" | "h2";
  readonly sent?: Certificate;
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

async function describe(t: TestContext, { kind = "h2", sent = own, cluster, env = {} }: Given) {
  const server = await serve(kind, ok, sent);
  t.after(server.close);
  const kubeconfig = await writeKubeconfig(await temporaryFolder(t), { server: server.url, ...cluster });
  const settings = await loadConnectionSettings({ kubeconfig }, { env });
  const connection = openConnection(settings, {});
  t.after(() => connection.close());
  assert.deepEqual(await connection.certificates(), [], "before the first request");
  const answer = await connection.request({ method: "GET", path: "/version", timeoutMs: 5000 });
  assert.ok(answer.ok, answer.ok ? "" : answer.failure.message);
  const described = await describeCertificates(settings, await connection.certificates());
  assert.equal(server.connections(), 1, "the server was asked again");
  assert.ok(described.ok);
  return described.value;
}

const cases: readonly [what: string, given: Given, expected: string][] = [
  ["over HTTP/2", { cluster: trusting(root) }, "api |  | root"],
  ["over HTTP/1.1", { kind: "https", cluster: trusting(root) }, "api |  | root"],
  ["over plain HTTP", { kind: "http", cluster: trusting(root) }, " |  | "],
  ["two authorities, of which one is used", { cluster: trusting(other, root) }, "api |  | other root"],
  [
    "a chain up to the authority",
    { sent: sending(ofLower, lower, middle), cluster: trusting(root) },
    "api | lower middle | root",
  ],
  [
    "the authority is sent as well",
    { sent: sending(ofMiddle, middle, root), cluster: trusting(root) },
    "api | middle | root",
  ],
  [
    "what is sent beyond the authority",
    { sent: sending(ofLower, lower, middle, root), cluster: trusting(lower) },
    "api |  | lower",
  ],
  ["what has nothing to do with it", { sent: sending(own, other), cluster: trusting(root) }, "api |  | root"],
  ["its own certificate is trusted", { cluster: trusting(own) }, "api |  | api"],
  [
    "nothing is verified",
    { sent: sending(ofMiddle, middle), cluster: { "insecure-skip-tls-verify": true } },
    "api |  | ",
  ],
];

for (const [what, given, expected] of cases) {
  test(`certificates: ${what}`, async (t) => assert.equal(names(await describe(t, given)), expected));
}

test("certificates: the system's authorities are not the kubeconfig's", async (t) => {
  const bundle = join(await temporaryFolder(t), "roots.pem");
  await writeFile(bundle, root.cert);
  const found = await describe(t, {
    sent: sending(ofMiddle, middle, root),
    cluster: {},
    env: { SSL_CERT_FILE: bundle },
  });
  assert.equal(names(found), "api | middle | ");
});

test("certificates: when it ends, and its names", async (t) => {
  const { servers } = await describe(t, { cluster: trusting(root) });
  const days = (Date.parse(servers[0]?.notAfter ?? "") - Date.now()) / 86_400_000;
  assert.ok(days > 4 && days < 6, `${days}`);
  assert.deepEqual(servers[0]?.names, ["127.0.0.1", "localhost"]);
});

test("certificates: one has expired, and nobody here cares", async (t) => {
  const sent = await root.issue({ days: -1 });
  const { servers } = await describe(t, { sent, cluster: { "insecure-skip-tls-verify": true } });
  assert.ok(Date.parse(servers[0]?.notAfter ?? "") < Date.now());
});

test("certificates: two servers behind one address", async (t) => {
  const both = await Promise.all(["a", "b"].map((commonName) => root.issue({ commonName })));
  let dialled = 0;
  const waiting: (() => void)[] = [];
  // Neither answers before both connections stand.
  const hold: Handle = (_, response) => {
    waiting.push(() => response.end("{}"));
    if (waiting.length === 2) for (const answer of waiting) answer();
  };
  const server = await serve("https", hold, both[0], {
    SNICallback: (_, done) => {
      const chosen = both[dialled++ % 2];
      done(null, createSecureContext({ cert: chosen?.cert, key: chosen?.key }));
    },
  });
  t.after(server.close);
  const kubeconfig = await writeKubeconfig(await temporaryFolder(t), {
    server: server.url,
    "tls-server-name": "localhost",
    ...trusting(root),
  });
  const connection = openConnection(await loadConnectionSettings({ kubeconfig }, { env: {} }), {});
  t.after(() => connection.close());
  await Promise.all(["/a", "/b"].map((path) => connection.request({ method: "GET", path, timeoutMs: 5000 })));
  const found = await describeCertificates(connection.settings, await connection.certificates());
  assert.equal(found.ok && names(found.value), "a b |  | root");
});

test("certificates: an authority that cannot be read any more is an answer, too", async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, "ca.crt");
  await writeFile(file, root.cert);
  const kubeconfig = await writeKubeconfig(folder, {
    server: "https://127.0.0.1:1",
    "certificate-authority": file,
  });
  const settings = await loadConnectionSettings({ kubeconfig }, { env: {} });
  await rm(file);
  const answer = await describeCertificates(settings, []);
  assert.match(answer.ok ? "" : answer.reason, /^cannot read certificate-authority .*ca\.crt: no such file$/);
});
