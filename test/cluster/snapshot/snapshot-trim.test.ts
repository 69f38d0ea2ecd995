import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import { shapes } from "../../../src/cluster/snapshot/snapshot-shapes.ts";
import { trimObject } from "../../../src/cluster/snapshot/snapshot-trim.ts";
import { clusterRole, clusterRoleBinding, rule } from "../../rbac/policies.ts";
import {
  apiService,
  customResourceDefinition,
  endpointSlice,
  pod,
  secret,
  service,
  webhookConfiguration,
} from "../objects.ts";

const kept: readonly [what: string, object: KubeObject, expected: unknown][] = [
  [
    "APIService",
    apiService("v1beta1.metrics.k8s.io", { namespace: "kube-system", name: "metrics-server", port: 443 }),
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { namespace: "kube-system", name: "metrics-server", port: 443 },
      },
      status: { conditions: [{ type: "Available", status: "True", reason: "Local", message: "" }] },
    },
  ],
  [
    "CustomResourceDefinition",
    customResourceDefinition("things", "example.com"),
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "things.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" },
        versions: [{ name: "v1", served: true, storage: true }],
        conversion: {
          strategy: "Webhook",
          webhook: {
            clientConfig: { service: { namespace: "things", name: "converter", path: "/convert" } },
          },
        },
      },
    },
  ],
  [
    "Pod",
    pod("kube-system", "metrics-server-0", { app: "metrics" }),
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "metrics-server-0",
        namespace: "kube-system",
        labels: { app: "metrics" },
        ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-1", controller: true }],
      },
      spec: {
        nodeName: "node-1",
        containers: [{ name: "server", ports: [{ name: "https", protocol: "TCP", containerPort: 10250 }] }],
      },
      status: {
        phase: "Running",
        conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady", message: "not yet" }],
        containerStatuses: [
          {
            name: "server",
            ready: false,
            restartCount: 7,
            state: { waiting: { reason: "CrashLoopBackOff" } },
          },
        ],
      },
    },
  ],
  [
    "ValidatingWebhookConfiguration",
    webhookConfiguration(),
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "policy" },
      webhooks: [
        {
          name: "policy.example.com",
          clientConfig: { url: "https://hooks.example.com:8443" },
          rules: [
            { apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["pods"], scope: "*" },
          ],
          failurePolicy: "Fail",
          namespaceSelector: { matchLabels: { checked: "yes" } },
          sideEffects: "None",
          timeoutSeconds: 5,
        },
      ],
    },
  ],
  [
    "ClusterRole, with the core group's empty name",
    clusterRole("r", rule("get - pods")),
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "r" },
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    },
  ],
  [
    "ClusterRoleBinding",
    clusterRoleBinding("b", "r", "ServiceAccount:ci/robot"),
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "b" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "r" },
      subjects: [{ kind: "ServiceAccount", namespace: "ci", name: "robot" }],
    },
  ],
];

for (const [what, object, expected] of kept) {
  test(`what is kept of a ${what}`, () => {
    const trimmed = trimObject(object);
    assert.deepEqual(trimmed, expected);
    assert.deepEqual(Object.keys(trimmed ?? {}).slice(0, 3), ["apiVersion", "kind", "metadata"]);
  });
}

for (const object of [service("ns", "web", { app: "web" }), endpointSlice("ns", "web", ["10.0.0.1"])]) {
  test(`nothing secret is kept of a ${object.kind}`, () => {
    assert.ok(JSON.stringify(object).includes(secret));
    assert.ok(!JSON.stringify(trimObject(object)).includes(secret));
  });
}

for (const kind of ["Secret", "ConfigMap", "Node", "toString", "__proto__", ""]) {
  test(`nothing at all is kept of a "${kind}"`, () => {
    assert.equal(trimObject({ apiVersion: "v1", kind, metadata: { name: "x" }, data: { a: secret } }), null);
  });
}

test("something else in the place of a value is not kept", () => {
  const object = {
    ...apiService("v1.x"),
    metadata: { name: "v1.x", labels: { a: { b: secret }, c: "d" } },
    spec: { group: { deep: secret }, version: [secret], service: secret },
    status: { conditions: { type: secret } },
  } as unknown as KubeObject;
  assert.deepEqual(trimObject(object), {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1.x", labels: { c: "d" } },
  });
});

test("the uid is kept only of those that responses name by it", () => {
  const kinds = Object.keys(shapes).filter((kind) => {
    const object = { apiVersion: "v1", kind, metadata: { name: "x", uid: "u-1" } };
    return trimObject(object)?.metadata["uid"] === "u-1";
  });
  assert.deepEqual(kinds.toSorted(), ["FlowSchema", "PriorityLevelConfiguration"]);
});

const anyJson = fc.jsonValue({ maxDepth: 6 });
const fields = fc.constantFrom(
  "spec",
  "status",
  "webhooks",
  "rules",
  "data",
  "subjects",
  "endpoints",
  "metadata",
);
const anyObject = fc
  .tuple(fc.constantFrom(...Object.keys(shapes)), fc.dictionary(fields, anyJson, { maxKeys: 6 }))
  .map(([kind, rest]) => ({ ...rest, apiVersion: "v1", kind, metadata: { ownerReferences: 3, name: "x" } }));

test("any object is trimmed without failing, and a second time changes nothing", () => {
  fc.assert(
    fc.property(anyObject, (object) => {
      const once = trimObject(object);
      assert.ok(once !== null);
      assert.deepEqual(trimObject(once), once);
    }),
  );
});
