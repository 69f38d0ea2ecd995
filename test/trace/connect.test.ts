import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer, Cluster } from "../../src/cluster/cluster.ts";
import { readSnapshot } from "../../src/cluster/snapshot/snapshot.ts";
import { createSnapshotCluster } from "../../src/cluster/snapshot/snapshot-cluster.ts";
import { newRoundTrip, type RoundTrip } from "../../src/log/round-trip.ts";
import { resolveTrace } from "../../src/trace/resolve-trace.ts";
import type { Trace } from "../../src/trace/trace.ts";

const local = 'status: { conditions: [{ type: Available, status: "True", reason: Local }] }';
const cluster = createSnapshotCluster(
  readSnapshot(
    `
apiVersion: kubectl-trace/v1alpha1
kind: Snapshot
user: { username: jane, groups: [dev] }
items:
- { apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1. }, spec: { version: v1 }, ${local} }
- { apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1.example.com }, spec: { group: example.com, version: v1 }, ${local} }
- { apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1beta1.example.com }, spec: { group: example.com, version: v1beta1 }, ${local} }
- { apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1alpha1.example.com }, spec: { group: example.com, version: v1alpha1 }, ${local} }
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: { name: widgets.example.com }
  spec:
    group: example.com
    names: { plural: widgets }
    versions:
    - { name: v1alpha1, served: false, storage: false }
    - { name: v1beta1, served: true, storage: false, deprecated: true }
    - { name: v1, served: true, storage: true }
    conversion: { strategy: Webhook, webhook: { clientConfig: { service: { namespace: things, name: converter } } } }
- { apiVersion: v1, kind: Service, metadata: { namespace: things, name: converter }, spec: { type: ClusterIP, clusterIP: 10.96.1.2, selector: { app: c }, ports: [{ port: 443, targetPort: 8443 }] } }
- { apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { namespace: things, name: c, labels: { kubernetes.io/service-name: converter } },
    ports: [{ port: 8443 }], endpoints: [{ addresses: [10.244.1.7], conditions: { ready: false }, nodeName: worker-1, targetRef: { kind: Pod, name: converter-1 } }] }
- { apiVersion: v1, kind: Pod, metadata: { namespace: things, name: converter-1, labels: { app: c } }, spec: { nodeName: worker-1, containers: [{ name: c }] },
    status: { phase: Running, containerStatuses: [{ name: c, restartCount: 7, state: { waiting: { reason: CrashLoopBackOff } } }] } }
- { apiVersion: v1, kind: Service, metadata: { namespace: shop, name: named }, spec: { type: ClusterIP, clusterIP: None, selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] } }
- { apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { namespace: shop, name: named-1, labels: { kubernetes.io/service-name: named } },
    ports: [{ name: http, port: 8080 }], endpoints: [{ addresses: [10.244.1.5], conditions: { ready: true }, nodeName: worker-1, targetRef: { kind: Pod, name: web } }] }
- { apiVersion: v1, kind: Service, metadata: { namespace: shop, name: outside }, spec: { type: ClusterIP, clusterIP: 10.96.1.9, ports: [{ port: 80, targetPort: 8080 }] } }
- { apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { namespace: shop, name: outside-1, labels: { kubernetes.io/service-name: outside } },
    ports: [{ name: "", port: 8080 }], endpoints: [{ addresses: [192.0.2.80], conditions: { ready: true } }] }
- { apiVersion: v1, kind: Node, metadata: { name: worker-1 }, status: { conditions: [{ type: Ready, status: "True", reason: KubeletReady }],
    addresses: [{ type: Hostname, address: worker-1 }, { type: InternalIP, address: 192.0.2.12 }], daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } } }
- { apiVersion: v1, kind: Node, metadata: { name: worker-2 }, status: { conditions: [{ type: Ready, status: Unknown, reason: NodeStatusUnknown, message: Kubelet stopped posting node status., lastTransitionTime: "2025-11-20T10:00:00Z" }],
    addresses: [{ type: InternalIP, address: "2001:db8::2" }] } }
- { apiVersion: v1, kind: Pod, metadata: { namespace: shop, name: web, labels: { app: web } }, spec: { nodeName: worker-1, containers: [{ name: web, ports: [{ containerPort: 8080 }] }] },
    status: { phase: Running, podIP: 10.244.1.5, conditions: [{ type: Ready, status: "True" }], containerStatuses: [{ name: web, state: { running: {} } }] } }
- { apiVersion: v1, kind: Pod, metadata: { namespace: shop, name: pair }, spec: { nodeName: worker-2, containers: [{ name: a }, { name: b }] }, status: { phase: Running, podIP: 10.244.2.5 } }
- { apiVersion: v1, kind: Pod, metadata: { namespace: shop, name: starting }, spec: { nodeName: worker-1, containers: [{ name: web }] },
    status: { phase: Pending, containerStatuses: [{ name: web, state: { waiting: { reason: ContainerCreating } } }] } }
- { apiVersion: v1, kind: Pod, metadata: { namespace: shop, name: homeless }, spec: { containers: [{ name: web }] },
    status: { phase: Pending, conditions: [{ type: PodScheduled, status: "False", reason: Unschedulable, message: 0/2 nodes are available }] } }
- { apiVersion: v1, kind: Pod, metadata: { namespace: shop, name: orphan }, spec: { nodeName: gone, containers: [{ name: web }] }, status: { phase: Running } }
`,
    "test.yaml",
  ),
);

