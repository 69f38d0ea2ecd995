import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeInfo } from "../../src/cluster/node-info.ts";
import type { PodDetail } from "../../src/cluster/pod-detail.ts";
import { actsOnTerminal } from "../../src/render/sanitize.ts";
import type { Connect } from "../../src/trace/connect.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { hostileText, localApiService, sampleTrace, traces } from "../helpers/traces.ts";
import { render } from "./rendering.ts";

const pod: PodDetail = {
  name: "web",
  namespace: "shop",
  node: "worker-1",
  phase: "Running",
  ready: true,
  reason: "",
  restarts: 0,
  hostNetwork: false,
  ports: [],
  workload: null,
  ip: "10.244.1.5",
  containers: [{ name: "web", kind: "container", state: "running", reason: "" }],
};
const starting: PodDetail = {
  ...pod,
  phase: "Pending",
  ready: false,
  reason: "container web: ContainerCreating",
  restarts: 1,
  containers: [{ name: "web", kind: "container", state: "waiting", reason: "ContainerCreating" }],
};
const nodeInfo: NodeInfo = {
  name: "worker-1",
  ready: "True",
  reason: "KubeletReady",
  message: "kubelet is posting ready status",
  since: "2025-11-20T10:00:00Z",
  addresses: [],
  kubeletPort: 10250,
};
const lost: NodeInfo = {
  ...nodeInfo,
  ready: "Unknown",
  reason: "NodeStatusUnknown",
  message: "Kubelet stopped posting node status.",
};
const place = {
  to: "kubelet",
  node: "worker-1",
  address: "192.0.2.12",
  port: 10250,
  container: "web",
} as const;

function logs(connect: Connect | undefined, answer: Partial<Trace["roundTrip"]> = {}): Trace {
  return sampleTrace({
    requestInfo: {
      path: "/api/v1/namespaces/shop/pods/web/log",
      verb: "get",
      namespace: "shop",
      subresource: "log",
      name: "web",
    },
    roundTrip: answer,
    ...(connect === undefined ? {} : { connect }),
  });
}

/** The station that is drawn for whom the request is handed on to. */
async function station(trace: Trace, label: string): Promise<string> {
  const drawn = (await render("flow", [trace], { columns: 100 })).split("\n");
  const start = drawn.findIndex((line) => line.slice(3).startsWith(`${label} `));
  const end = drawn.findIndex((line, i) => i > start && /^[│┆ ]$/.test(line));
  return start < 0 ? "" : drawn.slice(start, end).join("\n");
}

const unreached = {
  status: 500,
  statusText: "Internal Server Error",
  message:
    'Get "https://192.0.2.12:10250/containerLogs/shop/web/web": dial tcp 192.0.2.12:10250: i/o timeout',
};

for (const [name, trace, label, expected] of [
  [
    "a kubelet that answers",
    logs({ ...place, nodeInfo, pod }),
    "kubelet",
    `
✓  kubelet         node worker-1 (192.0.2.12:10250), ready
│                  Pod web: Running, ready
│                  container web: running`,
  ],
  [
    "a node that is lost",
    logs({ ...place, nodeInfo: lost, pod: starting }, unreached),
    "kubelet",
    `
✗  kubelet         node worker-1 (192.0.2.12:10250), of unknown readiness since 2025-11-20T10:00:00Z
┆                  NodeStatusUnknown: Kubelet stopped posting node status.
┆                  Pod web: Pending, not ready: container web: ContainerCreating, 1 restart
┆                  container web: waiting, ContainerCreating
┆                  the kubelet: logs and exec are passed on by kube-apiserver to the node, on port
┆                    10250`,
  ],
  [
    "a node that may not be looked at",
    logs({ to: "kubelet", node: "worker-1", container: "other", pod, reason: "nodes is forbidden" }),
    "kubelet",
    `
?  kubelet         node worker-1, of which nothing is known: nodes is forbidden
│                  Pod web: Running, ready
│                  container other, which the Pod does not have`,
  ],
  [
    "a Pod that may not be looked at",
    logs({ to: "kubelet", node: "", container: "web", reason: "pods is forbidden" }),
    "kubelet",
    `
?  kubelet         a node that is not known: pods is forbidden
│                  container web`,
  ],
  [
    "a Pod on no node",
    logs({ to: "kubelet", node: "", pod: { ...starting, node: "" } }),
    "kubelet",
    `
?  kubelet         no node: the Pod is on none yet
│                  Pod web: Pending, not ready: container web: ContainerCreating, 1 restart`,
  ],
  ["nobody asked", logs(undefined), "kubelet", "\n"],
  [
    "a proxied Pod",
    logs({ to: "pod", address: "2001:db8::5", port: 80, pod }),
    "pod",
    `
✓  pod             Pod web: Running, ready ([2001:db8::5]:80)`,
  ],
  [
    "a proxied Service",
    logs({
      to: "service",
      namespace: "shop",
      name: "web",
      port: 80,
      type: "ClusterIP",
      clusterIP: "10.96.1.2",
      endpoints: [{ address: "10.244.1.5", port: 8080, ready: false, pod: "web", node: "worker-1" }],
      pods: [starting],
    }),
    "service",
    `
?  service         Service shop/web:80
│                  type ClusterIP, ClusterIP 10.96.1.2
│                  0 of 1 ready
│                  web on worker-1 (10.244.1.5:8080, not ready: container web: ContainerCreating, 1
│                    restart)`,
  ],
] as const) {
  test(`flow: ${name}`, async () => assert.equal(`\n${await station(trace, label)}`, expected));
}

