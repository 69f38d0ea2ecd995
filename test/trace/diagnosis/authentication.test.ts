import assert from "node:assert/strict";
import { test } from "node:test";
import type { CredentialFacts, TokenClaims } from "../../../src/cluster/credential-facts.ts";
import { newRoundTrip, type RoundTrip } from "../../../src/log/round-trip.ts";
import { diagnose } from "../../../src/trace/diagnosis/diagnose.ts";
import type { Failed } from "../../../src/trace/diagnosis/finding.ts";
import type { Verdict } from "../../../src/trace/trace.ts";
import { sampleTrace } from "../../helpers/traces.ts";

const hour = 3_600_000;
const now = Date.parse("2026-11-24T18:00:00Z");
const issuer = "https://kubernetes.default.svc";
const good: TokenClaims = {
  issuer,
  subject: "system:serviceaccount:shop:robot",
  audiences: [issuer],
  expiresAt: now + hour,
  validFrom: now - hour,
  isServiceAccount: true,
};
const certificate = { subject: "O=dev, CN=alice", validFrom: now - 9 * hour, expiresAt: now + hour };
const outdated = { ...certificate, expiresAt: now - hour };

const facts = (known: Partial<CredentialFacts>): CredentialFacts => ({
  kind: "none",
  name: "",
  token: null,
  certificate: null,
  asOf: now,
  ...known,
});
const token = (claims: Partial<TokenClaims>): CredentialFacts =>
  facts({ kind: "token", token: { ...good, ...claims } });

const times =
  "the token of system:serviceaccount:shop:robot is valid from 2026-11-24T17:00:00Z and expires at";
const here = "it is 2026-11-24T18:00:00Z here";
const ofIssuer = `the token is for audience "${issuer}", its issuer is "${issuer}"`;

for (const [what, known, cause, evidence] of [
  ["nobody knows whose", null, "CredentialsRejected", []],
  ["no credentials", facts({}), "NoCredentials", ["the kubeconfig has no credentials for this context"]],
  [
    "plain HTTP",
    facts({ kind: "notSent" }),
    "NoCredentials",
    ["the server is called over plain HTTP, on which no credentials are sent"],
  ],
  ["a good token", token({}), "CredentialsRejected", [`${times} 2026-11-24T19:00:00Z, ${here}`, ofIssuer]],
  [
    "an expired token",
    token({ expiresAt: now - 1000 }),
    "TokenExpired",
    [`${times} 2026-11-24T17:59:59Z, ${here}`, ofIssuer],
  ],
  ["a token of tomorrow", token({ validFrom: now + hour, expiresAt: null }), "TokenNotYetValid", null],
  [
    "another audience",
    token({ audiences: ["vault"], expiresAt: null, validFrom: null }),
    "WrongAudience",
    [`the token is for audience "vault", its issuer is "${issuer}"`],
  ],
  [
    "another audience, in its time",
    token({ audiences: ["vault"] }),
    "WrongAudience",
    [
      `the token is for audience "vault", its issuer is "${issuer}"`,
      `${times} 2026-11-24T19:00:00Z, ${here}`,
    ],
  ],
  ["another audience, expired", token({ audiences: ["vault"], expiresAt: now }), "TokenExpired", null],
  ["the issuer among its audiences", token({ audiences: ["vault", issuer] }), "CredentialsRejected", null],
  // Clusters whose issuer is not the API's own name have that name among --api-audiences.
  [
    "the API's own name",
    token({ issuer: "https://oidc.example.com/id/1", audiences: [issuer] }),
    "CredentialsRejected",
    null,
  ],
  [
    "somebody else's token",
    token({ isServiceAccount: false, audiences: ["app"] }),
    "CredentialsRejected",
    null,
  ],
  [
    "an opaque token",
    facts({ kind: "token" }),
    "CredentialsRejected",
    ["the token is opaque: it says nothing of itself"],
  ],
  [
    "an expired certificate",
    facts({ kind: "clientCertificate", certificate: outdated }),
    "ClientCertificateExpired",
    [
      `the client certificate of O=dev, CN=alice is valid from 2026-11-24T09:00:00Z to 2026-11-24T17:00:00Z, ${here}`,
    ],
  ],
  [
    "a certificate of tomorrow",
    facts({ kind: "clientCertificate", certificate: { ...certificate, validFrom: now + 1 } }),
    "ClientCertificateExpired",
    null,
  ],
  ["a good certificate", facts({ kind: "clientCertificate", certificate }), "CredentialsRejected", null],
  [
    "a token beside an expired certificate",
    { ...token({}), certificate: outdated },
    "CredentialsRejected",
    null,
  ],
  [
    "a plugin",
    facts({ kind: "credentialPlugin", name: "aws" }),
    "CredentialsRejected",
    ['the credentials come from the credential plugin "aws"'],
  ],
  [
    "an expired OIDC token",
    facts({
      kind: "authProvider",
      name: "oidc",
      token: { ...good, isServiceAccount: false, expiresAt: now },
    }),
    "TokenExpired",
    null,
  ],
  [
    "a password",
    facts({ kind: "password" }),
    "CredentialsRejected",
    ["the credentials are a user name and a password"],
  ],
] as const satisfies readonly (readonly [
  string,
  CredentialFacts | null,
  string,
  readonly string[] | null,
])[]) {
  test(`a 401 with ${what}`, () => {
    const found = diagnose(failed({ status: 401, message: "Unauthorized" }), known);
    assert.equal(`${found?.party} ${found?.cause}`, `Authentication ${cause}`);
    if (evidence !== null) assert.deepEqual(found?.evidence, ["Unauthorized", ...evidence]);
    assert.notEqual(found?.advice.length, 0);
  });
}

