import assert from "node:assert/strict";
import { test } from "node:test";
import type { Diagnosis } from "../../../src/trace/diagnosis/diagnosis.ts";
import { onCluster } from "../../../src/trace/diagnosis/on-cluster.ts";

function adviceOn(flags: string, ...advice: readonly string[]): readonly string[] {
  const diagnosis: Diagnosis = { party: "Aggregator", cause: "Unknown", summary: "", evidence: [], advice };
  return onCluster(diagnosis, flags).advice;
}

for (const [line, expected] of [
  ["kubectl get pods -n shop", "kubectl --context prod get pods -n shop"],
  ["kubectl get nodes -o wide | grep x", "kubectl --context prod get nodes -o wide | grep x"],
  ["kubectl trace check v1beta1.metrics.k8s.io", "kubectl trace check --context prod v1beta1.metrics.k8s.io"],
  ["install it again, or kubectl delete it", "install it again, or kubectl delete it"],
  ["date -u", "date -u"],
] as const) {
  test(`on another cluster: ${line}`, () => {
    assert.deepEqual(adviceOn("--context prod", line), [expected]);
    assert.deepEqual(adviceOn("", line), [line]);
  });
}

test("flags are taken word for word", () => {
  const flags = "--context 'a $& $1'";
  assert.deepEqual(adviceOn(flags, "kubectl get pods"), [`kubectl ${flags} get pods`]);
});
