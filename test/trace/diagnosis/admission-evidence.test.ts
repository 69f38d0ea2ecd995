import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequestInfo } from "../../../src/api/request-info.ts";
import type { CertificateInfo, Trust } from "../../../src/cluster/cluster.ts";
import { newRoundTrip } from "../../../src/log/round-trip.ts";
import { admissionEvidence } from "../../../src/trace/diagnosis/admission-evidence.ts";

const ca: CertificateInfo = {
  subject: "CN=ca",
  issuer: "CN=ca",
  notBefore: "2026-01-01T00:00:00.000Z",
  notAfter: "2026-12-31T00:00:00.000Z",
  isAuthority: true,
  names: [],
};
const own = { ...ca, subject: "CN=w", isAuthority: false, names: ["hook.hooks.svc"] };

function said(trust: Partial<Trust>, now = "2026-06-01T00:00:00Z"): string | undefined {
  const message = 'failed calling webhook "w.example.com": failed to call webhook: x';
  const url = "https://10.0.0.1:6443/api/v1/namespaces/a/pods";
  const evidence = admissionEvidence(
    { party: "Admission" },
    {
      roundTrip: newRoundTrip({
        method: "POST",
        url,
        outcome: "response",
        message,
        source: { file: "-", line: 1 },
      }),
      requestInfo: parseRequestInfo("POST", url, ""),
      apiService: null,
      target: { kind: "Local", by: "built-in" },
      verdict: { decision: "allowed", reason: "", source: "review" },
      admission: [
        {
          phase: "validating",
          kind: "ValidatingWebhookConfiguration",
          configuration: "c",
          webhook: "w.example.com",
          matches: "yes",
          why: "",
          failurePolicy: "Fail",
          target: { kind: "Service", namespace: "hooks", name: "hook", port: 443, endpoints: [] },
          trust: { skipsVerification: false, authorities: [], error: "", ...trust },
        },
      ],
    },
    Date.parse(now),
  );
  return evidence.at(-1);
}

for (const [name, expected, trust, now] of [
  ["none", "clientConfig.caBundle is empty: the roots of kube-apiserver's own machine count", {}],
  [
    "no certificate",
    "clientConfig.caBundle holds no certificate",
    { error: "caBundle holds no certificate" },
  ],
  ["an authority", "clientConfig.caBundle trusts CN=ca, until 2026-12-31T00:00:00Z", { authorities: [ca] }],
  [
    "the webhook's own",
    "clientConfig.caBundle trusts CN=w, until 2026-12-31T00:00:00Z",
    { authorities: [own] },
  ],
  [
    "another one's own",
    "clientConfig.caBundle trusts CN=w, until 2026-12-31T00:00:00Z, which is no authority, and not for hook.hooks.svc",
    { authorities: [{ ...own, names: ["other.hooks.svc"] }] },
  ],
  [
    "an expired one",
    "clientConfig.caBundle trusts CN=ca, which expired on 2026-12-31T00:00:00Z",
    { authorities: [ca] },
    "2027-01-01T00:00:00Z",
  ],
] as const satisfies readonly (readonly [string, string, Partial<Trust>, string?])[]) {
  test(`whom kube-apiserver trusts at a webhook: ${name}`, () => assert.equal(said(trust, now), expected));
}
