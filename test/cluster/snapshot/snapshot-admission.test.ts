import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import { clusterOf, items, missing, no, yes } from "./snapshot-cases.ts";

const group = "admissionregistration.k8s.io";

function object(kind: string, name: string, more: object = {}): KubeObject {
  return { apiVersion: `${group}/v1`, kind, metadata: { name }, ...more };
}

function configuration(kind: string, name: string, ...webhooks: readonly string[]): KubeObject {
  return object(`${kind}WebhookConfiguration`, name, { webhooks: webhooks.map((one) => ({ name: one })) });
}

const namespaces: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", labels: { guarded: "true" } } },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "b" } },
];
const admission = [
  configuration("Validating", "a", "v2", "v1"),
  configuration("Mutating", "b", "m2"),
  configuration("Mutating", "B", "m1"),
  object("ValidatingAdmissionPolicy", "p"),
  object("ValidatingAdmissionPolicyBinding", "b", { spec: { policyName: "p" } }),
];
const whole = clusterOf({ items: [...items, ...admission, ...namespaces] });

test("webhooks in the order in which they are asked", async () => {
  const answer = await whole.admissionWebhooks();
  assert.deepEqual(answer.ok && answer.value.map(({ name }) => name), ["m1", "m2", "v2", "v1"]);
});

test("policies with their bindings", async () => {
  const answer = await whole.admissionPolicies();
  assert.deepEqual(answer.ok && answer.value.map(({ name, bindings }) => [name, bindings[0]?.name]), [
    ["p", "b"],
  ]);
});

test("a snapshot without any has none; objects that somebody gathered say nothing", async () => {
  assert.deepEqual(await clusterOf().admissionWebhooks(), yes([]));
  assert.deepEqual(await clusterOf().admissionPolicies(), yes([]));
  const some = clusterOf({ complete: false });
  assert.deepEqual(
    await some.admissionWebhooks(),
    no("f.yaml has no mutatingwebhookconfigurations and no validatingwebhookconfigurations"),
  );
  assert.equal((await some.admissionPolicies()).ok, false);
  assert.equal((await clusterOf({ complete: false, items: admission }).admissionWebhooks()).ok, true);
});

test("what could not be read is not known", async () => {
  const webhooks = clusterOf({ missing: missing(`validatingwebhookconfigurations.${group}`) });
  assert.deepEqual(await webhooks.admissionWebhooks(), no("not in the snapshot: 403 Forbidden"));
  assert.equal((await webhooks.admissionPolicies()).ok, true);
  const bindings = clusterOf({ missing: missing(`validatingadmissionpolicybindings.${group}`) });
  assert.deepEqual(await bindings.admissionPolicies(), no("not in the snapshot: 403 Forbidden"));
});

test("labels of namespaces", async () => {
  assert.deepEqual(await whole.namespaceLabels("a"), yes({ guarded: "true" }));
  assert.deepEqual(await whole.namespaceLabels("b"), yes({}));
  assert.deepEqual(await whole.namespaceLabels("c"), yes(null));
  assert.deepEqual(await clusterOf().namespaceLabels("a"), no("f.yaml has no namespace a"));
  const refused = clusterOf({ missing: missing("namespaces") });
  assert.deepEqual(await refused.namespaceLabels("a"), no("not in the snapshot: 403 Forbidden"));
  assert.equal((await whole.objectLabels("/api/v1/nodes/a")).ok, false);
});
