import assert from "node:assert/strict";
import { test } from "node:test";
import { newTrust, onlyCertificates } from "../../src/cluster/certificates.ts";
import { newAuthority } from "../helpers/certificates.ts";

const authority = await newAuthority();
const leaf = await authority.issue({ names: ["metrics-server.kube-system.svc", "10.0.0.1"], days: 3 });
const base64 = (text: string) => Buffer.from(text).toString("base64");

test("a caBundle says whom it trusts", () => {
  const { authorities, error, skipsVerification } = newTrust({
    caBundle: base64(`# signed by us\n${authority.cert}\n${leaf.cert}`),
  });
  assert.deepEqual([error, skipsVerification], ["", false]);
  assert.deepEqual(
    authorities.map(({ isAuthority, names }) => ({ isAuthority, names })),
    [
      { isAuthority: true, names: [] },
      { isAuthority: false, names: ["metrics-server.kube-system.svc", "10.0.0.1"] },
    ],
  );
  assert.equal(authorities[1]?.issuer, authorities[0]?.subject);
  const days = (Date.parse(authorities[1]?.notAfter ?? "") - Date.now()) / 86_400_000;
  assert.ok(days > 2.9 && days <= 3, String(days));
});

for (const [what, spec, error] of [
  ["no caBundle: the system's roots", {}, ""],
  ["what is no PEM", { caBundle: base64("hello") }, "caBundle holds no certificate"],
  ["what is no base64", { caBundle: "%%%" }, "caBundle holds no certificate"],
  [
    "a block that is no certificate",
    { caBundle: base64("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") },
    "caBundle holds no certificate",
  ],
  ["what is no text at all", { caBundle: 7 }, ""],
] as const) {
  test(`trust of ${what}`, () => {
    assert.deepEqual(newTrust(spec), { skipsVerification: false, authorities: [], error });
  });
}

test("insecureSkipTLSVerify is kept", () => {
  assert.equal(newTrust({ insecureSkipTLSVerify: true }).skipsVerification, true);
});

test("a private key that slipped into a caBundle does not get through", () => {
  const kept = Buffer.from(
    onlyCertificates(base64(`${leaf.key}\n${authority.cert}`)) ?? "",
    "base64",
  ).toString();
  assert.equal(kept.trim(), authority.cert.trim());
  assert.equal(onlyCertificates(base64(leaf.key)), undefined);
});
