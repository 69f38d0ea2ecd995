import assert from "node:assert/strict";
import { test } from "node:test";
import { readApiServices, sortByPriority } from "../../src/sandbox/api-services.ts";
import { demoSnapshot } from "../helpers/sandbox.ts";

function order(...apiServices: readonly (readonly [name: string, group: number, version: number])[]): string {
  const objects = apiServices.map(([name, groupPriorityMinimum, versionPriority]) => ({
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name },
    spec: { groupPriorityMinimum, versionPriority },
  }));
  return sortByPriority(readApiServices(objects))
    .map(({ name }) => name)
    .join(" ");
}

test("groups by their highest priority, then by name", () => {
  assert.equal(
    order(["v1.b", 10, 1], ["v1.a", 10, 1], ["v1.c", 5, 1], ["v2.c", 20, 1]),
    "v2.c v1.c v1.a v1.b",
  );
});

test("versions of a group by priority, then as Kubernetes sorts them", () => {
  assert.equal(order(["v2.a", 1, 1], ["v1.a", 1, 9]), "v1.a v2.a");
  const versions = ["foo1", "v1alpha1", "v11beta2", "v1", "v2", "v10", "v1beta3"];
  const sorted = "v10.a v2.a v1.a v11beta2.a v1beta3.a v1alpha1.a foo1.a";
  assert.equal(order(...versions.map((version) => [`${version}.a`, 1, 1] as const)), sorted);
});

test("what answers for each kind of APIService of the demo", () => {
  const backends = new Map(readApiServices(demoSnapshot().items).map((one) => [one.name, one]));
  assert.equal(backends.get("v1.apps")?.backend, "local");
  assert.equal(backends.get("v1beta1.metrics.k8s.io")?.backend, "answers");
  assert.equal(backends.get("v1beta1.metrics.k8s.io")?.address, "10.96.114.7:443");
  assert.equal(backends.get("v1beta1.custom.metrics.k8s.io")?.backend, "unavailable");
});
