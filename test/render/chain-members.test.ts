import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint, PodInfo } from "../../src/cluster/cluster.ts";
import {
  memberLines,
  membersOf,
  memberTexts,
  routeText,
  selectorText,
  workloadText,
} from "../../src/render/chain-members.ts";
import type { ServiceChain } from "../../src/trace/service-chain.ts";
import { sampleTrace, traces } from "../helpers/traces.ts";
import { render } from "./rendering.ts";

function pod(name: string, known: Partial<PodInfo> = {}): PodInfo {
  return {
    name,
    node: "node-1",
    phase: "Running",
    ready: true,
    reason: "",
    restarts: 0,
    hostNetwork: false,
    ports: [],
    workload: { kind: "Deployment", name: "m" },
    ...known,
  };
}

function endpoint(name: string, known: Partial<Endpoint> = {}): Endpoint {
  return { address: "10.1.0.1", port: 10250, ready: true, pod: name, node: "node-1", ...known };
}

function chain(known: Partial<ServiceChain>): ServiceChain {
  return { namespace: "kube-system", name: "m", port: 443, endpoints: [], ...known };
}

const crashing = { ready: false, reason: "container m: CrashLoopBackOff", restarts: 41 };

for (const [what, known, texts] of [
  ["an endpoint alone", { endpoints: [endpoint("a")] }, ["a on node-1 (10.1.0.1:10250, ready)"]],
  [
    "an endpoint and its Pod",
    { endpoints: [endpoint("a")], pods: [pod("a")] },
    ["a on node-1 (10.1.0.1:10250, ready)"],
  ],
  [
    "two ports of one Pod",
    { endpoints: [endpoint("a"), endpoint("a", { port: 9090 })] },
    ["a on node-1 (10.1.0.1:10250 and 10.1.0.1:9090, ready)"],
  ],
  [
    "IPv6, of one and of two addresses",
    {
      endpoints: [
        endpoint("a", { address: "fd00::5" }),
        endpoint("b", { address: "fd00::6" }),
        endpoint("b", { address: "fd00::6", port: null }),
      ],
    },
    ["a on node-1 ([fd00::5]:10250, ready)", "b on node-1 ([fd00::6]:10250 and fd00::6, ready)"],
  ],
  [
    "addresses of no Pod",
    { endpoints: [endpoint("", { node: "" }), endpoint("", { node: "", address: "10.1.0.2" })] },
    ["no pod (10.1.0.1:10250, ready)", "no pod (10.1.0.2:10250, ready)"],
  ],
  [
    "a Pod that is restarted",
    { endpoints: [endpoint("a")], pods: [pod("a", { restarts: 1 })] },
    ["a on node-1 (10.1.0.1:10250, ready, 1 restart)"],
  ],
  [
    "a Pod that crashes",
    { endpoints: [endpoint("a", { ready: false })], pods: [pod("a", crashing)] },
    ["a on node-1 (10.1.0.1:10250, not ready: container m: CrashLoopBackOff, 41 restarts)"],
  ],
  [
    "a Pod without endpoint comes last",
    {
      endpoints: [endpoint("b")],
      pods: [pod("a", { ready: false, node: "", reason: "Unschedulable: no room" }), pod("b")],
    },
    ["b on node-1 (10.1.0.1:10250, ready)", "a (no endpoint, not ready: Unschedulable: no room)"],
  ],
  ["endpoints that were not seen", { pods: [pod("a")], reason: "forbidden" }, ["a on node-1 (ready)"]],
  [
    "they do not agree",
    {
      endpoints: [endpoint("a"), endpoint("b", { ready: false })],
      pods: [pod("a", { ready: false }), pod("b")],
    },
    [
      "a on node-1 (10.1.0.1:10250, endpoint ready, but the Pod is not)",
      "b on node-1 (10.1.0.1:10250, the Pod is ready, its endpoint not)",
    ],
  ],
] as const satisfies readonly (readonly [string, Partial<ServiceChain>, readonly string[]])[]) {
  test(`behind a Service: ${what}`, () =>
    assert.deepEqual(
      membersOf(chain(known)).map(({ text }) => text),
      texts,
    ));
}

