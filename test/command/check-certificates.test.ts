import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { CertificateInfo, Trust } from "../../src/cluster/cluster.ts";
import type { ConnectionCertificates } from "../../src/cluster/connection/describe-certificates.ts";
import type { ConnectionFlags } from "../../src/cluster/connection-flags.ts";
import type { CredentialFacts } from "../../src/cluster/credential-facts.ts";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { openReader } from "../../src/cluster/live/live-reader.ts";
import type { CheckOptions } from "../../src/command/check.ts";
import { warnOfConnection, warnOfExpiry } from "../../src/command/check-certificates.ts";
import { checkFormats } from "../../src/render/check-formats.ts";
import type { CheckReport } from "../../src/render/check-report.ts";
import { newApiServer } from "../helpers/api-server.ts";
import { newAuthority } from "../helpers/certificates.ts";
import { base64, temporaryFolder, writeKubeconfig } from "../helpers/kubeconfigs.ts";
import { serve } from "../helpers/servers.ts";
import { check, core, defaults, fine, metrics, path } from "./check-cases.ts";
import { createTestIo } from "./test-io.ts";

const dayMs = 86_400_000;
const now = Date.parse("2025-06-01T12:00:00Z");

/** An authority that ends so many days after. */
function ends(days: number, name = "ca"): CertificateInfo {
  return {
    subject: `CN=${name}`,
    issuer: `CN=${name}`,
    notBefore: "2020-01-01T00:00:00.000Z",
    notAfter: new Date(now + days * dayMs).toISOString(),
    isAuthority: true,
    names: [],
  };
}

const trusting = (...authorities: CertificateInfo[]): Trust => ({
  skipsVerification: false,
  authorities,
  error: "",
});

const cases: readonly [name: string, Trust | undefined, warnings: readonly string[]][] = [
  ["nothing is trusted", trusting(), []],
  ["nobody is known", undefined, []],
  ["it ends later", trusting(ends(15)), []],
  [
    "it ends soon",
    trusting(ends(3.5)),
    ["authority CN=ca of its caBundle expires in 3 days, on 2025-06-05; no other one remains"],
  ],
  [
    "it ends today",
    trusting(ends(0.2)),
    ["authority CN=ca of its caBundle expires within a day, on 2025-06-01; no other one remains"],
  ],
  [
    "it has ended",
    trusting(ends(-2)),
    ["authority CN=ca of its caBundle expired on 2025-05-30; no other one remains"],
  ],
  [
    "a newer one is beside it",
    trusting(ends(1.5, "old"), ends(400, "new")),
    ["authority CN=old of its caBundle expires in 1 day, on 2025-06-03; 1 other one remains"],
  ],
  ["nobody checks by it", { ...trusting(ends(1)), skipsVerification: true }, []],
];

for (const [name, trust, expected] of cases) {
  test(name, () => {
    const warnings = warnOfExpiry(trust, { now, until: now + 14 * dayMs });
    assert.deepEqual(
      warnings.map(({ message }) => message),
      expected,
    );
  });
}

test("each says which certificate it is of", () => {
  const found = { servers: [ends(1, "api")], intermediates: [ends(2, "mid")], authorities: [ends(3)] };
  const warnings = warnOfConnection(found, client(4), { now, until: now + 14 * dayMs });
  assert.deepEqual(
    warnings.map(({ certificate }) => certificate),
    [
      { role: "server", subject: "CN=api", notAfter: "2025-06-02T12:00:00.000Z" },
      { role: "intermediate", subject: "CN=mid", notAfter: "2025-06-03T12:00:00.000Z" },
      { role: "authority", subject: "CN=ca", notAfter: "2025-06-04T12:00:00.000Z" },
      { role: "client", subject: "CN=alice", notAfter: "2025-06-05T12:00:00.000Z" },
    ],
  );
});