const server = "https://10.0.0.1:6443";

async function resolve(
  request: string,
  answer: Partial<RoundTrip> = { status: 200 },
  { detail = true, asked = cluster }: { readonly detail?: boolean; readonly asked?: Cluster } = {},
): Promise<Trace> {
  const [method = "", path = ""] = request.split(" ");
  const trip = newRoundTrip({
    method,
    url: server + path,
    outcome: "response",
    statusReason: "x",
    source: { file: "-", line: 1 },
    ...answer,
  });
  return await resolveTrace(trip, { clusterOf: () => ({ cluster: asked }), detail, own: true });
}

const shop = "/api/v1/namespaces/shop";
const gone: Cluster = {
  ...cluster,
  pod: async () => ({ ok: true, value: null }),
  node: async () => ({ ok: true, value: null }),
};
const refusal = {
  ok: false,
  reason: 'nodes "worker-1" is forbidden',
  status: 403,
} as const satisfies Answer<never>;
const fewRights: Cluster = { ...cluster, node: async () => refusal };
const noRights: Cluster = {
  ...cluster,
  pod: async () => refusal,
  node: async () => refusal,
  service: async () => refusal,
  endpoints: async () => refusal,
};

/** To whom, at which address, the node's readiness, the container: as far as each is known. */
const handedOn: readonly (readonly [
  request: string,
  expected: Record<string, unknown> | null,
  asked?: Cluster,
])[] = [
  [
    `GET ${shop}/pods/web/log`,
    { to: "kubelet", node: "worker-1", address: "192.0.2.12", port: 10250, container: "web", ready: "True" },
  ],
  [
    `GET ${shop}/pods/web/exec?command=ls&container=other`,
    {
      to: "kubelet",
      node: "worker-1",
      address: "192.0.2.12",
      port: 10250,
      container: "other",
      ready: "True",
    },
  ],
  [
    // Which of two containers is meant, the URL does not say; a Node need not name its kubelet's port.
    `POST ${shop}/pods/pair/attach`,
    { to: "kubelet", node: "worker-2", address: "2001:db8::2", port: 10250, ready: "Unknown" },
  ],
  [`POST ${shop}/pods/homeless/portforward`, { to: "kubelet", node: "", container: "web" }],
  [
    `GET ${shop}/pods/orphan/log`,
    { to: "kubelet", node: "gone", container: "web", reason: "test.yaml has no node gone" },
  ],
  [
    `GET ${shop}/pods/web/log`,
    { to: "kubelet", node: "worker-1", container: "web", reason: 'nodes "worker-1" is forbidden' },
    fewRights,
  ],
  [
    `GET ${shop}/pods/web/log`,
    { to: "kubelet", node: "", reason: 'nodes "worker-1" is forbidden' },
    noRights,
  ],
  [`GET ${shop}/pods/web/log`, { to: "kubelet", node: "", isAbsent: true }, gone],
  [`GET ${shop}/pods/web/proxy/`, { to: "pod", address: "10.244.1.5", port: 8080 }],
  [`GET ${shop}/pods/http:web:9090/proxy/`, { to: "pod", address: "10.244.1.5", port: 9090 }],
  [`GET ${shop}/pods/pair/proxy/`, { to: "pod", address: "10.244.2.5" }],
  [`GET ${shop}/pods/web/proxy/`, { to: "pod", isAbsent: true }, gone],
  [
    "GET /api/v1/nodes/worker-1/proxy/metrics",
    { to: "kubelet", node: "worker-1", address: "192.0.2.12", port: 10250, ready: "True" },
  ],
  [
    "GET /api/v1/nodes/worker-1:9100/proxy/metrics",
    { to: "node", node: "worker-1", address: "192.0.2.12", port: 9100, ready: "True" },
  ],
  ["GET /api/v1/nodes/worker-9/proxy/", { to: "kubelet", node: "worker-9", isAbsent: true }, gone],
  ["GET /api/v1/namespaces/things/services/https:converter:443/proxy/", { to: "service", port: 443 }],
  ["GET /api/v1/namespaces/things/services/converter/proxy/", { to: "service", port: 443 }],
  [`GET ${shop}/services/web/proxy/`, { to: "service", port: 0, reason: refusal.reason }, noRights],
  [`GET ${shop}/services/named:http/proxy/`, { to: "service", port: 80 }],
  [`GET ${shop}/services/named/proxy/`, { to: "service", port: 0 }],
  [`GET ${shop}/pods/web`, null],
  ["GET /version", null],
];

