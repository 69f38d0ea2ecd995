import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import { newPodInfo } from "../../../src/cluster/snapshot/pod-info.ts";
import { trimObject } from "../../../src/cluster/snapshot/snapshot-trim.ts";

const notReady = {
  type: "Ready",
  status: "False",
  reason: "ContainersNotReady",
  message: "containers with unready status: [web]",
};

function pod(status: Record<string, unknown>, metadata: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-1", namespace: "shop", ...metadata },
    spec: {
      nodeName: "node-1",
      hostNetwork: true,
      containers: [{ name: "web", ports: [{ name: "https", containerPort: 8443 }] }],
    },
    status: { phase: "Running", ...status },
  };
}

for (const [what, object, reason] of [
  ["ready", pod({ conditions: [{ type: "Ready", status: "True" }] }), ""],
  [
    "a container that waits",
    pod({
      conditions: [notReady],
      containerStatuses: [
        { name: "web", restartCount: 7, state: { waiting: { reason: "CrashLoopBackOff" } } },
      ],
    }),
    "container web: CrashLoopBackOff",
  ],
  [
    "an init container that cannot get its image",
    pod({
      conditions: [notReady],
      initContainerStatuses: [{ name: "setup", state: { waiting: { reason: "ImagePullBackOff" } } }],
      containerStatuses: [{ name: "web", state: { waiting: { reason: "PodInitializing" } } }],
    }),
    "container setup: ImagePullBackOff",
  ],
  [
    "a container that has ended",
    pod({
      conditions: [notReady],
      containerStatuses: [{ name: "web", state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }],
    }),
    "container web: exit code 137 (OOMKilled)",
  ],
  [
    "a readiness probe that fails",
    pod({ conditions: [notReady], containerStatuses: [{ name: "web", state: { running: {} } }] }),
    "containers with unready status: [web]",
  ],
  [
    "no node",
    pod({
      phase: "Pending",
      conditions: [
        {
          type: "PodScheduled",
          status: "False",
          reason: "Unschedulable",
          message: "0/3 nodes are available",
        },
      ],
    }),
    "Unschedulable: 0/3 nodes are available",
  ],
  ["evicted", pod({ phase: "Failed", reason: "Evicted" }), "Evicted"],
  ["being deleted", pod({}, { deletionTimestamp: "2026-01-01T00:00:00Z" }), "it is being deleted"],
  ["nothing known yet", pod({ phase: "Pending" }), "Pending"],
] as const) {
  test(`why a Pod is not ready: ${what}`, () => {
    const info = newPodInfo(object, () => null);
    assert.equal(info.reason, reason);
    assert.equal(info.ready, what === "ready");
    // A snapshot says the same.
    assert.deepEqual(
      newPodInfo(trimObject(object) ?? object, () => null),
      info,
    );
  });
}

test("the workload is the Deployment of a ReplicaSet, or what else controls the Pod", () => {
  const controlledBy = (kind: string, name: string) => ({
    ownerReferences: [
      { kind: "Node", name: "node-1" },
      { kind, name, controller: true },
    ],
  });
  const ownerOf = (name: string) => (name === "web-7c9" ? { kind: "Deployment", name: "web" } : null);
  const workload = (metadata: Record<string, unknown>) => newPodInfo(pod({}, metadata), ownerOf).workload;
  assert.deepEqual(workload(controlledBy("ReplicaSet", "web-7c9")), { kind: "Deployment", name: "web" });
  assert.deepEqual(workload(controlledBy("ReplicaSet", "lone")), { kind: "ReplicaSet", name: "lone" });
  assert.deepEqual(workload(controlledBy("DaemonSet", "agent")), { kind: "DaemonSet", name: "agent" });
  assert.equal(workload({}), null);
});

test("restarts of all containers, ports and node", () => {
  const { restarts, ports, node, hostNetwork } = newPodInfo(
    pod({ containerStatuses: [{ restartCount: 2 }, { restartCount: 3 }, {}] }),
    () => null,
  );
  assert.deepEqual([restarts, node, hostNetwork], [5, "node-1", true]);
  assert.deepEqual(ports, [{ name: "https", port: 8443 }]);
});

test("the port of a side-car is one of the Pod's, also in a snapshot", () => {
  const object: KubeObject = {
    ...pod({}),
    spec: {
      initContainers: [
        { name: "setup", ports: [{ name: "setup", containerPort: 1 }] },
        { name: "proxy", restartPolicy: "Always", ports: [{ name: "proxy", containerPort: 9443 }] },
      ],
    },
  };
  const trimmed = trimObject(object);
  assert.ok(trimmed !== null);
  for (const one of [object, trimmed]) {
    assert.deepEqual(newPodInfo(one, () => null).ports, [{ name: "proxy", port: 9443 }]);
  }
});