function failed(answer: Partial<RoundTrip>, rest: Partial<Failed> = {}): Failed {
  const trace = sampleTrace();
  const roundTrip = newRoundTrip({
    ...trace.roundTrip,
    auditId: "a",
    relayed: false,
    fromCache: false,
    statusReason: "x",
    ...answer,
  });
  const verdict: Verdict = { decision: "unknown", reason: "", source: "none" };
  return { ...trace, roundTrip, verdict, ...rest };
}

const forbidden = (user: string): Partial<RoundTrip> => ({
  status: 403,
  message: `pods is forbidden: User "${user}" cannot list resource "pods" in API group "" in the namespace "shop"`,
});
const as = (user: string) => ({ user, groups: [], uid: "", extra: {} });
const service = { kind: "Service", namespace: "n", name: "s", port: 443, endpoints: [] } as const;
const allowed: Verdict = { decision: "allowed", reason: "", source: "review" };

for (const [what, trace, known, expected, evidence] of [
  ["anonymous", failed(forbidden("system:anonymous")), null, "Authorization Anonymous", []],
  [
    "anonymous, without credentials",
    failed(forbidden("system:anonymous")),
    facts({}),
    "Authorization Anonymous",
    ["the kubeconfig has no credentials for this context"],
  ],
  [
    "anonymous, with a password",
    failed(forbidden("system:anonymous")),
    facts({ kind: "password" }),
    "Authorization Anonymous",
    [
      "the credentials are a user name and a password",
      "they did not reach the API server, or are none that it reads",
    ],
  ],
  [
    "somebody who acts as anonymous",
    failed({ ...forbidden("system:anonymous"), impersonation: as("system:anonymous") }),
    null,
    "Authorization NoRuleAllows",
    [],
  ],
  ["somebody", failed(forbidden("jane")), null, "Authorization NoRuleAllows", []],
  [
    "somebody whose name only begins so",
    failed(forbidden("system:anonymous-2")),
    null,
    "Authorization NoRuleAllows",
    [],
  ],
  [
    "an extension server that does not know kube-apiserver's users",
    failed(forbidden("system:anonymous"), { target: service, verdict: allowed }),
    null,
    "ExtensionServer NoRuleAllows",
    ["kube-apiserver itself allows it: no reason given"],
  ],
  [
    "a 401 behind a review that was taken with the same credentials",
    failed({ status: 401, message: "Unauthorized" }, { target: service, verdict: allowed }),
    token({}),
    "ExtensionServer CredentialsRejected",
    [],
  ],
] as const satisfies readonly (readonly [
  string,
  Failed,
  CredentialFacts | null,
  string,
  readonly string[],
])[]) {
  test(`who is not known: ${what}`, () => {
    const found = diagnose(trace, known);
    assert.equal(`${found?.party} ${found?.cause}`, expected);
    assert.deepEqual(found?.evidence.slice(1), evidence);
  });
}

for (const [message, expected] of [
  ["getting credentials: exec: executable aws failed with exit code 255", "CredentialPluginFailed"],
  ["getting credentials: exec: executable no-such-login not found", "CredentialPluginFailed"],
  ["getting credentials: decoding stdout: no kind", "CredentialPluginFailed"],
  ['credential plugin "aws" failed with exit code 3: log in', "CredentialPluginFailed"],
  ["remote error: tls: expired certificate", "ClientCertificateExpired"],
  ["dial tcp: lookup getting-credentials: no such host", "NameNotResolved"],
] as const) {
  test(`nothing came back: ${message}`, () => {
    const found = diagnose(failed({ outcome: "failed", status: null, message }));
    assert.deepEqual([found?.party, found?.cause, found?.evidence], ["Nobody", expected, [message]]);
  });
}

test("a plugin that cannot renew what was refused", () => {
  const message = 'credential plugin "aws" was killed (SIGTERM)';
  const found = diagnose(failed({ status: 401, message }), facts({ kind: "credentialPlugin", name: "aws" }));
  assert.equal(`${found?.party} ${found?.cause}`, "Authentication CredentialPluginFailed");
});