for (const [request, expected, asked] of handedOn) {
  test(`whom kube-apiserver hands ${request} on to`, async () => {
    const { connect } = await resolve(request, undefined, asked === undefined ? {} : { asked });
    if (connect === undefined) {
      assert.equal(expected, null);
      return;
    }
    const { to, port, reason } = connect;
    const isNode = connect.to === "kubelet" || connect.to === "node";
    const found = {
      to,
      ...(isNode ? { node: connect.node, container: connect.container, ready: connect.nodeInfo?.ready } : {}),
      ...(connect.to === "service" ? {} : { address: connect.address }),
      port,
      reason,
      ...((connect.to !== "service" && connect.pod === null) || (isNode && connect.nodeInfo === null)
        ? { isAbsent: true }
        : {}),
    };
    assert.deepEqual(
      Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)),
      expected,
    );
  });
}

test("what stands behind is asked for with detail, and where the request failed", async () => {
  const log = `GET ${shop}/pods/web/log`;
  const widgets = "GET /apis/example.com/v1beta1/widgets";
  const isSeen = async (request: string, answer: Partial<RoundTrip>, detail: boolean) => {
    const { connect, target } = await resolve(request, answer, { detail });
    return connect !== undefined || (target.kind === "Local" && target.versions !== undefined);
  };
  for (const request of [log, widgets]) {
    assert.equal(await isSeen(request, { status: 200 }, false), false);
    assert.equal(await isSeen(request, { status: 200 }, true), true);
    assert.equal(await isSeen(request, { status: 500 }, false), true);
    assert.equal(await isSeen(request, { status: 403 }, false), false, "it ended before");
    assert.equal(await isSeen(request, { outcome: "failed" }, false), true);
    assert.equal(await isSeen(request, { outcome: "failed", message: "dial tcp" }, false), false);
    assert.equal(await isSeen(request, { outcome: "planned" }, false), false);
    assert.equal(await isSeen(request, { outcome: "planned" }, true), true);
  }
});

for (const [version, status, expected] of [
  ["v1beta1", 200, "10.96.1.2 1 CrashLoopBackOff"],
  // Nothing is converted for the stored version, as far as one can tell …
  ["v1", 200, "not asked"],
  // … but an object may have been stored in another one.
  ["v1", 500, "10.96.1.2 1 CrashLoopBackOff"],
] as const) {
  test(`the conversion webhook behind ${version}, answered ${status}`, async () => {
    const { target } = await resolve(`GET /apis/example.com/${version}/widgets`, { status });
    assert.ok(target.kind === "Local" && target.conversion?.service !== undefined);
    assert.deepEqual(
      target.versions?.map(({ name, level, served, stored, deprecated }) => [
        name,
        level,
        served,
        stored,
        deprecated,
      ]),
      [
        ["v1", "stable", true, true, false],
        ["v1beta1", "beta", true, false, true],
        ["v1alpha1", "alpha", false, false, false],
      ],
    );
    const { clusterIP, endpoints, pods } = target.conversion.service;
    assert.equal(
      clusterIP === undefined
        ? "not asked"
        : `${clusterIP} ${endpoints.length} ${pods?.[0]?.reason.replace(/.*: /, "")}`,
      expected,
    );
  });
}