const ports = [{ name: "https", port: 443, targetPort: "https" }];
const clusterIP = { type: "ClusterIP", clusterIP: "10.96.0.1" };
for (const [known, route, selector, workload] of [
  [{}, "", "", ""],
  [{ ...clusterIP, ports }, "type ClusterIP, ClusterIP 10.96.0.1, port 443 to https", "", ""],
  [{ ...clusterIP, ports, port: 444 }, "type ClusterIP, ClusterIP 10.96.0.1, no port 444", "", ""],
  [{ type: "ExternalName", selector: {}, pods: [] }, "type ExternalName", "", ""],
  [{ type: "ClusterIP", selector: {} }, "type ClusterIP", "the Service has no selector", ""],
  [{ selector: { app: "m", tier: "x" }, pods: [] }, "", "the selector app=m,tier=x chooses no Pod", ""],
  [
    {
      selector: { app: "m" },
      pods: [pod("a"), pod("b"), pod("c", { workload: { kind: "DaemonSet", name: "d" } })],
    },
    "",
    "",
    "Deployment m, DaemonSet d",
  ],
] as const) {
  test(`in words: ${JSON.stringify(known)}`, () => {
    const of = chain(known);
    assert.deepEqual([routeText(of), selectorText(of), workloadText(of)], [route, selector, workload]);
  });
}

test("flow and wide show the whole chain", async () => {
  const { target } = traces.topNodes;
  assert.ok(target.kind === "Service");
  const name = target.endpoints[0]?.pod ?? "";
  const whole = { ...target, ports, selector: { app: "m" }, pods: [pod(name), pod("m-2", crashing)] };
  const trace = sampleTrace({ ...traces.topNodes, target: whole });
  const wanted = [
    "type ClusterIP, ClusterIP 10.96.42.7, port 443 to https",
    "1 of 2 ready, of Deployment m",
    `${name} on node-1 (10.244.0.5:10250, ready)`,
    "m-2 on node-1 (no endpoint, not ready: container m: CrashLoopBackOff, 41 restarts)",
  ];
  const flow = await render("flow", [trace], { columns: null });
  for (const line of wanted) assert.ok(flow.includes(`  ${line}\n`), flow);
  const wide = await render("wide", [trace]);
  assert.ok(wide.includes(`  Deployment m: ${wanted.slice(2).join("; ")}  `), wide);
});

test("flow: of many Pods, those that are not ready are listed", async () => {
  const { target } = traces.topNodes;
  assert.ok(target.kind === "Service");
  const pods = [...Array.from({ length: 8 }, (_, i) => pod(`m-${i}`)), pod("m-8", crashing)];
  const endpoints = pods.map(({ name, ready }) => endpoint(name, { ready }));
  const text = await render("flow", [
    sampleTrace({ ...traces.topNodes, target: { ...target, pods, endpoints } }),
  ]);
  assert.match(text, /8 of 9 ready, of Deployment m\n│ +m-8 on node-1/);
  assert.match(text, /and 4 more\n/);
});

test("flow: a Pod that nothing leads to does not count as ready", async () => {
  const { target } = traces.topNodes;
  assert.ok(target.kind === "Service");
  const whole = { ...target, pods: [pod("m-1")], endpoints: [] };
  const text = await render("flow", [sampleTrace({ ...traces.topNodes, target: whole })]);
  assert.match(
    text,
    /✗ {2}endpoints {7}0 of 1 ready, of Deployment m\n[│┆] +m-1 on node-1 \(no endpoint, ready\)/,
  );
});

test("ten thousand Pods fit into a few lines and one cell", () => {
  const pods = Array.from({ length: 10_000 }, (_, i) =>
    pod(`m-${i}`, { workload: { kind: "Job", name: `j-${i}` } }),
  );
  const many = chain({ pods });
  assert.equal(memberLines(many).length, 8);
  assert.equal(memberTexts(many).length, 21);
  assert.equal(workloadText(many), "Job j-0, Job j-1, Job j-2 and 9997 more");
});
