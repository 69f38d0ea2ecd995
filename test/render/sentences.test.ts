import assert from "node:assert/strict";
import { test } from "node:test";
import { factsText } from "../../src/render/sentences.ts";
import type { Diagnosis } from "../../src/trace/diagnosis/diagnosis.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { traces } from "../helpers/traces.ts";
import { linesOf, render } from "./rendering.ts";

const condition = `APIService v1beta1.metrics.k8s.io is not Available: MissingEndpoints: ${traces.unavailable.apiService?.message}`;
const pod = "Pod kube-system/m-1 on node-1 is not ready: container m: CrashLoopBackOff; 7 restarts";
const port = "Service kube-system/m has port 444, but the APIService names port 443";

function withEvidence(...facts: readonly string[]): Trace & { readonly diagnosis: Diagnosis } {
  const { diagnosis } = traces.unavailable;
  assert.ok(diagnosis !== null);
  return {
    ...traces.unavailable,
    diagnosis: { ...diagnosis, evidence: ["service unavailable", condition, ...facts] },
  };
}

test("facts are what neither the answer nor the condition nor the summary says", () => {
  const { diagnosis } = withEvidence(
    "the answer carries its Audit-Id twice: kube-apiserver relayed that of an extension API server",
    "kube-apiserver itself allows it: RBAC: allowed by …",
    pod,
    "no CustomResourceDefinition x: kube-apiserver answers 404",
    port,
  );
  const said = ["service unavailable", null, undefined, "", "no CustomResourceDefinition x"];
  assert.deepEqual(factsText(diagnosis, said), [pod, port]);
});

test("table: the fact that says most, once for all rows", async () => {
  const trace = withEvidence(pod, port);
  const text = await render("table", [trace, trace], { columns: null });
  assert.equal(linesOf(text).filter((line) => line.trim() === pod).length, 1);
  assert.ok(!text.includes(port));
});

test("flow: what is seen of Pods stands at their station, all else at the diagnosis", async () => {
  const text = await render("flow", [withEvidence(port, pod)], { columns: null });
  assert.match(
    text,
    /✗ {2}diagnosis {7}kube-apiserver's aggregator \(MissingEndpoints\).*\n +Service kube-system\/m has port 444/,
  );
  assert.ok(!text.includes(pod));
});
