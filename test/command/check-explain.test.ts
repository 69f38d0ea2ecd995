import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import type { CheckOptions } from "../../src/command/check.ts";
import { openClusterSource } from "../../src/command/check-source.ts";
import type { CheckReport } from "../../src/render/check-report.ts";
import { endpointSlice, pod, service } from "../cluster/objects.ts";
import { createReader } from "../cluster/snapshot/objects-server.ts";
import { check, core, metrics, metricsDown, path, start } from "./check-cases.ts";
import { createTestIo } from "./test-io.ts";

/* What stands behind that which is broken, and what breaks with it. */

const labels = { app: "metrics" };
const slice = endpointSlice("kube-system", "metrics-server", []);
const crashing = {
  ...pod("kube-system", "metrics-server-1", labels),
  status: {
    phase: "Running",
    conditions: [{ type: "Ready", status: "False" }],
    containerStatuses: [
      { name: "server", restartCount: 7, state: { waiting: { reason: "CrashLoopBackOff" } } },
    ],
  },
};
const message =
  "Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1";
const stuck: KubeObject = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "old" },
  status: {
    phase: "Terminating",
    conditions: [
      { type: "NamespaceDeletionDiscoveryFailure", status: "True", message },
      { type: "NamespaceDeletionContentFailure", status: "True", message },
    ],
  },
};
const autoscaler: KubeObject = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web", namespace: "shop" },
  status: {
    conditions: [
      {
        type: "ScalingActive",
        status: "False",
        lastTransitionTime: "2025-01-01T00:00:00Z",
        message: "unable to fetch metrics from resource metrics API: (get pods.metrics.k8s.io)",
      },
    ],
  },
};
const behind = [service("kube-system", "metrics-server", labels), slice, crashing];

function listsOf(apiService: KubeObject) {
  return {
    [path]: [core, apiService],
    "/api/v1/services": [behind[0] as KubeObject],
    "/apis/discovery.k8s.io/v1/endpointslices": [slice],
    "/api/v1/pods": [crashing],
    "/apis/apps/v1/replicasets": [],
    "/api/v1/namespaces": [stuck],
    "/apis/autoscaling/v2/horizontalpodautoscalers": [autoscaler],
  };
}

async function checkLive(
  apiService: KubeObject,
  given: Partial<CheckOptions> = {},
  refused: Readonly<Record<string, number>> = {},
) {
  const server = await start({ lists: listsOf(apiService), refused });
  const { exitCode, stdout } = await check({ output: "json", ...given }, server.url);
  return { exitCode, report: JSON.parse(stdout) as CheckReport, requests: server.requests };
}

test("live: the chain, what breaks, and six requests more, of which two follow one another", async () => {
  const { exitCode, report, requests } = await checkLive(metricsDown);
  assert.equal(exitCode, 1);
  const item = report.items.find(({ ok }) => !ok);
  assert.ok(item?.target.kind === "Service");
  assert.deepEqual(
    item.target.pods?.map(({ name, reason, restarts }) => [name, reason, restarts]),
    [["metrics-server-1", "container server: CrashLoopBackOff", 7]],
  );
  assert.match(item.diagnosis?.evidence.join("\n") ?? "", /CrashLoopBackOff/);
  assert.deepEqual(
    item.breaks?.map(({ kind, namespace, name, since }) => [kind, namespace, name, since]),
    [
      ["Namespace", "", "old", undefined],
      ["HorizontalPodAutoscaler", "shop", "web", "2025-01-01T00:00:00Z"],
    ],
  );
  assert.equal(report.notes, undefined);
  assert.equal(requests.length, 7);
});

test("all available: the APIServices are all that is asked for", async () => {
  const { exitCode, requests } = await checkLive(metrics);
  assert.deepEqual([exitCode, requests.length], [0, 1]);
});

test("who may not see what breaks gets the rest, and is told", async () => {
  const refused = { "/api/v1/namespaces": 403, "/apis/autoscaling/v2/horizontalpodautoscalers": 404 };
  const { exitCode, report } = await checkLive(metricsDown, {}, refused);
  assert.equal(exitCode, 1);
  assert.deepEqual(report.notes, ["which namespaces it breaks is not known: 403 Forbidden"]);
  assert.ok(report.items.every(({ breaks }) => breaks === undefined));
});

test("who may not see what stands behind it is told why", async () => {
  const refused = { "/api/v1/namespaces/kube-system/services/metrics-server": 403 };
  const { report } = await checkLive(metricsDown, {}, refused);
  const target = report.items.find(({ ok }) => !ok)?.target;
  assert.ok(target?.kind === "Service");
  assert.deepEqual([target.reason, target.pods], ["403 Forbidden", undefined]);
});

test("from files: what is in them", async () => {
  const items = [core, metricsDown, ...behind, stuck, autoscaler];
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const { exitCode, stdout } = await check({ files: ["-"], output: "json" }, "", createTestIo({ input }));
  const item = (JSON.parse(stdout) as CheckReport).items.find(({ ok }) => !ok);
  assert.equal(exitCode, 1);
  assert.ok(item?.target.kind === "Service");
  assert.deepEqual([item.target.pods?.length, item.breaks?.length], [1, 2]);
});

test("of Namespaces and autoscalers only those that complain are held", async () => {
  const well = Array.from({ length: 700 }, (_, at) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: `n${at}` },
    status: { phase: "Active" },
  }));
  const server = await start({
    lists: { ...listsOf(metricsDown), "/api/v1/namespaces": [...well, stuck] },
  });
  const source = await openClusterSource({}, async () => createReader(server.url));
  const { objects } = await source.readDependents();
  assert.deepEqual(
    objects.map(({ metadata }) => metadata.name),
    ["old", "web"],
  );
});
