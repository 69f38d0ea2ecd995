import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequestInfo } from "../../../src/api/request-info.ts";
import { newRoundTrip } from "../../../src/log/round-trip.ts";
import { adviceFor } from "../../../src/trace/diagnosis/advice.ts";
import { type Cause, causes, type Party, parties } from "../../../src/trace/diagnosis/diagnosis.ts";
import type { Failed } from "../../../src/trace/diagnosis/finding.ts";

function failed(method: string, path: string): Failed {
  const url = `https://10.0.0.1:6443${path}`;
  return {
    roundTrip: newRoundTrip({ method, url, outcome: "response", source: { file: "-", line: 1 } }),
    requestInfo: parseRequestInfo(method, url),
    apiService: null,
    target: { kind: "Local", by: "built-in" },
    verdict: { decision: "unknown", reason: "", source: "none" },
  };
}

function advise(party: Party, cause: Cause, trace: Failed): readonly string[] {
  return adviceFor({ party, cause, evidence: [] }, trace, []);
}

const requests = [
  failed("GET", "/api/v1/namespaces/shop/pods/web"),
  failed("GET", "/api/v1/namespaces/shop/pods/web/log"),
];

for (const cause of Object.keys(causes) as Cause[]) {
  // Nothing is known of it, and so nothing to type.
  if (cause === "Unknown") continue;
  test(`there is something to type for ${cause}`, () => {
    const all = (Object.keys(parties) as Party[]).flatMap((party) =>
      requests.flatMap((request) => advise(party, cause, request)),
    );
    assert.ok(
      all.some((line) => /^(?:kubectl|date) /.test(line)),
      all.join("\n"),
    );
  });
}

for (const [cause, method, path, expected] of [
  [
    "ObjectNotFound",
    "GET",
    "/apis/apps/v1/namespaces/shop/deployments/web",
    "kubectl get deployments.apps web -n shop",
  ],
  ["ObjectNotFound", "GET", "/api/v1/namespaces/shop", "kubectl get namespaces shop"],
  ["ObjectNotFound", "GET", "/api/v1/nodes/$(id)", "kubectl get nodes NAME"],
  ["AlreadyExists", "POST", "/api/v1/namespaces/shop/configmaps", "kubectl get configmaps -n shop"],
  [
    "Conflict",
    "PUT",
    "/apis/example.com/v1/namespaces/shop/widgets/gear",
    "kubectl get widgets.example.com gear -n shop -o yaml",
  ],
  ["Invalid", "POST", "/apis/batch/v1/namespaces/shop/jobs", "kubectl explain jobs.batch"],
  [
    "MethodNotAllowed",
    "DELETE",
    "/apis/metrics.k8s.io/v1beta1/nodes",
    "kubectl api-resources -o wide --api-group=metrics.k8s.io",
  ],
  ["Expired", "GET", "/api/v1/pods?continue=x", "kubectl get pods -A"],
  [
    "EscalationForbidden",
    "POST",
    "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles",
    "kubectl auth can-i --list -n shop",
  ],
] as const) {
  test(`what to type for ${cause} of ${method} ${path}`, () => {
    assert.equal(advise("APIServer", cause, failed(method, path))[0], expected);
  });
}
