import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { createCertificateAuthority } from "../../src/sandbox/certificates.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { type AskOptions, ask, withSandbox } from "../helpers/sandbox.ts";

async function whoIs(sandbox: Sandbox, options: AskOptions): Promise<string> {
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const answer = await ask(sandbox, path, { method: "POST", body: {}, ...options });
  if (answer.status === 401) return "401";
  const status = answer.json()["status"] as { userInfo?: { username: string; groups: string[] } } | string;
  if (typeof status === "string") return `${answer.status}`;
  return `${status.userInfo?.username} ${status.userInfo?.groups.join(",")}`;
}

test("who a request is, by its certificate and its token", async (t) => {
  await withSandbox({}, async (sandbox) => {
    const foreign = createCertificateAuthority("another").issue({
      commonName: "admin",
      organizations: ["system:masters"],
    });
    const jane = sandbox.issueClientCertificate({ commonName: "jane", organizations: ["qa", "dev"] });
    const late = sandbox.issueClientCertificate({
      commonName: "jane",
      notAfter: new Date(Date.now() - 1000),
    });
    const cases: readonly (readonly [string, AskOptions, string])[] = [
      ["a token", { user: "developer" }, "developer system:authenticated"],
      ["the administrator's token", { user: "admin" }, "admin system:masters,system:authenticated"],
      [
        "a ServiceAccount's token",
        { user: "monitoring:collector" },
        "system:serviceaccount:monitoring:collector system:serviceaccounts,system:serviceaccounts:monitoring,system:authenticated",
      ],
      ["a wrong token", { user: "", headers: { Authorization: "Bearer x" } }, "401"],
      ["nothing", { user: "" }, "403"],
      ["a password, which counts for nothing", { user: "", headers: { Authorization: "Basic YTpi" } }, "403"],
      ["a certificate", { user: "", certificate: jane }, "jane qa,dev,system:authenticated"],
      [
        "a certificate goes before a token",
        { user: "developer", certificate: jane },
        "jane qa,dev,system:authenticated",
      ],
      ["a certificate of another authority", { user: "", certificate: foreign }, "401"],
      ["an expired certificate", { user: "", certificate: late }, "401"],
      [
        "an expired certificate beside a good token",
        { user: "developer", certificate: late },
        "developer system:authenticated",
      ],
    ];
    for (const [what, options, who] of cases) {
      await t.test(what, async () => assert.equal(await whoIs(sandbox, options), who));
    }
  });
});

test("tokens are new at each start", async () => {
  const tokens = async () => await withSandbox({}, async ({ users }) => users.map(({ token }) => token));
  const [first, second] = [await tokens(), await tokens()];
  assert.ok(first.every((token) => token === "" || !second.includes(token)));
});

test("a ServiceAccount's token has the form of a JWT", async () => {
  await withSandbox({}, async ({ users }) => {
    const token = users.find(({ name }) => name === "monitoring:collector")?.token ?? "";
    const [header = "", claims = ""] = token.split(".");
    assert.equal(JSON.parse(Buffer.from(header, "base64url").toString()).alg, "ES256");
    const subject = JSON.parse(Buffer.from(claims, "base64url").toString()).sub;
    assert.equal(subject, "system:serviceaccount:monitoring:collector");
  });
});

test("a certificate is one that OpenSSL takes", () => {
  const authority = createCertificateAuthority("ca");
  const root = new X509Certificate(authority.certificate);
  const leaf = new X509Certificate(
    authority.issue({ commonName: "kube-apiserver", hosts: ["127.0.0.1", "localhost"] }).certificate,
  );
  assert.ok(root.ca && root.verify(root.publicKey));
  assert.ok(leaf.checkIssued(root) && leaf.verify(root.publicKey) && !leaf.ca);
  assert.equal(leaf.subjectAltName, "IP Address:127.0.0.1, DNS:localhost");
  assert.ok(Date.parse(leaf.validTo) > Date.now());
});
