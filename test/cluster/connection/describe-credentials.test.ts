import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { describeCredentials } from "../../../src/cluster/connection/describe-credentials.ts";
import type { ConnectionFlags } from "../../../src/cluster/connection-flags.ts";
import { loadConnectionSettings } from "../../../src/cluster/kubeconfig/kubeconfig.ts";
import { newAuthority } from "../../helpers/certificates.ts";
import { base64, temporaryFolder, writeKubeconfig } from "../../helpers/kubeconfigs.ts";
import { unsignedToken } from "../../helpers/tokens.ts";

const secret = "s3cr3t-s1gnature";
const token = unsignedToken({ sub: "jane", exp: 1_800_000_000 }, secret);
const issued = await (await newAuthority()).issue({ commonName: "alice", names: [] });
const certificate = {
  "client-certificate-data": base64(issued.cert),
  "client-key-data": base64(issued.key),
};
const plugin = (folder: string) => ({
  exec: {
    apiVersion: "client.authentication.k8s.io/v1",
    interactiveMode: "Never",
    command: "touch",
    args: [join(folder, "ran")],
  },
});

async function describe(
  t: TestContext,
  userIn: (folder: string) => Readonly<Record<string, unknown>>,
  flags: ConnectionFlags = {},
  server = "https://127.0.0.1:1",
) {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "token"), `${token}\n`);
  const kubeconfig = await writeKubeconfig(folder, { server }, userIn(folder));
  const answer = await describeCredentials(
    await loadConnectionSettings({ ...flags, kubeconfig }, { env: {} }),
  );
  assert.ok(!JSON.stringify(answer).includes(secret), "a secret is revealed");
  assert.ok(!existsSync(join(folder, "ran")), "a plugin was run");
  return answer;
}

for (const [what, user, expected, flags, server] of [
  ["nobody", () => ({}), "none"],
  ["a JWT", () => ({ token }), "token of jane"],
  ["an opaque token", () => ({ token: secret }), "token"],
  ["a token file", (folder) => ({ tokenFile: join(folder, "token") }), "token of jane"],
  [
    "a token file before a token",
    (folder) => ({ tokenFile: join(folder, "token"), token: "x" }),
    "token of jane",
  ],
  ["a token, where its file is not there", () => ({ tokenFile: "nowhere", token }), "token of jane"],
  ["--token before the kubeconfig's", () => ({ token }), "token", { token: secret }],
  ["a certificate", () => certificate, "clientCertificate of CN=alice"],
  ["a token beside a certificate", () => ({ ...certificate, token }), "token of jane of CN=alice"],
  ["a password", () => ({ username: "u", password: secret }), "password"],
  ["a plugin", plugin, "credentialPlugin touch"],
  ["a token before a plugin", (folder) => ({ ...plugin(folder), token }), "token of jane"],
  [
    "an OIDC provider",
    () => ({ "auth-provider": { name: "oidc", config: { "id-token": token, "refresh-token": secret } } }),
    "authProvider oidc of jane",
  ],
  ["a token that plain HTTP does not carry", () => ({ token }), "notSent", {}, "http://127.0.0.1:1"],
] as const satisfies readonly (readonly [
  string,
  (folder: string) => Readonly<Record<string, unknown>>,
  string,
  ConnectionFlags?,
  string?,
])[]) {
  test(`credentials: ${what}`, async (t) => {
    const answer = await describe(t, user, flags, server);
    assert.ok(answer.ok);
    const { kind, name, token: claims, certificate: own } = answer.value;
    const parts = [kind, name, claims && `of ${claims.subject}`, own && `of ${own.subject}`];
    assert.equal(parts.filter((part) => part).join(" "), expected);
  });
}

test("credentials that cannot be read are an answer, too", async (t) => {
  const answer = await describe(t, () => ({ "client-certificate": "nowhere", "client-key": "nowhere" }));
  assert.match(answer.ok ? "" : answer.reason, /^cannot read client-certificate .*nowhere: no such file$/);
});