test("from a file, in every format, without a change of the exit code", async () => {
  const { cert } = await newAuthority("soon");
  const caBundle = Buffer.from(cert).toString("base64");
  const trusted: KubeObject = {
    ...metrics,
    spec: { ...(metrics["spec"] as object), caBundle },
  };
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: [core, trusted] });
  for (const output of checkFormats) {
    const given = { files: ["-"], certExpiryMs: 14 * dayMs, output };
    const { exitCode, stdout } = await check(given, "", createTestIo({ input }));
    assert.equal(exitCode, 0, output);
    assert.match(stdout, /CN=soon/, output);
  }
  const { stdout } = await check({ files: ["-"], output: "json" }, "", createTestIo({ input }));
  assert.equal((JSON.parse(stdout) as CheckReport).warnings, undefined);
  assert.ok((JSON.parse(stdout) as CheckReport).items.every(({ warnings }) => warnings === undefined));
});

const none: ConnectionCertificates = { servers: [], intermediates: [], authorities: [] };
const client = (days: number): CredentialFacts => ({
  kind: "clientCertificate",
  name: "",
  token: null,
  asOf: now,
  certificate: { subject: "CN=alice", validFrom: 0, expiresAt: now + days * dayMs },
});
const unnamed = (days: number, names: readonly string[]) => ({ ...ends(days), subject: "", names });

const ofConnection: readonly [
  what: string,
  Partial<ConnectionCertificates> | null,
  CredentialFacts | null,
  warnings: readonly string[],
][] = [
  ["nothing is known", null, null, []],
  ["none", {}, { ...client(1), kind: "token", certificate: null }, []],
  ["all end later", { servers: [ends(20)], authorities: [ends(15)] }, client(20), []],
  [
    "the server's ends soon",
    { servers: [ends(2.5, "api"), ends(20, "api")] },
    null,
    ["the server's certificate CN=api expires in 2 days, on 2025-06-04"],
  ],
  [
    "the server's has no subject",
    { servers: [unnamed(0.1, ["api.example.com", "api"]), unnamed(-1, [])] },
    null,
    [
      "the server's certificate for api.example.com expires within a day, on 2025-06-01",
      "the server's certificate without a name expired on 2025-05-31",
    ],
  ],
  [
    "one between ends soon",
    { intermediates: [ends(1, "middle")] },
    null,
    ["intermediate authority CN=middle, which the server sends, expires in 1 day, on 2025-06-02"],
  ],
  [
    "one of two authorities ends soon",
    { authorities: [ends(1, "old"), ends(20, "new")] },
    null,
    ["authority CN=old of the kubeconfig expires in 1 day, on 2025-06-02; 1 other one remains"],
  ],
  [
    "the client's ends soon",
    null,
    client(2.5),
    ["the kubeconfig's client certificate CN=alice expires in 2 days, on 2025-06-04"],
  ],
  [
    "the client's has ended",
    {},
    client(-1),
    ["the kubeconfig's client certificate CN=alice expired on 2025-05-31"],
  ],
];
for (const [what, certificates, credentials, expected] of ofConnection) {
  test(`of the connection: ${what}`, () => {
    const known = certificates === null ? null : { ...none, ...certificates };
    const warnings = warnOfConnection(known, credentials, { now, until: now + 14 * dayMs });
    assert.deepEqual(
      warnings.map(({ message }) => message),
      expected,
    );
    assert.ok(warnings.every(({ cause }) => cause === "CertificateExpires"));
  });
}

/** A server with TLS, a kubeconfig of several contexts for it, and `check` on them. */
async function tlsServer(t: TestContext) {
  const authority = await newAuthority("cluster-ca");
  const own = await authority.issue({ commonName: "kube-apiserver", days: 3 });
  const user = await authority.issue({ commonName: "alice", names: [], days: 2 });
  const body = { kind: "APIServiceList", apiVersion: "apiregistration.k8s.io/v1", items: fine };
  const api = newApiServer({ [`GET ${path}`]: { body } });
  const server = await serve("h2", api.handle, own);
  t.after(server.close);
  const kubeconfig = await writeKubeconfig(
    await temporaryFolder(t),
    { server: server.url, "certificate-authority-data": base64(authority.cert) },
    { "client-certificate-data": base64(user.cert), "client-key-data": base64(user.key) },
  );
  const run = async (given: Partial<CheckOptions>) => {
    const io = createTestIo();
    const open = async (flags: ConnectionFlags) => await openReader(flags, {}, io.signal);
    const options = { ...defaults, certExpiryMs: 14 * dayMs, flags: { kubeconfig }, ...given };
    const ended = await check(options, "", io, open);
    return { ...ended, requests: api.requests.splice(0) };
  };
  return { run };
}

