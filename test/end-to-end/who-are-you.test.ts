import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { tooManyRequests } from "../../src/sandbox/faults.ts";
import { statusReply } from "../helpers/api-server.ts";
import { newAuthority } from "../helpers/certificates.ts";
import { temporaryFolder } from "../helpers/kubeconfigs.ts";
import { fetchKubectl } from "../helpers/kubectl.ts";
import { withSandbox } from "../helpers/sandbox.ts";
import { serve } from "../helpers/servers.ts";
import { unsignedToken } from "../helpers/tokens.ts";
import { assertQuiet, type Ended, nodePath, runTrace, secretToken } from "./processes.ts";

/** Credentials that the sandbox does not take, with kubectl and in a request of our own: what is said of them, and that none is shown. */
const kubectl = await fetchKubectl("1.35");
const skip = kubectl === null ? "there is no kubectl for this machine" : false;

const hour = 3600;
const now = Math.floor(Date.now() / 1000);
const claims = {
  iss: "https://kubernetes.default.svc",
  aud: ["https://kubernetes.default.svc"],
  sub: "system:serviceaccount:shop:robot",
  exp: now + hour,
  nbf: now - hour,
  "kubernetes.io": { namespace: "shop" },
};
const token = (changes: object) => ({ token: unsignedToken({ ...claims, ...changes }, secretToken) });

interface Found {
  readonly roundTrip: { readonly status: number | null };
  readonly flowControl?: object;
  readonly diagnosis?: {
    readonly party: string;
    readonly cause: string;
    readonly evidence: readonly string[];
    readonly advice: readonly string[];
  };
}

function failures({ stdout, stderr }: Ended): readonly Found[] {
  assert.notEqual(stdout, "", stderr);
  const { items } = JSON.parse(stdout) as { readonly items: readonly Found[] };
  return items.filter(({ diagnosis }) => diagnosis !== undefined);
}

const whose = "the token of system:serviceaccount:shop:robot ";
const exec = (folder: string, script: string) => ({
  exec: {
    apiVersion: "client.authentication.k8s.io/v1",
    interactiveMode: "Never",
    command: "/bin/sh",
    args: ["-c", `echo x >> ${join(folder, "runs")}; ${script}`],
  },
});

for (const [what, userIn, expected, evidence] of [
  [
    "an expired token",
    () => token({ exp: now - hour }),
    "Authentication TokenExpired",
    new RegExp(`^${whose}is valid from .*Z and expires at .*Z, it is .*Z here$`),
  ],
  [
    "a token for somebody else",
    () => token({ aud: ["vault"] }),
    "Authentication WrongAudience",
    /^the token is for audience "vault", its issuer is "https:\/\/kubernetes.default.svc"$/,
  ],
  [
    "an opaque token",
    () => ({ token: secretToken }),
    "Authentication CredentialsRejected",
    /^the token is opaque/,
  ],
  ["nobody", () => ({}), "Authorization Anonymous", /^the kubeconfig has no credentials for this context$/],
  [
    "a password",
    () => ({ username: "jane", password: secretToken }),
    "Authorization Anonymous",
    /^the credentials are a user name and a password$/,
  ],
  [
    "a plugin that fails",
    (folder) => exec(folder, `echo "token: ${secretToken}" >&2; exit 3`),
    "Nobody CredentialPluginFailed",
    /\/?sh"? failed with exit code 3/,
  ],
] as const satisfies readonly (readonly [
  string,
  (folder: string) => Readonly<Record<string, unknown>>,
  string,
  RegExp,
])[]) {
  describe(`with ${what}`, { concurrency: 2, skip }, () => {
    const isPlugin = expected.endsWith("PluginFailed");
    // Who has no credentials is asked by kubectl for a user name and a password: at a terminal, or not at all.
    const kubectls = what === "nobody" ? [] : [["get", "--raw", "/api/v1/nodes"]];
    for (const args of [...kubectls, ["request", "/api/v1/nodes"]]) {
      test(args.join(" "), async () => {
        await withSandbox({}, async ({ url, certificateAuthority }, env) => {
          const kubeconfig = join(env.HOME, "config");
          const cluster = {
            server: url,
            "certificate-authority-data": Buffer.from(certificateAuthority).toString("base64"),
          };
          writeFileSync(
            kubeconfig,
            JSON.stringify({
              "current-context": "c",
              contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
              clusters: [{ name: "c", cluster }],
              users: [{ name: "u", user: userIn(env.HOME) }],
            }),
          );
          const ended = await runTrace(["-o", "json", ...args], {
            env: { ...env, KUBECONFIG: kubeconfig, PATH: `${dirname(kubectl ?? "")}:${nodePath}` },
          });
          const [found] = failures(ended);
          assert.equal(`${found?.diagnosis?.party} ${found?.diagnosis?.cause}`, expected);
          const said = found?.diagnosis?.evidence ?? [];
          assert.ok(
            said.some((line) => evidence.test(line)),
            said.join("\n"),
          );
          // kubectl and a plugin show their own stderr: what we print beside it has no secret.
          assertQuiet(isPlugin ? { ...ended, stderr: "" } : ended);
          assert.equal(existsSync(join(env.HOME, "runs")), isPlugin);
        });
      });
    }
  });
}

