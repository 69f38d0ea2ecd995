import assert from "node:assert/strict";
import { test } from "node:test";
import type { CertificateInfo, Trust } from "../../src/cluster/cluster.ts";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { noteOfExpiry, warnOfExpiry } from "../../src/command/check-certificates.ts";
import type { CheckReport } from "../../src/render/check-report.ts";
import { newAuthority } from "../helpers/certificates.ts";
import { check, core, metrics } from "./check-cases.ts";
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

test("from a file, in every format, without a change of the exit code", async () => {
  const { cert } = await newAuthority("soon");
  const caBundle = Buffer.from(cert).toString("base64");
  const trusted: KubeObject = {
    ...metrics,
    spec: { ...(metrics["spec"] as object), caBundle },
  };
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: [core, trusted] });
  for (const output of ["table", "json", "yaml", "junit", "github", "sarif", "markdown"] as const) {
    const given = { files: ["-"], certExpiryMs: 14 * dayMs, output };
    const { exitCode, stdout } = await check(given, "", createTestIo({ input }));
    assert.equal(exitCode, 0, output);
    assert.match(stdout, /CN=soon/, output);
  }
  const { stdout } = await check({ files: ["-"], output: "json" }, "", createTestIo({ input }));
  assert.ok((JSON.parse(stdout) as CheckReport).items.every(({ warnings }) => warnings === undefined));
});

const nobody = { kind: "clientCertificate", name: "", token: null, asOf: now } as const;
const ofClient: readonly [days: number, notes: readonly string[]][] = [
  [20, []],
  [2.5, ["the kubeconfig's client certificate CN=alice expires in 2 days, on 2025-06-04"]],
  [-1, ["the kubeconfig's client certificate CN=alice expired on 2025-05-31"]],
];
for (const [days, expected] of ofClient) {
  test(`a client certificate that ends in ${days} days`, () => {
    const certificate = { subject: "CN=alice", validFrom: 0, expiresAt: now + days * dayMs };
    const window = { now, until: now + 14 * dayMs };
    assert.deepEqual(noteOfExpiry({ ...nobody, certificate }, window), expected);
    assert.deepEqual(noteOfExpiry({ ...nobody, kind: "token", certificate: null }, window), []);
  });
}