const met = [
  "the server's certificate CN=kube-apiserver ",
  "authority CN=cluster-ca of the kubeconfig ",
  "the kubeconfig's client certificate CN=alice ",
];

test("of a live connection: what is met on the way, in every format, without a request more and without failing", async (t) => {
  const { run } = await tlsServer(t);
  const plain = await run({ certExpiryMs: null, output: "json" });
  assert.deepEqual(plain.requests, [`GET ${path}?limit=500`]);
  assert.equal((JSON.parse(plain.stdout) as CheckReport).warnings, undefined);
  for (const output of checkFormats) {
    const { exitCode, stdout, stderr, requests } = await run({ output });
    assert.deepEqual([exitCode, stderr, requests], [0, "", plain.requests], output);
    // Formats escape apostrophes and equals signs in their own ways.
    for (const subject of ["kube-apiserver", "cluster-ca", "alice"])
      assert.ok(stdout.includes(subject), output);
    assert.equal(stdout.match(/ expires\s+in\s+\d\s+days?,\s+on\s+\d/g)?.length, 3, output);
  }
  const { stdout } = await run({ output: "json" });
  const { warnings = [], notes } = JSON.parse(stdout) as CheckReport;
  assert.deepEqual(
    warnings.map(({ message }) => message.replace(/expires .*/, "")),
    met,
  );
  assert.equal(notes, undefined);
});

test("of contexts: each says its own, also beside one that cannot be asked, and with a baseline", async (t) => {
  const { run } = await tlsServer(t);
  const { exitCode, stdout } = await run({ contexts: ["test", "nowhere"], output: "json" });
  assert.equal(exitCode, 3);
  const { warnings = [] } = JSON.parse(stdout) as CheckReport;
  assert.deepEqual(
    warnings.map(({ context }) => context),
    ["test", "test", "test"],
  );
  const table = await run({ contexts: ["test", "nowhere"] });
  assert.match(table.stdout, /^warning: connection of context test: CertificateExpires: the server's /m);
  const baseline = join(await temporaryFolder(t), "known.yaml");
  await writeFile(baseline, "- v1.not.there");
  const accepted = await run({ baseline, output: "json" });
  assert.equal((JSON.parse(accepted.stdout) as CheckReport).warnings?.length, 3);
});

test("of a context in which nothing ends soon there is nothing to say", async (t) => {
  const { run } = await tlsServer(t);
  const { stdout } = await run({ certExpiryMs: dayMs });
  assert.doesNotMatch(stdout, /warning|expires/);
});

test("an authority whose file is gone by then is a note, and the report stays", async (t) => {
  const authority = await newAuthority("cluster-ca");
  const file = join(await temporaryFolder(t), "ca.crt");
  await writeFile(file, authority.cert);
  const body = { kind: "APIServiceList", apiVersion: "apiregistration.k8s.io/v1", items: fine };
  const api = newApiServer({ [`GET ${path}`]: { body } });
  const handle: typeof api.handle = (...given) => {
    rmSync(file, { force: true });
    api.handle(...given);
  };
  const server = await serve("h2", handle, await authority.issue());
  t.after(server.close);
  const cluster = { server: server.url, "certificate-authority": file };
  const kubeconfig = await writeKubeconfig(await temporaryFolder(t), cluster);
  const io = createTestIo();
  const open = async (flags: ConnectionFlags) => await openReader(flags, {}, io.signal);
  const options: CheckOptions = {
    ...defaults,
    certExpiryMs: 14 * dayMs,
    flags: { kubeconfig },
    output: "json",
  };
  const { exitCode, stdout } = await check(options, "", io, open);
  const { ok, notes } = JSON.parse(stdout) as CheckReport;
  assert.deepEqual([exitCode, ok, notes?.length], [0, true, 1]);
  assert.match(notes?.[0] ?? "", /^the connection's certificates are not known: cannot read /);
});
