import assert from "node:assert/strict";
import { test } from "node:test";
import { newNodeInfo } from "../../src/cluster/node-info.ts";
import { newPodDetail } from "../../src/cluster/pod-detail.ts";
import { pod } from "./objects.ts";

const node = { apiVersion: "v1", kind: "Node", metadata: { name: "worker-1" } };

test("what a Node says of its kubelet", () => {
  const status = {
    conditions: [
      { type: "DiskPressure", status: "False" },
      {
        type: "Ready",
        status: "Unknown",
        reason: "NodeStatusUnknown",
        message: "Kubelet stopped posting node status.",
        lastTransitionTime: "2025-11-20T10:00:00Z",
      },
    ],
    addresses: [
      { type: "Hostname", address: "worker-1" },
      { type: "InternalIP", address: "192.0.2.12" },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
  };
  assert.deepEqual(newNodeInfo({ ...node, status }), {
    name: "worker-1",
    ready: "Unknown",
    reason: "NodeStatusUnknown",
    message: "Kubelet stopped posting node status.",
    since: "2025-11-20T10:00:00Z",
    addresses: [
      { type: "Hostname", address: "worker-1" },
      { type: "InternalIP", address: "192.0.2.12" },
    ],
    kubeletPort: 10250,
  });
});

test("a Node that says nothing, or nonsense", () => {
  const nothing = {
    name: "worker-1",
    ready: "Unknown",
    reason: "",
    message: "",
    since: "",
    addresses: [],
    kubeletPort: null,
  };
  assert.deepEqual(newNodeInfo(node), nothing);
  const status = {
    conditions: [{ type: "Ready", status: 1 }],
    addresses: "x",
    daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
  };
  assert.deepEqual(newNodeInfo({ ...node, status }), nothing);
});

test("a Pod's containers, each with its state", () => {
  const whole = {
    ...pod("shop", "web-1", {}),
    spec: {
      nodeName: "worker-1",
      initContainers: [{ name: "migrate" }],
      containers: [{ name: "web" }, { name: "proxy" }],
      ephemeralContainers: [{ name: "debugger" }],
    },
    status: {
      phase: "Pending",
      podIP: "10.244.1.5",
      initContainerStatuses: [{ name: "migrate", state: { running: {} } }],
      containerStatuses: [{ name: "web", state: { waiting: { reason: "PodInitializing" } } }],
      ephemeralContainerStatuses: [{ name: "debugger", state: { terminated: { reason: "Error" } } }],
    },
  };
  const { namespace, ip, containers } = newPodDetail(whole);
  assert.deepEqual([namespace, ip], ["shop", "10.244.1.5"]);
  assert.deepEqual(
    containers.map(({ name, kind, state, reason }) => `${kind} ${name} ${state} ${reason}`),
    [
      "container web waiting PodInitializing",
      "container proxy unknown ",
      "init migrate running ",
      "ephemeral debugger terminated Error",
    ],
  );
});