test("a custom resource that cannot be looked at is named all the same", async () => {
  const asked: Cluster = { ...cluster, customResourceDefinition: async () => refusal };
  const { target } = await resolve("GET /apis/example.com/v1/widgets", { status: 200 }, { asked });
  assert.deepEqual(target, {
    kind: "Local",
    by: "crd",
    crd: "widgets.example.com",
    reason: 'not confirmed: nodes "worker-1" is forbidden',
  });
});

const conversionFailed =
  'conversion webhook for example.com/v1, Kind=Widget failed: Post "https://converter.things.svc:443/convert?timeout=30s": dial tcp 10.96.1.2:443: connect: connection refused';

/** What is said beside the answer's own words, and the first thing to type. */
const failures: readonly (readonly [
  name: string,
  request: string,
  answer: Partial<RoundTrip>,
  expected: { readonly found: string; readonly facts: readonly string[]; readonly advice: string },
  asked?: Cluster,
])[] = [
  [
    "a conversion webhook is down",
    "GET /apis/example.com/v1beta1/widgets",
    { status: 500, message: conversionFailed },
    {
      found: "ConversionWebhook ConnectionRefused",
      facts: [
        "Service things/converter has 1 endpoint, none of them ready",
        "Pod things/converter-1 on worker-1 is not ready: container c: CrashLoopBackOff; 7 restarts",
        "CustomResourceDefinition widgets.example.com stores v1, the request used v1beta1, and is converted by Service things/converter:443",
      ],
      advice: "kubectl logs -n things converter-1 -c c --previous",
    },
  ],
  [
    "a conversion webhook's Service is gone",
    "GET /apis/example.com/v1beta1/widgets",
    { status: 500, message: conversionFailed },
    {
      found: "ConversionWebhook ConnectionRefused",
      facts: [
        "there is no Service things/converter",
        "CustomResourceDefinition widgets.example.com stores v1, the request used v1beta1, and is converted by Service things/converter:443",
      ],
      advice: "kubectl get endpointslices -n things -l kubernetes.io/service-name=converter -o wide",
    },
    { ...cluster, service: async () => ({ ok: true, value: null }) },
  ],
  [
    "a conversion webhook's certificate is not trusted",
    "GET /apis/example.com/v1beta1/widgets",
    {
      status: 500,
      message: conversionFailed.replace(
        /dial tcp.*/,
        "tls: failed to verify certificate: x509: certificate signed by unknown authority",
      ),
    },
    {
      found: "ConversionWebhook UnknownAuthority",
      facts: [
        "caBundle is empty: only the root certificates of kube-apiserver's own machine count",
        "CustomResourceDefinition widgets.example.com stores v1, the request used v1beta1, and is converted by Service things/converter:443",
      ],
      advice: "kubectl logs -n things converter-1",
    },
  ],
  [
    "a version is not served",
    "GET /apis/example.com/v1alpha1/widgets",
    { status: 404, message: "404 page not found", statusReason: null },
    {
      found: "APIServer ResourceNotServed",
      facts: [
        "example.com/v1alpha1 itself is served",
        "CustomResourceDefinition widgets.example.com serves v1, v1beta1, not v1alpha1",
      ],
      advice: "kubectl api-resources --api-group=example.com",
    },
  ],
  [
    "no version of that name is served at all",
    "GET /apis/example.com/v2/widgets",
    { status: 404, message: "404 page not found", statusReason: null },
    {
      found: "APIServer VersionNotServed",
      facts: ["the group example.com is served in v1, v1beta1, v1alpha1, not in v2"],
      advice: "kubectl api-versions | grep example.com/",
    },
  ],
  [
    "a kubelet is not there",
    `GET ${shop}/pods/pair/log?container=a`,
    {
      status: 500,
      message:
        'Get "https://[2001:db8::2]:10250/containerLogs/shop/pair/a": dial tcp [2001:db8::2]:10250: i/o timeout',
    },
    {
      found: "Kubelet ConnectionTimedOut",
      facts: [
        "Pod shop/pair on worker-2 is not ready (Running)",
        "container a has no status yet",
        "Node worker-2 is of unknown readiness since 2025-11-20T10:00:00Z: NodeStatusUnknown: Kubelet stopped posting node status.",
      ],
      advice: "kubectl get node worker-2 -o wide",
    },
  ],
  [
    "who asks may not see the node",
    `GET ${shop}/pods/web/log`,
    { status: 500, message: 'Get "https://192.0.2.12:10250/containerLogs/shop/web/web": No agent available' },
    {
      found: "Kubelet TunnelAgentMissing",
      facts: ["Pod web is on node worker-1"],
      advice: "kubectl get pods -A -l k8s-app=konnectivity-agent -o wide",
    },
    fewRights,
  ],
  [
    "a container has not started",
    `GET ${shop}/pods/starting/log`,
    { status: 400, message: 'container "web" in pod "starting" is waiting to start: ContainerCreating' },
    {
      found: "Kubelet ContainerNotStarted",
      facts: [
        "Pod shop/starting on worker-1 is not ready: container web: ContainerCreating",
        "container web is waiting: ContainerCreating",
        "Node worker-1 is ready",
      ],
      advice: "kubectl describe pod -n shop starting",
    },
  ],
  [
    "a Pod is on no node",
    `POST ${shop}/pods/homeless/exec?command=ls`,
    { status: 400, message: "pod homeless does not have a host assigned" },
    {
      found: "APIServer PodNotScheduled",
      facts: [
        "Pod shop/homeless is not ready: Unschedulable: 0/2 nodes are available",
        "container web has no status yet",
      ],
      advice: "kubectl describe pod -n shop homeless",
    },
  ],
  [
    // kubectl does not log the words of a refused exec.
    "a container is not there, in no words",
    `POST ${shop}/pods/web/exec?command=ls&container=other`,
    { status: 400, statusReason: null },
    {
      found: "APIServer ContainerNotFound",
      facts: ["Pod web has the containers web, and none named other"],
      advice: "kubectl get pod -n shop web -o jsonpath='{.spec.containers[*].name}'",
    },
  ],
  [
    "one of two containers has to be named, in no words",
    `POST ${shop}/pods/pair/exec?command=ls`,
    { status: 400, statusReason: null },
    {
      found: "APIServer ContainerNotNamed",
      facts: [
        "Pod shop/pair on worker-2 is not ready (Running)",
        "Pod pair has the containers a, b",
        "Node worker-2 is of unknown readiness since 2025-11-20T10:00:00Z: NodeStatusUnknown: Kubelet stopped posting node status.",
      ],
      advice: "kubectl get pod -n shop pair -o jsonpath='{.spec.containers[*].name}'",
    },
  ],
  [
    "a WebSocket was refused, and the log does not say how",
    `GET ${shop}/pods/homeless/exec?command=ls`,
    { outcome: "failed" },
    {
      found: "Unknown UpgradeRefused",
      facts: [
        "Pod shop/homeless is not ready: Unschedulable: 0/2 nodes are available",
        "container web has no status yet",
      ],
      advice: "kubectl describe pod -n shop homeless",
    },
  ],
  [
    "a proxied Service has no ready Pods",
    "GET /api/v1/namespaces/things/services/converter/proxy/",
    { status: 503, message: 'no endpoints available for service "converter"' },
    {
      found: "Pod MissingEndpoints",
      facts: [
        "Service things/converter has 1 endpoint, none of them ready",
        "Pod things/converter-1 on worker-1 is not ready: container c: CrashLoopBackOff; 7 restarts",
      ],
      advice: "kubectl logs -n things converter-1 -c c --previous",
    },
  ],
  [
    // The same words as for no ready Pod; that it is headless is nothing to a proxy.
    "a proxied Service's ports have names, and the request names none",
    `GET ${shop}/services/named/proxy/`,
    { status: 503, message: 'no endpoints available for service "named"' },
    {
      found: "Pod MissingEndpoints",
      facts: ["Service shop/named has port 80 (http), and the request names none of these"],
      advice: "kubectl get service -n shop named",
    },
  ],
  [
    "the program of a headless Service fails",
    `GET ${shop}/services/named:http/proxy/`,
    { status: 500, message: "boom" },
    { found: "Pod Unknown", facts: [], advice: "" },
  ],
  [
    "a proxied Service leads to no Pods",
    `GET ${shop}/services/outside/proxy/`,
    { status: 503, message: 'no endpoints available for service "outside"' },
    {
      found: "Pod MissingEndpoints",
      facts: [
        "Service shop/outside has no selector: whoever made its endpoints must keep them right; it has 1 endpoint",
        "no endpoint of Service shop/outside is a Pod: kube-apiserver proxies to no other",
      ],
      advice: "kubectl get endpointslices -n shop -l kubernetes.io/service-name=outside -o wide",
    },
  ],
  [
    "a proxied Service is not there",
    `GET ${shop}/services/named:http/proxy/`,
    { status: 503, message: 'no endpoints available for service "named:http"' },
    {
      found: "Pod MissingEndpoints",
      facts: ["there is no Service shop/named"],
      advice: "kubectl get services -n shop",
    },
    { ...cluster, service: async () => ({ ok: true, value: null }) },
  ],
  [
    "a Pod is gone",
    `GET ${shop}/pods/web/log`,
    { status: 404, message: 'pods "web" not found' },
    { found: "APIServer ObjectNotFound", facts: [], advice: "kubectl get pods -n shop" },
    gone,
  ],
];

