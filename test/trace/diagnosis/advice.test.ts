import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequestInfo } from "../../../src/api/request-info.ts";
import { newRoundTrip, type RoundTrip } from "../../../src/log/round-trip.ts";
import { diagnose } from "../../../src/trace/diagnosis/diagnose.ts";

function firstAdvice(path: string, known: Partial<RoundTrip> = {}): string | undefined {
  const found = diagnose({
    roundTrip: newRoundTrip({
      method: "GET",
      url: `https://10.0.0.1:6443${path}`,
      outcome: "response",
      status: 403,
      source: { file: "-", line: 1 },
      ...known,
    }),
    requestInfo: parseRequestInfo("GET", path, ""),
    apiService: null,
    target: { kind: "Local", by: "built-in" },
    verdict: { decision: "denied", reason: "", source: "review" },
  });
  return found?.advice[0];
}

const jane = { user: "jane", groups: ["dev", "$(reboot)"], uid: "", extra: {} };

for (const [name, path, known, expected] of [
  ["in a namespace", "/api/v1/namespaces/shop/pods", {}, "kubectl auth can-i list pods -n shop"],
  ["in all namespaces", "/api/v1/pods", {}, "kubectl auth can-i list pods -A"],
  ["of a path", "/metrics", {}, "kubectl auth can-i get /metrics"],
  [
    "as somebody else",
    "/api/v1/namespaces/shop/pods",
    { impersonation: jane },
    "kubectl auth can-i list pods -n shop --as=jane --as-group=dev --as-group=GROUP",
  ],
  [
    "of hostile names",
    "/api/v1/namespaces/a%3Breboot/pods/%24(reboot)",
    {},
    "kubectl auth can-i get pods/NAME -n NAMESPACE",
  ],
] as const satisfies readonly (readonly [string, string, Partial<RoundTrip>, string])[]) {
  test(`the question of a 403 ${name}`, () => assert.equal(firstAdvice(path, known), expected));
}

test("what shows whom the kubeconfig trusts shows no secret of it", () => {
  const message = "tls: failed to verify certificate: x509: certificate signed by unknown authority";
  assert.equal(
    firstAdvice("/api/v1/pods", { outcome: "failed", status: null, message }),
    "kubectl config view --minify --raw -o jsonpath='{.clusters[0].cluster}'",
  );
});
