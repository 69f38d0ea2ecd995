import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  parseCertificateFacts,
  parseTokenClaims,
  type TokenClaims,
} from "../../src/cluster/credential-facts.ts";
import { newAuthority } from "../helpers/certificates.ts";
import { unsignedToken } from "../helpers/tokens.ts";

const nothing: TokenClaims = {
  issuer: "",
  subject: "",
  audiences: [],
  expiresAt: null,
  validFrom: null,
  isServiceAccount: false,
};

for (const [name, token, expected] of [
  [
    "of a ServiceAccount",
    unsignedToken({
      iss: "https://kubernetes.default.svc",
      sub: "system:serviceaccount:shop:robot",
      aud: ["vault", "api"],
      exp: 1_800_000_000,
      nbf: 1_700_000_000,
      "kubernetes.io": { namespace: "shop" },
    }),
    {
      issuer: "https://kubernetes.default.svc",
      subject: "system:serviceaccount:shop:robot",
      audiences: ["vault", "api"],
      expiresAt: 1_800_000_000_000,
      validFrom: 1_700_000_000_000,
      isServiceAccount: true,
    },
  ],
  ["with one audience", unsignedToken({ aud: "kubernetes" }), { ...nothing, audiences: ["kubernetes"] }],
  ["that says nothing", unsignedToken({}), nothing],
  ["of claims that are none", unsignedToken({ iss: 1, aud: 7, exp: "soon", nbf: null }), nothing],
  ["that ends after all time", unsignedToken({ exp: 1e300 }), nothing],
  ["with a control character", unsignedToken({ sub: "a\u001b[1mb" }), { ...nothing, subject: "a [1mb" }],
  ["of three parts that are no JSON", "a.b.c", null],
  ["whose claims are a list", `a.${Buffer.from("[]").toString("base64url")}.c`, null],
  ["that is opaque", "c2VjcmV0", null],
  ["that is empty", "", null],
] as const satisfies readonly (readonly [string, string, TokenClaims | null])[]) {
  test(`a token ${name}`, () => assert.deepEqual(parseTokenClaims(token), expected));
}

test("any text is a token or none", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const claims = parseTokenClaims(`${text}.${Buffer.from(text).toString("base64url")}.x`);
      assert.ok(claims === null || Array.isArray(claims.audiences));
    }),
  );
});

test("a client certificate: subject and times, of the first one in the text", async () => {
  const authority = await newAuthority();
  const { cert } = await authority.issue({
    commonName: "alice",
    organizations: ["dev"],
    names: [],
    days: -1,
  });
  const facts = parseCertificateFacts(`${cert}\n${authority.cert}`);
  assert.equal(facts?.subject, "O=dev, CN=alice");
  assert.ok(facts.validFrom < facts.expiresAt && facts.expiresAt < Date.now());
});

for (const pem of ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]) {
  test(`no certificate: ${JSON.stringify(pem)}`, () => assert.equal(parseCertificateFacts(pem), null));
}