for (const [name, request, answer, expected, asked] of failures) {
  test(`what is said when ${name}`, async () => {
    const { diagnosis } = await resolve(request, answer, {
      detail: false,
      ...(asked === undefined ? {} : { asked }),
    });
    assert.ok(diagnosis);
    const words = answer.message ?? null;
    assert.deepEqual(
      {
        found: `${diagnosis.party} ${diagnosis.cause}`,
        facts: diagnosis.evidence.filter((text) => text !== words),
        advice: diagnosis.advice[0] ?? "",
      },
      expected,
    );
  });
}

/** The same cluster, whose answers come in rounds: what is asked while others wait is answered with them. */
async function questionsOf(request: string, answer: Partial<RoundTrip>): Promise<readonly string[]> {
  const rounds: string[][] = [];
  let waiting: { readonly question: string; readonly answer: () => void }[] = [];
  const holdBack =
    <Asked extends readonly unknown[], T>(question: string, ask: (...asked: Asked) => Promise<T>) =>
    async (...asked: Asked): Promise<T> => {
      await new Promise<void>((resolve) => waiting.push({ question, answer: resolve }));
      return await ask(...asked);
    };
  const asked: Cluster = {
    ...cluster,
    apiServices: holdBack("apiServices", cluster.apiServices),
    apiService: holdBack("apiService", cluster.apiService),
    hasCustomResourceDefinition: holdBack("hasDefinition", cluster.hasCustomResourceDefinition),
    customResourceDefinition: holdBack("definition", cluster.customResourceDefinition),
    service: holdBack("service", cluster.service),
    endpoints: holdBack("endpoints", cluster.endpoints),
    pods: holdBack("pods", cluster.pods),
    pod: holdBack("pod", cluster.pod),
    node: holdBack("node", cluster.node),
    review: holdBack("review", cluster.review),
  };
  let isDone = false;
  const traced = resolve(request, answer, { detail: false, asked }).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise((next) => setImmediate(next));
    const round = waiting;
    waiting = [];
    if (round.length > 0) rounds.push(round.map(({ question }) => question).toSorted());
    for (const { answer: release } of round) release();
  }
  await traced;
  return rounds.map((round) => round.join(" "));
}

for (const [request, answer, expected] of [
  [
    "GET /apis/example.com/v1beta1/widgets",
    { status: 500, message: conversionFailed },
    ["apiServices definition review", "endpoints service", "pods"],
  ],
  [`GET ${shop}/pods/web/log`, { status: 500 }, ["apiServices pod review", "node"]],
  [`GET ${shop}/services/web/proxy/`, { status: 503 }, ["apiServices endpoints review service"]],
  [
    "GET /api/v1/namespaces/things/services/converter/proxy/",
    { status: 503 },
    ["apiServices endpoints review service", "pods"],
  ],
  ["GET /apis/example.com/v2/widgets", { status: 404 }, ["apiServices definition review"]],
  // What did not fail, or not behind authorization, costs what it always did.
  ["GET /apis/example.com/v1/widgets", { status: 200 }, ["apiServices review", "hasDefinition"]],
  ["GET /apis/example.com/v1/widgets", { status: 403 }, ["apiServices review", "hasDefinition"]],
  [`GET ${shop}/pods/web/log`, { status: 200 }, ["apiServices review"]],
] as const) {
  test(`what is asked for ${request}, answered ${answer.status}, and what after what`, async () => {
    assert.deepEqual(await questionsOf(request, answer), expected);
  });
}
