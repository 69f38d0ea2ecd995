import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { readAuthority } from "../helpers/certificates.ts";
import { connectPlane, type Ended, traceAt } from "./connect.ts";
import { people, robot } from "./people.ts";

/** Credentials that a real kube-apiserver does not take, and servers that nobody finds: is it said why? */
const plane = connectPlane();
const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-credentials-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Found {
  readonly diagnosis?: {
    readonly party: string;
    readonly cause: string;
  };
}

function tracesOf({ stdout, stderr }: Ended): readonly Found[] {
  assert.notEqual(stdout, "", stderr);
  return (JSON.parse(stdout) as { readonly items: readonly Found[] }).items;
}

/** A kubeconfig of one user. */
function kubeconfigWith(name: string, user: object, server = plane.url): string {
  const own = JSON.parse(readFileSync(plane.kubeconfig, "utf8")) as {
    readonly clusters: readonly { readonly cluster: object }[];
  };
  const path = join(folder, `${name.replaceAll(/\W/g, "-")}.json`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { ...own.clusters[0]?.cluster, server } }],
    users: [{ name: "u", user }],
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** A token of robot, as the TokenRequest API makes it. */
async function requestToken(spec: object = {}): Promise<string> {
  const path = `/api/v1/namespaces/${robot.namespace}/serviceaccounts/${robot.name}/token`;
  const { json } = await plane.api.send({ certificate: "admin" }, path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec }),
  });
  return (json() as { readonly status: { readonly token: string } }).status.token;
}

/** The same token with other claims, signed by the control plane's own key. */
async function signedToken(changes: object): Promise<string> {
  const [header = "", payload = ""] = (await requestToken()).split(".");
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
  const text = `${header}.${Buffer.from(JSON.stringify({ ...(claims as object), ...changes })).toString("base64url")}`;
  const key = readFileSync(join(plane.keys, "service-account.key"));
  return `${text}.${sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

async function certificateOf(days: number): Promise<object> {
  const read = (kind: string): string => readFileSync(join(plane.keys, `ca.${kind}`), "utf8");
  const authority = await readAuthority({ cert: read("crt"), key: read("key") });
  const { cert, key } = await authority.issue({ commonName: people.alice.user, names: [], days });
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  return { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
}

const seconds = Math.floor(Date.now() / 1000);
const hour = 3600;
const plugin = (script: string) => ({
  exec: {
    apiVersion: "client.authentication.k8s.io/v1",
    interactiveMode: "Never",
    command: "/bin/sh",
    args: ["-c", script],
  },
});
const elsewhere = async () => ({ token: "any" });

for (const [what, userOf, expected, server] of [
  ["a token that is signed anew", async () => ({ token: await signedToken({}) }), ""],
  [
    "a token that has expired",
    async () => ({
      token: await signedToken({ exp: seconds - hour, iat: seconds - 2 * hour, nbf: seconds - 2 * hour }),
    }),
    "Authentication TokenExpired",
  ],
  [
    "a token of tomorrow",
    async () => ({ token: await signedToken({ nbf: seconds + hour, exp: seconds + 2 * hour }) }),
    "Authentication TokenNotYetValid",
  ],
  [
    "a token for somebody else",
    async () => ({ token: await requestToken({ audiences: ["vault"] }) }),
    "Authentication WrongAudience",
  ],
  ["a token nobody knows", async () => ({ token: "opaque" }), "Authentication CredentialsRejected"],
  ["a certificate", async () => await certificateOf(1), ""],
  [
    "a certificate that has expired",
    async () => await certificateOf(-1),
    "Authentication ClientCertificateExpired",
  ],
  ["a password", async () => ({ username: "alice", password: "x" }), "Authorization Anonymous"],
  ["no credentials", async () => ({}), "Authorization Anonymous"],
  ["a plugin that fails", async () => plugin("exit 3"), "Nobody CredentialPluginFailed"],
  [
    "a plugin whose token has expired",
    async () => {
      const token = await signedToken({ exp: seconds - hour, iat: 0, nbf: 0 });
      const answer = {
        kind: "ExecCredential",
        apiVersion: "client.authentication.k8s.io/v1",
        status: { token },
      };
      return plugin(`echo '${JSON.stringify(answer)}'`);
    },
    "Authentication CredentialsRejected",
  ],
  ["a server that refuses", elsewhere, "Nobody ConnectionRefused", "https://127.0.0.1:1"],
  ["a server without a name", elsewhere, "Nobody NameNotResolved", "https://no-such-host.invalid"],
  ["a server that there is no way to", elsewhere, "Nobody NoRouteToHost", "https://192.0.2.1:6443"],
] as const satisfies readonly (readonly [string, () => Promise<object>, string, string?])[]) {
  describe(`who is asked with ${what}`, () => {
    // robot and alice may list the pods of shop; kubectl asks who has no credentials for some, which only a terminal can answer.
    const path = "/api/v1/namespaces/shop/pods";
    const kubectls = what === "no credentials" ? [] : [["get", "--raw", path]];
    for (const args of [...kubectls, ["request", path]]) {
      test(args[0] ?? "", async () => {
        const user = await userOf();
        const kubeconfig = kubeconfigWith(what, user, server);
        const ended = await traceAt({ kubeconfig }, "1.35", ["-o", "json", ...args]);
        const found = tracesOf(ended).map(({ diagnosis }) =>
          diagnosis === undefined ? "" : `${diagnosis.party} ${diagnosis.cause}`,
        );
        assert.deepEqual([...new Set(found)], [expected], ended.stdout);
        const { token } = user as { readonly token?: string };
        if (token !== undefined && token.length > 20)
          assert.ok(!(ended.stdout + ended.stderr).includes(token));
      });
    }
  });
}
