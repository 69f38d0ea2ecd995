import assert from "node:assert/strict";
import { test } from "node:test";
import { complainsOf, newDependents } from "../../src/cluster/dependents.ts";
import type { KubeObject } from "../../src/cluster/kube-object.ts";

function namespace(phase: string, message: string, status = "True"): KubeObject {
  const conditions = [
    {
      type: "NamespaceDeletionDiscoveryFailure",
      status,
      lastTransitionTime: "2025-01-01T00:00:00Z",
      message,
    },
  ];
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: "old" }, status: { phase, conditions } };
}

function autoscaler(message: string, status = "False"): KubeObject {
  const conditions = [{ type: "ScalingActive", status, reason: "FailedGetResourceMetric", message }];
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", namespace: "shop" },
    status: { conditions },
  };
}

const stale = (group: string) =>
  `Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: ${group}: stale GroupVersion discovery: ${group}`;
const unable = (api: string, what: string) =>
  `the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from ${api} metrics API: the server is currently unable to handle the request (get ${what})`;

const metrics = { group: "metrics.k8s.io", version: "v1beta1" };
const custom = { group: "custom.metrics.k8s.io", version: "v1beta1" };

const cases: readonly [name: string, KubeObject, complainsOf: readonly object[]][] = [
  [
    "a Namespace names group and version",
    namespace("Terminating", stale("metrics.k8s.io/v1beta1")),
    [metrics],
  ],
  [
    "another group that ends the same",
    namespace("Terminating", stale("custom.metrics.k8s.io/v1beta1")),
    [custom],
  ],
  [
    "a path, and a sentence that ends",
    namespace("Terminating", "GET /apis/metrics.k8s.io/v1beta1/pods: no custom.metrics.k8s.io/v1beta1."),
    [metrics, custom],
  ],
  ["a longer version", namespace("Terminating", stale("metrics.k8s.io/v1beta11")), []],
  ["another version", namespace("Terminating", stale("metrics.k8s.io/v1")), []],
  ["a Namespace that is not being deleted", namespace("Active", stale("metrics.k8s.io/v1beta1")), []],
  ["a condition that is over", namespace("Terminating", stale("metrics.k8s.io/v1beta1"), "False"), []],
  ["an autoscaler", autoscaler(unable("resource", "pods.metrics.k8s.io")), [metrics]],
  ["one of custom metrics", autoscaler(unable("custom", "pods.custom.metrics.k8s.io")), [custom]],
  ["one that only names the API", autoscaler("no metrics returned from resource metrics API"), [metrics]],
  ["one that works", autoscaler(unable("resource", "pods.metrics.k8s.io"), "True"), []],
  ["one with another trouble", autoscaler("the target's selector is missing"), []],
  ["another kind", { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } }, []],
];

for (const [name, object, expected] of cases) {
  test(name, () => {
    const dependents = newDependents(object);
    const found = [metrics, custom].filter((api) => dependents.some((one) => complainsOf(one, api)));
    assert.deepEqual(found, expected);
  });
}

test("since when, and where", () => {
  const [one] = newDependents(namespace("Terminating", "m"));
  assert.deepEqual(one, {
    kind: "Namespace",
    namespace: "",
    name: "old",
    since: "2025-01-01T00:00:00Z",
    message: "m",
  });
});

test("a long message is gone through once", () => {
  const [long] = newDependents(
    namespace("Terminating", `${"a".repeat(2 << 20)} metrics.k8s.io/v1beta1: stale`),
  );
  assert.ok(long !== undefined && complainsOf(long, metrics) && !complainsOf(long, custom));
});

test("a namespace that is no text is none", () => {
  const object = autoscaler(unable("resource", "pods.metrics.k8s.io"));
  const broken = { ...object, metadata: { name: "web", namespace: { a: 1 } } } as unknown as KubeObject;
  assert.equal(newDependents(broken)[0]?.namespace, "");
});