test("a throttled user is told his FlowSchema by name, where he may list them, and its UID where not", {
  skip,
}, async () => {
  const faults = [
    {
      match: (_: string, url: string) => url.startsWith("/api/v1/namespaces/shop/pods"),
      answer: tooManyRequests(0),
    },
  ];
  await withSandbox({ faults }, async (_, env) => {
    const ask = async (context: string) => {
      const ended = await runTrace(
        ["--context", context, "request", "/api/v1/namespaces/shop/pods", "-o", "json"],
        { env },
      );
      return failures(ended)[0];
    };
    const admin = await ask("admin");
    assert.deepEqual(admin?.flowControl, { flowSchema: "exempt", priorityLevel: "exempt" });
    assert.equal(admin?.diagnosis?.evidence[1], "FlowSchema exempt, PriorityLevelConfiguration exempt");
    assert.equal(admin?.diagnosis?.advice[0], "kubectl --context admin get flowschema exempt -o yaml");
    const developer = await ask("developer");
    assert.equal(developer?.flowControl, undefined);
    assert.match(developer?.diagnosis?.evidence[1] ?? "", /^FlowSchema [0-9a-f-]{36}, /);
    assert.match(
      developer?.diagnosis?.advice[0] ?? "",
      /^kubectl --context developer get flowschemas .* \| grep [0-9a-f-]{36}$/,
    );
  });
});

test("a server that takes nobody without credentials", async (t) => {
  const { body } = statusReply(401, "Unauthorized", "Unauthorized");
  const server = await serve(
    "https",
    (_, response) => {
      response.writeHead(401, { "content-type": "application/json", "audit-id": "a" });
      response.end(JSON.stringify(body));
    },
    await (await newAuthority()).issue(),
  );
  t.after(server.close);
  const flags = ["-s", server.url, "--insecure-skip-tls-verify"];
  const ended = await runTrace(["request", "-o", "json", ...flags, "/api"], {
    env: { HOME: await temporaryFolder(t) },
  });
  assert.deepEqual(failures(ended)[0]?.diagnosis?.evidence, [
    "Unauthorized",
    "the kubeconfig has no credentials for this context",
  ]);
  assert.equal(failures(ended)[0]?.diagnosis?.cause, "NoCredentials");
});

test("--explain tells of what went wrong, and of nothing to a program", { skip }, async () => {
  await withSandbox({}, async (_, env) => {
    const request = ["--context", "anonymous", "request", "/api/v1/nodes"];
    const told = await runTrace(["--explain", ...request], { env });
    assert.match(told.stdout, /\nsystem:anonymous\n {2}A request without credentials is not refused:/);
    const [plain, explained] = await Promise.all([
      runTrace(["-o", "json", ...request], { env }),
      runTrace(["-o", "json", "--explain", ...request], { env }),
    ]);
    assert.deepEqual(Object.keys(JSON.parse(explained.stdout)), Object.keys(JSON.parse(plain.stdout)));
    const check = await runTrace(["check", "--explain"], { env });
    assert.match(check.stdout, /\nnot ok: [^\n]+\n\nAPIService, aggregation, Local\n {2}Each group/);
  });
});