const versions = [
  { name: "v1", level: "stable", served: true, stored: true, deprecated: false },
  { name: "v1beta1", level: "beta", served: true, stored: false, deprecated: true },
  { name: "v1alpha1", level: "alpha", served: false, stored: false, deprecated: false },
  { name: "next", level: null, served: true, stored: false, deprecated: false },
] as const;
const trust = { skipsVerification: false, authorities: [], error: "" };
const service = {
  namespace: "things",
  name: "converter",
  port: 443,
  type: "ClusterIP",
  endpoints: [],
  pods: [],
  reason: "no Pods chosen",
};

function widgets(apiVersion: string, answer: Partial<Trace["roundTrip"]> = {}): Trace {
  return sampleTrace({
    requestInfo: {
      path: `/apis/example.com/${apiVersion}/widgets`,
      apiPrefix: "apis",
      apiGroup: "example.com",
      apiVersion,
      namespace: "",
      resource: "widgets",
    },
    roundTrip: answer,
    apiService: localApiService(`${apiVersion}.example.com`),
    target: {
      kind: "Local",
      by: "crd",
      crd: "widgets.example.com",
      versions,
      conversion: { service, trust },
    },
  });
}

const notConverted = {
  status: 500,
  statusText: "Internal Server Error",
  message:
    'conversion webhook for example.com/v1, Kind=Widget failed: Post "https://converter.things.svc:443/": no endpoints available for service "converter"',
};

for (const [name, trace, expected] of [
  ["a custom resource in the stored version", widgets("v1"), ""],
  [
    "a custom resource in another version",
    widgets("v1beta1"),
    `✓  conversion      between v1 and v1beta1 by Service things/converter:443
│                  type ClusterIP
│                  not known
│                  no Pods chosen`,
  ],
  [
    "a conversion that failed",
    widgets("v1", notConverted),
    `✗  conversion      by Service things/converter:443
┆                  type ClusterIP
┆                  not known
┆                  no Pods chosen
┆                  conversion: a custom resource is stored in one version; for any other one a
┆                    webhook is asked`,
  ],
] as const) {
  test(`flow: ${name}`, async () => assert.equal(await station(trace, "conversion"), expected));
}

test("flow: the versions of a custom resource", async () => {
  assert.equal(
    await station(widgets("v1beta1"), "backend"),
    `✓  backend         Local: kube-apiserver, for the CustomResourceDefinition widgets.example.com
│                  versions v1 (stable, stored), v1beta1 (beta, deprecated, used here), v1alpha1
│                    (alpha, not served), next`,
  );
});

test("table: what was seen of the node is said beneath the row", async () => {
  const text = await render("table", [logs({ ...place, nodeInfo: lost, pod }, unreached)], { columns: 300 });
  assert.match(text, /the kubelet, or the way to it \(ConnectionTimedOut\)/);
  assert.match(text, /try: kubectl get node worker-1 -o wide/);
  assert.match(text, /Node worker-1 is of unknown readiness since .*: Kubelet stopped posting node status\./);
});

test("table: the versions that are served are said beneath the row of one that is not", async () => {
  const answer = { status: 404, statusText: "Not Found", message: "404 page not found" };
  const text = await render("table", [widgets("v1alpha1", answer)], { columns: 300 });
  assert.match(text, /CustomResourceDefinition widgets\.example\.com serves v1, v1beta1, next, not v1alpha1/);
});

test("wide: whom it is handed on to, and the versions", async () => {
  const text = await render("wide", [logs({ ...place, nodeInfo, pod }), widgets("v1")], {});
  assert.match(text, / kubelet of node worker-1 \(192\.0\.2\.12:10250\), ready {2}/);
  assert.match(text, /versions: v1 \(stable, stored, used here\), v1beta1 \(beta, deprecated\)/);
  assert.doesNotMatch(text, /conversion/);
});

test("wide: what converts to another version than the stored one, down to the Pods", async () => {
  const text = await render("wide", [widgets("v1beta1")], {});
  assert.match(
    text,
    /v1beta1 \(beta, deprecated, used here\), .*; conversion between v1 and v1beta1 by Service things\/converter:443; type ClusterIP; not known; no Pods chosen/,
  );
});

test("JSON: all of it, and nothing where nothing is known", async () => {
  const connect: Connect = { ...place, nodeInfo: lost, pod };
  const parse = async (trace: Trace) => JSON.parse(await render("ndjson", [trace]));
  const found = await parse(logs(connect));
  assert.deepEqual(found.connect, connect);
  assert.ok(!("connect" in (await parse(logs(undefined)))));
  const { target } = await parse(widgets("v1"));
  assert.deepEqual([target.versions, target.conversion], [versions, { service, trust }]);
  assert.deepEqual(Object.keys((await parse(traces.crd)).target), ["kind", "by", "crd"]);
});

test("hostile names of Nodes, Pods and versions are made safe", async () => {
  const hostile: Trace = {
    ...logs(
      {
        to: "kubelet",
        node: hostileText,
        address: hostileText,
        nodeInfo: {
          ...lost,
          name: hostileText,
          reason: hostileText,
          message: hostileText,
          since: hostileText,
        },
        pod: { ...starting, name: hostileText, phase: hostileText, reason: hostileText },
        container: hostileText,
        reason: hostileText,
      },
      unreached,
    ),
    target: {
      kind: "Local",
      by: "crd",
      crd: hostileText,
      versions: [{ ...versions[0], name: hostileText, stored: false }],
      conversion: { url: hostileText, trust: { ...trust, error: hostileText } },
    },
  };
  for (const format of ["table", "wide", "flow", "json", "ndjson", "yaml"] as const) {
    const text = await render(format, [hostile]);
    assert.ok(!actsOnTerminal(text), format);
  }
});
