import assert from "node:assert/strict";
import { test } from "node:test";
import { apiServiceRouteOf, parseApiServiceName } from "../../src/api/api-service-route.ts";
import { isBuiltInGroup } from "../../src/api/built-in-groups.ts";

for (const [path, expected] of [
  ["/api", "v1."],
  ["/api/v1", "v1."],
  ["/api/v1/pods", "v1."],
  ["/apis/metrics.k8s.io/v1beta1", "v1beta1.metrics.k8s.io"],
  ["/apis/metrics.k8s.io/v1beta1/nodes", "v1beta1.metrics.k8s.io"],
  ["/apis", "aggregator"],
  ["/apis/", "aggregator"],
  ["/apis/metrics.k8s.io", "aggregator"],
  ["/apis/metrics.k8s.io/", "aggregator"],
  ["/apis/apiregistration.k8s.io/v1/apiservices", "aggregator"],
  ["/version", "none"],
  ["/apiserver", "none"],
  ["/", "none"],
  ["", "none"],
] as const) {
  test(`${path} goes to ${expected}`, () => {
    const route = apiServiceRouteOf(path);
    assert.equal(route.kind === "apiService" ? route.name : route.kind, expected);
  });
}

test("an APIService's name is its version, a dot and its group", () => {
  assert.deepEqual(parseApiServiceName("v1."), { version: "v1", group: "" });
  assert.deepEqual(parseApiServiceName("v1beta1.metrics.k8s.io"), {
    version: "v1beta1",
    group: "metrics.k8s.io",
  });
  assert.deepEqual(
    [isBuiltInGroup(""), isBuiltInGroup("apps"), isBuiltInGroup("metrics.k8s.io")],
    [true, true, false],
  );
});
