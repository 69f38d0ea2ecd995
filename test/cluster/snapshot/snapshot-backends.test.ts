import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import { backendsOf } from "../../../src/cluster/snapshot/snapshot-backends.ts";
import { apiService, customResourceDefinition } from "../objects.ts";

function webhooks(kind: string, ...services: readonly (object | null)[]): KubeObject {
  const configs = services.map((service) => (service === null ? { url: "https://a.b" } : { service }));
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: { name: "w" },
    webhooks: configs.map((clientConfig, at) => ({ name: `w${at}`, clientConfig })),
  };
}

test("what APIServices, webhooks and conversions call, each Service once", () => {
  const shared = { namespace: "a", name: "shared" };
  const found = backendsOf([
    apiService("v1.apps"),
    apiService("v1.a.example.com", shared),
    webhooks("MutatingWebhookConfiguration", shared, null, { namespace: "b", name: "mutate", port: 8443 }),
    webhooks("ValidatingWebhookConfiguration", { namespace: "c", name: "validate" }),
    customResourceDefinition("things", "example.com"),
    { apiVersion: "v1", kind: "ValidatingWebhookConfiguration", metadata: { name: "of another group" } },
  ]);
  assert.deepEqual(
    found.map(({ namespace, name }) => `${namespace}/${name}`),
    ["a/shared", "b/mutate", "c/validate", "things/converter"],
  );
});
