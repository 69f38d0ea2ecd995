import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ConnectionFlags } from "../../../src/cluster/connection-flags.ts";
import {
  listContexts,
  loadConnectionSettings,
  usesExecPlugin,
} from "../../../src/cluster/kubeconfig/kubeconfig.ts";
import { ClusterError } from "../../../src/errors.ts";
import { temporaryFolder } from "../../helpers/kubeconfigs.ts";

const first = `
apiVersion: v1
kind: Config
clusters:
- name: one
  cluster: {server: "https://one:6443/", certificate-authority: ca.crt, tls-server-name: api.one}
- name: shared
  cluster: {server: https://first:6443}
users:
- name: jane
  user: {token: 0123, as: boss, as-uid: "7", as-groups: [g], as-user-extra: {scopes: [a, b]}}
- name: robot
  user:
    tokenFile: token
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./get-token, interactiveMode: Never}
contexts:
- name: one
  context: {cluster: one, user: jane, namespace: dev}
- name: on
  context: {cluster: shared, user: robot}
`;

const second = `
current-context: two
clusters:
- name: shared
  cluster: {server: https://second:6443, insecure-skip-tls-verify: true}
- name: two
  cluster: {server: two.example.com:8080, proxy-url: socks5://p:1}
users:
- name: jane
  user: {username: x, password: y}
- name: plugin
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: bin/aws, env: [{name: A, value: b}]}}
contexts:
- name: two
  context: {cluster: two, user: plugin}
- name: secure
  context: {cluster: one, user: plugin}
- name: lost
  context: {cluster: nowhere, user: jane}
`;

async function files(
  t: Parameters<typeof temporaryFolder>[0],
): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "a"));
  await writeFile(join(folder, "a", "config"), first);
  await writeFile(join(folder, "second"), second);
  const missing = join(folder, "missing");
  return {
    folder,
    env: { KUBECONFIG: `${missing}::${join(folder, "a", "config")}:${join(folder, "second")}` },
  };
}

test("merged files: the first entry of a name wins, the first current-context that is set counts", async (t) => {
  const { env, folder } = await files(t);
  const current = await loadConnectionSettings({}, { env });
  assert.equal(current.title, 'context "two" (http://two.example.com:8080)');
  assert.equal(current.cluster.proxyUrl, "socks5://p:1");
  const one = await loadConnectionSettings({ context: "one" }, { env });
  assert.equal(one.server, "https://one:6443");
  assert.equal(one.namespace, "dev");
  assert.equal(one.cluster.certificateAuthority, join(folder, "a", "ca.crt"));
  assert.equal(one.user.token, "0123");
  assert.equal(one.user.username, "");
  const impersonation = { user: "boss", uid: "7", groups: ["g"], extra: { scopes: ["a", "b"] } };
  assert.deepEqual(one.impersonation, impersonation);
  const on = await loadConnectionSettings({ context: "on" }, { env });
  assert.equal(on.server, "https://first:6443");
  assert.equal(on.cluster.insecureSkipTlsVerify, false);
  assert.equal(on.user.tokenFile, join(folder, "a", "token"));
  assert.equal(on.user.exec?.command, join(folder, "a", "get-token"));
});

test("contexts with their servers", async (t) => {
  const { env } = await files(t);
  assert.deepEqual(await listContexts({}, { env }), [
    { name: "one", server: "https://one:6443", isCurrent: false },
    { name: "on", server: "https://first:6443", isCurrent: false },
    { name: "two", server: "http://two.example.com:8080", isCurrent: true },
    { name: "secure", server: "https://one:6443", isCurrent: false },
    { name: "lost", server: "", isCurrent: false },
  ]);
});

test("a credential plugin is used only without another credential, over TLS", async (t) => {
  const { env } = await files(t);
  const uses = async (flags: ConnectionFlags): Promise<boolean> =>
    usesExecPlugin(await loadConnectionSettings(flags, { env }));
  assert.equal(await uses({ context: "secure" }), true);
  assert.equal(await uses({ context: "secure", token: "x" }), false);
  assert.equal(await uses({ context: "on" }), false);
  assert.equal(await uses({ context: "two" }), false);
});

test("--kubeconfig is the only file; ~/.kube/config is read without KUBECONFIG", async (t) => {
  const { folder, env } = await files(t);
  const only = await listContexts({ kubeconfig: join(folder, "second") }, { env });
  assert.deepEqual(
    only.map(({ name }) => name),
    ["two", "secure", "lost"],
  );
  await mkdir(join(folder, ".kube"));
  await writeFile(join(folder, ".kube", "config"), first);
  assert.equal((await listContexts({}, { env: { HOME: folder } })).length, 2);
});

test("flags come before the kubeconfig", async (t) => {
  const { env } = await files(t);
  const flags: ConnectionFlags = {
    context: "one",
    server: "https://other:1/base/",
    as: "eve",
    asGroup: ["x", "y"],
    asUserExtra: ["scopes=c", "k=1", "k=2=3"],
    namespace: "prod",
    insecureSkipTlsVerify: true,
    requestTimeout: "1m30s",
    clientCertificate: "c.pem",
    clientKey: "k.pem",
  };
  const settings = await loadConnectionSettings(flags, { env });
  assert.equal(settings.title, "server https://other:1/base");
  assert.equal(settings.cluster.tlsServerName, "");
  assert.equal(settings.cluster.certificateAuthority, "");
  assert.equal(settings.cluster.insecureSkipTlsVerify, true);
  assert.equal(settings.namespace, "prod");
  assert.equal(settings.requestTimeoutMs, 90_000);
  assert.equal(settings.user.clientCertificate, "c.pem");
  const extra = { scopes: ["c"], k: ["1", "2=3"] };
  assert.deepEqual(settings.impersonation, { user: "eve", uid: "7", groups: ["x", "y"], extra });
  const named = await loadConnectionSettings({ cluster: "shared", user: "robot" }, { env });
  assert.deepEqual([named.server, named.user.tokenFile !== ""], ["https://first:6443", true]);
});

test("in-cluster, when nothing else is configured", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "token"), "secret");
  await writeFile(join(folder, "ca.crt"), "pem");
  await writeFile(join(folder, "namespace"), "kube-system\n");
  const pod = { HOME: folder, KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
  const load = async (flags: ConnectionFlags, env = pod) =>
    await loadConnectionSettings(flags, { env, serviceAccountFolder: folder });
  const settings = await load({});
  assert.equal(settings.title, "in-cluster (https://[fd00::1]:443)");
  assert.equal(settings.namespace, "kube-system");
  assert.equal(settings.user.tokenFile, join(folder, "token"));
  assert.equal(settings.cluster.certificateAuthority, join(folder, "ca.crt"));
  assert.equal((await load({ token: "mine" })).user.tokenFile, "");
  await writeFile(join(folder, "config"), second);
  assert.equal((await load({ kubeconfig: join(folder, "config") })).context, "two");
});

const wrong: readonly [string, ConnectionFlags, string | null, RegExp, RegExp][] = [
  [
    "no kubeconfig at all",
    {},
    null,
    /^no kubeconfig found$/,
    /^set KUBECONFIG, or give one with --kubeconfig$/,
  ],
  [
    "a kubeconfig that is not there",
    { kubeconfig: "/nowhere/config" },
    null,
    /^no kubeconfig at \/nowhere\/config$/,
    /--kubeconfig/,
  ],
  [
    "a folder",
    { kubeconfig: "/tmp" },
    null,
    /^cannot read kubeconfig \/tmp: it is a folder$/,
    /--kubeconfig/,
  ],
  ["an unknown context", { context: "x" }, second, /^no context "x" in the kubeconfig$/, /get-contexts/],
  ["an unknown cluster", { cluster: "x" }, second, /^no cluster "x"/, /get-clusters/],
  ["an unknown user", { user: "x" }, second, /^no user "x"/, /get-users/],
  ["no current context", {}, first, /^the kubeconfig has no current context$/, /--context \(one, on\)/],
  ["an empty file", {}, "", /^the kubeconfig has no current context$/, /no contexts/],
  [
    "a context without its cluster",
    { context: "lost" },
    second,
    /^cluster "nowhere" is not in the kubeconfig$/,
    /config view/,
  ],
  [
    "broken YAML",
    {},
    "a: b\nusers: [\n- token: SECRET: x\n",
    /^kubeconfig \S+ is not valid YAML: line \d+: [a-z ]+$/,
    /./,
  ],
  ["text", {}, "hello", /is not a kubeconfig: it is not a YAML mapping$/, /./],
  ["another kind", {}, "kind: Pod\n", /is not a kubeconfig: its kind is "Pod"$/, /./],
  ["bytes", {}, "\u0000\u0001{{{\ufffd", /^(kubeconfig )?\S+ is not (valid YAML|a kubeconfig)/, /./],
  ["a bad time limit", { requestTimeout: "soon" }, second, /^--request-timeout is not a duration$/, /30s/],
  [
    "groups without a user",
    { asGroup: ["g"] },
    second,
    /^impersonating groups, a uid or extra values needs a user/,
    /--as/,
  ],
];

for (const [name, flags, text, message, hint] of wrong) {
  test(`error: ${name}`, async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, "config");
    if (text !== null) await writeFile(path, text);
    await assert.rejects(loadConnectionSettings(flags, { env: { KUBECONFIG: path } }), (error) => {
      assert.ok(error instanceof ClusterError);
      assert.match(error.message, message);
      assert.match(error.hint, hint);
      assert.doesNotMatch(error.message, /SECRET|\n/);
      return true;
    });
  });
}
