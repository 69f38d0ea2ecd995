import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ReviewAttributes } from "../../../src/cluster/cluster.ts";
import { type LiveCluster, type LiveOptions, openLiveCluster } from "../../../src/cluster/live/live.ts";
import { openReader } from "../../../src/cluster/live/live-reader.ts";
import { type ApiServer, newApiServer, type Routes, statusReply } from "../../helpers/api-server.ts";
import { closedPort, serve } from "../../helpers/servers.ts";

type Live = ApiServer & { readonly cluster: LiveCluster; readonly url: string };

async function live(t: TestContext, routes: Routes, options: LiveOptions = {}): Promise<Live> {
  const api = newApiServer(routes);
  const server = await serve("http", api.handle);
  t.after(server.close);
  const cluster = await openLiveCluster({ server: server.url, requestTimeout: "2s" }, {}, options);
  t.after(async () => await cluster.close());
  return { ...api, cluster, url: server.url };
}

const listPath = "/apis/apiregistration.k8s.io/v1/apiservices";
const columnDefinitions = ["Name", "Service", "Available", "Age"].map((name) => ({ name, type: "string" }));
const table = {
  kind: "Table",
  apiVersion: "meta.k8s.io/v1",
  columnDefinitions,
  rows: [
    { cells: ["v1.", "Local", "True", "9d"], object: null },
    {
      cells: ["v1beta1.metrics.k8s.io", "kube-system/metrics-server", "False (MissingEndpoints)", "9d"],
      object: null,
    },
    { cells: ["v1.new.example.com", "Local", "Unknown", "0s"], object: null },
  ],
};
const local = { reason: "Local", message: "Local APIServices are always available" };
const metrics = {
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: "v1beta1.metrics.k8s.io" },
  spec: { service: { namespace: "kube-system", name: "metrics-server" } },
  status: {
    conditions: [{ type: "Available", status: "True", reason: "Passed", message: "all checks passed" }],
  },
};

test("APIServices: one small table", async (t) => {
  const { cluster, requests } = await live(t, { [`GET ${listPath}`]: { body: table } });
  const [answer, same] = await Promise.all([cluster.apiServices(), cluster.apiServices()]);
  assert.equal(answer, same);
  assert.deepEqual(requests, [`GET ${listPath}?includeObject=None`]);
  assert.ok(answer.ok);
  assert.deepEqual(
    [...answer.value.values()],
    [
      { name: "v1.", service: null, available: "True", ...local, trust: null },
      {
        name: "v1beta1.metrics.k8s.io",
        service: { namespace: "kube-system", name: "metrics-server", port: null },
        available: "False",
        reason: "MissingEndpoints",
        message: "",
        trust: null,
      },
      {
        name: "v1.new.example.com",
        service: null,
        available: "Unknown",
        reason: "",
        message: "",
        trust: null,
      },
    ],
  );
  // The list has said all there is to say of these.
  assert.deepEqual(await cluster.apiService("v1."), { ok: true, value: answer.value.get("v1.") });
  assert.deepEqual(await cluster.apiService("v9.none"), { ok: true, value: null });
  assert.equal(requests.length, 1);
});

test("APIServices: a whole list, and a table with other columns", async (t) => {
  const list = { kind: "APIServiceList", apiVersion: "apiregistration.k8s.io/v1", items: [metrics] };
  const whole = await live(t, { [`GET ${listPath}`]: { body: list } });
  const answer = await whole.cluster.apiServices();
  assert.equal(answer.ok && answer.value.get("v1beta1.metrics.k8s.io")?.reason, "Passed");
  const oldTable = {
    kind: "Table",
    columnDefinitions: columnDefinitions.slice(0, 1),
    rows: [{ cells: ["v1."] }],
  };
  let asked = 0;
  const old = await live(t, { [`GET ${listPath}`]: () => ({ body: asked++ === 0 ? oldTable : list }) });
  const second = await old.cluster.apiServices();
  assert.equal(second.ok && second.value.size, 1);
  assert.deepEqual(old.requests, [`GET ${listPath}?includeObject=None`, `GET ${listPath}`]);
});

test("one APIService: the port is 443 unless it says another", async (t) => {
  const { cluster } = await live(t, { [`GET ${listPath}/v1beta1.metrics.k8s.io`]: { body: metrics } });
  assert.deepEqual(await cluster.apiService("v1beta1.metrics.k8s.io"), {
    ok: true,
    value: {
      name: "v1beta1.metrics.k8s.io",
      service: { namespace: "kube-system", name: "metrics-server", port: 443 },
      available: "True",
      reason: "Passed",
      message: "all checks passed",
      trust: { skipsVerification: false, authorities: [], error: "" },
    },
  });
  assert.deepEqual(await cluster.apiService("v1.none"), { ok: true, value: null });
});

test("custom resource definitions", async (t) => {
  const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const accepts: unknown[] = [];
  const { cluster } = await live(t, {
    [`GET ${crds}/widgets.example.com`]: (_, headers) => {
      accepts.push(headers["accept"]);
      return {
        body: {
          kind: "PartialObjectMetadata",
          apiVersion: "meta.k8s.io/v1",
          metadata: { name: "widgets.example.com" },
        },
      };
    },
    [`GET ${crds}/gone.example.com`]: statusReply(
      404,
      "NotFound",
      'customresourcedefinitions "gone.example.com" not found',
    ),
    [`GET ${crds}/secret.example.com`]: statusReply(
      403,
      "Forbidden",
      'customresourcedefinitions is forbidden: User "u" cannot get',
    ),
    [`GET ${crds}/proxied.example.com`]: { status: 404, type: "text/html", body: "<html>" },
  });
  assert.deepEqual(await cluster.hasCustomResourceDefinition("widgets.example.com"), {
    ok: true,
    value: true,
  });
  assert.deepEqual(accepts, [
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json",
  ]);
  assert.deepEqual(await cluster.hasCustomResourceDefinition("gone.example.com"), { ok: true, value: false });
  assert.deepEqual(await cluster.hasCustomResourceDefinition("secret.example.com"), {
    ok: false,
    status: 403,
    reason: 'customresourcedefinitions is forbidden: User "u" cannot get',
  });
  const proxied = await cluster.hasCustomResourceDefinition("proxied.example.com");
  assert.match(proxied.ok ? "" : proxied.reason, /^not a Kubernetes API answer: 404 text\/html from 127/);
});

test("a custom resource definition whole, and never asked for twice", async (t) => {
  const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const spec = {
    group: "example.com",
    versions: [{ name: "v1", served: true, storage: true, schema: {} }],
    conversion: {
      strategy: "Webhook",
      webhook: { clientConfig: { service: { namespace: "things", name: "converter", path: "/convert" } } },
    },
  };
  const { cluster, requests } = await live(t, {
    [`GET ${crds}/widgets.example.com`]: {
      body: {
        kind: "CustomResourceDefinition",
        apiVersion: "apiextensions.k8s.io/v1",
        metadata: { name: "widgets.example.com" },
        spec,
      },
    },
    [`GET ${crds}/secret.example.com`]: statusReply(403, "Forbidden", "forbidden"),
  });
  const [found, again, is] = await Promise.all([
    cluster.customResourceDefinition("widgets.example.com"),
    cluster.customResourceDefinition("widgets.example.com"),
    cluster.hasCustomResourceDefinition("widgets.example.com"),
  ]);
  assert.equal(found, again);
  assert.deepEqual(is, { ok: true, value: true });
  assert.ok(found.ok && found.value !== null);
  assert.deepEqual(found.value.versions, [{ name: "v1", served: true, stored: true, deprecated: false }]);
  assert.deepEqual(found.value.conversion?.service, { namespace: "things", name: "converter", port: 443 });
  assert.deepEqual(await cluster.customResourceDefinition("gone.example.com"), { ok: true, value: null });
  assert.deepEqual(await cluster.hasCustomResourceDefinition("gone.example.com"), { ok: true, value: false });
  const refused = { ok: false, status: 403, reason: "forbidden" };
  assert.deepEqual(await cluster.customResourceDefinition("secret.example.com"), refused);
  assert.deepEqual(await cluster.hasCustomResourceDefinition("secret.example.com"), refused);
  assert.deepEqual(
    requests,
    ["widgets", "gone", "secret"].map((name) => `GET ${crds}/${name}.example.com`),
  );
});

test("one Pod and its Node", async (t) => {
  const { cluster, requests } = await live(t, {
    "GET /api/v1/namespaces/shop/pods/web": {
      body: {
        kind: "Pod",
        apiVersion: "v1",
        metadata: { name: "web", namespace: "shop" },
        spec: { nodeName: "worker-1", containers: [{ name: "web" }] },
        status: { phase: "Running", podIP: "10.244.1.5" },
      },
    },
    "GET /api/v1/nodes/worker-1": {
      body: {
        kind: "Node",
        apiVersion: "v1",
        metadata: { name: "worker-1" },
        status: { conditions: [{ type: "Ready", status: "True" }] },
      },
    },
    "GET /api/v1/nodes/worker-2": statusReply(403, "Forbidden", 'nodes "worker-2" is forbidden'),
    "GET /api/v1/nodes/strange": { body: { kind: "Pod", apiVersion: "v1", metadata: { name: "strange" } } },
  });
  const pod = await cluster.pod("shop", "web");
  assert.ok(pod.ok && pod.value !== null);
  assert.deepEqual([pod.value.node, pod.value.ip, pod.value.phase], ["worker-1", "10.244.1.5", "Running"]);
  assert.equal(await cluster.pod("shop", "web"), pod);
  assert.deepEqual(await cluster.pod("shop", "gone"), { ok: true, value: null });
  const node = await cluster.node("worker-1");
  assert.equal(node.ok && node.value?.ready, "True");
  assert.deepEqual(await cluster.node("gone"), { ok: true, value: null });
  assert.deepEqual(await cluster.node("worker-2"), {
    ok: false,
    status: 403,
    reason: 'nodes "worker-2" is forbidden',
  });
  assert.equal((await cluster.node("strange")).ok, false);
  await cluster.node("../secrets?x");
  assert.equal(requests.at(-1), "GET /api/v1/nodes/..%2Fsecrets%3Fx");
});

test("a Service and its endpoints", async (t) => {
  const { cluster, requests } = await live(t, {
    "GET /api/v1/namespaces/ns/services/web": {
      body: {
        kind: "Service",
        apiVersion: "v1",
        metadata: { name: "web", namespace: "ns" },
        spec: {
          type: "NodePort",
          clusterIP: "10.0.0.9",
          ports: [{ name: "https", port: 443, targetPort: "tls" }],
        },
      },
    },
    "GET /apis/discovery.k8s.io/v1/namespaces/ns/endpointslices": {
      body: {
        kind: "EndpointSliceList",
        apiVersion: "discovery.k8s.io/v1",
        items: [
          {
            metadata: { name: "web-x" },
            ports: [{ port: 4443 }],
            endpoints: [
              {
                addresses: ["10.1.0.1"],
                conditions: { ready: false },
                nodeName: "n1",
                targetRef: { kind: "Pod", name: "web-1" },
              },
            ],
          },
        ],
      },
    },
  });
  const service = await cluster.service("ns", "web");
  assert.equal(service.ok && service.value?.clusterIP, "10.0.0.9");
  assert.deepEqual(await cluster.service("ns", "none"), { ok: true, value: null });
  assert.deepEqual(await cluster.endpoints("ns", "web"), {
    ok: true,
    value: [{ address: "10.1.0.1", port: 4443, ready: false, pod: "web-1", node: "n1" }],
  });
  assert.match(requests.at(-1) ?? "", /\?labelSelector=kubernetes\.io%2Fservice-name%3Dweb&limit=\d+$/);
});

const podsPath = "/api/v1/namespaces/ns/pods";
const replicaSetsPath = "/apis/apps/v1/namespaces/ns/replicasets";
const webPod = {
  metadata: {
    name: "web-7c9-x",
    ownerReferences: [{ kind: "ReplicaSet", name: "web-7c9", controller: true }],
  },
  spec: { nodeName: "n1" },
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
};
const webReplicaSet = {
  metadata: { name: "web-7c9", ownerReferences: [{ kind: "Deployment", name: "web", controller: true }] },
};

test("the Pods of a Service with what made them, in one round trip", async (t) => {
  const { cluster, requests } = await live(t, {
    [`GET ${podsPath}`]: { body: { kind: "PodList", apiVersion: "v1", items: [webPod] } },
    [`GET ${replicaSetsPath}`]: {
      body: { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", items: [webReplicaSet] },
    },
  });
  const answer = await cluster.pods("ns", { app: "web", tier: "front" });
  assert.deepEqual(
    answer.ok && answer.value.map(({ name, node, ready, workload }) => ({ name, node, ready, workload })),
    [{ name: "web-7c9-x", node: "n1", ready: true, workload: { kind: "Deployment", name: "web" } }],
  );
  assert.deepEqual(
    requests.map((request) => decodeURIComponent(request).replace(/&limit=\d+$/, "")).toSorted(),
    [
      `GET ${podsPath}?labelSelector=app=web,tier=front`,
      `GET ${replicaSetsPath}?labelSelector=app=web,tier=front`,
    ],
  );
  assert.deepEqual(await cluster.pods("ns", {}), { ok: true, value: [] }, "no labels choose no Pods");
});

test("who may not see ReplicaSets still sees the Pods", async (t) => {
  const { cluster } = await live(t, {
    [`GET ${podsPath}`]: { body: { kind: "PodList", apiVersion: "v1", items: [webPod] } },
  });
  const answer = await cluster.pods("ns", { app: "web" });
  assert.deepEqual(answer.ok && answer.value[0]?.workload, { kind: "ReplicaSet", name: "web-7c9" });
});

const trustPath = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";
function configMap(data: Record<string, string>) {
  return { body: { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "a" }, data } };
}
for (const [what, answer, expected] of [
  [
    "names, and no certificate",
    configMap({
      "requestheader-client-ca-file": "-",
      "requestheader-allowed-names": '["front-proxy-client"]',
    }),
    { ok: true, value: { authorities: [], allowedNames: ["front-proxy-client"] } },
  ],
  ["nothing", configMap({}), { ok: true, value: { authorities: null, allowedNames: null } }],
  [
    "names that are no list",
    configMap({ "requestheader-allowed-names": "{" }),
    { ok: true, value: { authorities: null, allowedNames: null } },
  ],
] as const) {
  test(`whom extension servers are to trust: ${what}`, async (t) => {
    const { cluster } = await live(t, { [`GET ${trustPath}`]: answer });
    assert.deepEqual(await cluster.extensionAuthentication(), expected);
  });
}

test("endpoints of a server without EndpointSlices", async (t) => {
  const subsets = [
    {
      addresses: [{ ip: "10.1.0.1" }],
      notReadyAddresses: [{ ip: "10.1.0.2", nodeName: "n2" }],
      ports: [{ port: 1 }, { port: 2 }],
    },
  ];
  const { cluster } = await live(t, {
    "GET /api/v1/namespaces/ns/endpoints/web": {
      body: { kind: "Endpoints", apiVersion: "v1", metadata: { name: "web" }, subsets },
    },
  });
  const answer = await cluster.endpoints("ns", "web");
  assert.deepEqual(
    answer.ok && answer.value.map(({ address, port, ready, node }) => [address, port, ready, node].join(" ")),
    ["10.1.0.1 1 true ", "10.1.0.1 2 true ", "10.1.0.2 1 false n2", "10.1.0.2 2 false n2"],
  );
  assert.deepEqual(await cluster.endpoints("ns", "none"), { ok: true, value: [] });
});

const attributes: ReviewAttributes = {
  isResourceRequest: true,
  path: "/api/v1/namespaces/ns/pods",
  verb: "list",
  apiGroup: "",
  apiVersion: "v1",
  namespace: "ns",
  resource: "pods",
  subresource: "",
  name: "",
  fieldSelector: "spec.nodeName=n1",
  labelSelector: "",
};
const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

test("reviews ask exactly what was given, each once, as whom it is asked", async (t) => {
  const asked: unknown[] = [];
  const { cluster } = await live(t, {
    [`POST ${reviews}`]: (body, headers) => {
      asked.push([(body as { spec: unknown }).spec, headers["impersonate-user"] ?? ""]);
      const status = { allowed: true, reason: "RBAC: allowed by x" };
      return {
        status: 201,
        body: { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1", status },
      };
    },
  });
  const jane = { user: "jane", groups: [], uid: "", extra: {} };
  const path = { ...attributes, isResourceRequest: false, path: "/metrics", verb: "get" };
  const answers = await Promise.all([
    cluster.review(attributes, null),
    cluster.review({ ...attributes }, null),
    cluster.review(attributes, jane),
    cluster.review(path, null),
  ]);
  for (const answer of answers) {
    assert.deepEqual(answer, {
      ok: true,
      value: { allowed: true, reason: "RBAC: allowed by x", evaluationError: "" },
    });
  }
  const resourceAttributes = {
    namespace: "ns",
    verb: "list",
    version: "v1",
    resource: "pods",
    fieldSelector: { rawSelector: "spec.nodeName=n1" },
  };
  assert.deepEqual(
    asked.map((one) => JSON.stringify(one)).sort(),
    [
      JSON.stringify([{ nonResourceAttributes: { path: "/metrics", verb: "get" } }, ""]),
      JSON.stringify([{ resourceAttributes }, ""]),
      JSON.stringify([{ resourceAttributes }, "jane"]),
    ].sort(),
  );
});

test("who am I: the newest version that the server has", async (t) => {
  const path = (version: string): string => `/apis/authentication.k8s.io/${version}/selfsubjectreviews`;
  const userInfo = { username: "jane", groups: ["dev"] };
  const { cluster, requests } = await live(t, {
    [`POST ${path("v1beta1")}`]: { status: 201, body: { kind: "SelfSubjectReview", status: { userInfo } } },
  });
  assert.deepEqual(await cluster.whoAmI(), {
    ok: true,
    value: { username: "jane", uid: "", groups: ["dev"] },
  });
  assert.deepEqual(requests, [`POST ${path("v1")}`, `POST ${path("v1beta1")}`]);
  const old = await live(t, {});
  const none = await old.cluster.whoAmI();
  assert.match(none.ok ? "" : none.reason, /^this server has no SelfSubjectReview/);
});

const answers: readonly [string, Routes[string], RegExp][] = [
  [
    "HTML from a proxy",
    { type: "text/html; charset=utf-8", body: "<html>login</html>" },
    /^not a Kubernetes API answer: 200 text\/html from 127\.0\.0\.1:\d+$/,
  ],
  ["no content type", { type: "", body: "{}" }, /^not a Kubernetes API answer: 200 no content type from/],
  ["half JSON", { body: '{"kind":"Table","rows":[' }, /^not a Kubernetes API answer: 200 broken JSON from/],
  [
    "another kind",
    { body: { kind: "PodList", items: [] } },
    /^the server's answer is not an APIServiceList$/,
  ],
  ["401", statusReply(401, "Unauthorized", "Unauthorized"), /^Unauthorized$/],
  [
    "403",
    statusReply(403, "Forbidden", "apiservices is forbidden:\u001b[31m no"),
    /^apiservices is forbidden: \[31m no$/,
  ],
  [
    "503 of the aggregator",
    { status: 503, type: "text/plain", body: "service unavailable\n" },
    /^503 Service Unavailable: service unavailable$/,
  ],
  [
    "502 of a proxy",
    { status: 502, type: "text/html", body: "<html>" },
    /^not a Kubernetes API answer: 502 text\/html/,
  ],
  [
    "HTTP on a TLS port of Go",
    { status: 400, type: "text/plain", body: "Client sent an HTTP request to an HTTPS server.\n" },
    /^the server speaks TLS/,
  ],
  ["an answer without end", { body: `["${"x".repeat(33 << 20)}"]` }, /^the answer is larger than 32 MiB/],
];

for (const [name, route, reason] of answers) {
  test(`answer: ${name}`, async (t) => {
    const { cluster } = await live(t, { [`GET ${listPath}`]: route ?? { body: "" } });
    const answer = await cluster.apiServices();
    assert.equal(answer.ok, false);
    assert.match(answer.ok ? "" : answer.reason, reason);
  });
}

test("a server that refuses is tried once; then all is answered at once", async () => {
  const server = `http://127.0.0.1:${await closedPort()}`;
  const cluster = await openLiveCluster({ server }, {}, {});
  const first = await cluster.apiServices();
  assert.deepEqual(first, {
    ok: false,
    reason: `connection refused (${server.slice(7)})`,
    status: null,
    hint: "is the cluster running, and is the server's port right",
  });
  const others = await Promise.all([
    cluster.whoAmI(),
    cluster.review(attributes, null),
    cluster.service("a", "b"),
  ]);
  assert.deepEqual(others, [first, first, first]);
  await cluster.close();
});

test("a server that never answers costs one time limit, not one for each question", async (t) => {
  let asked = 0;
  const server = await serve("http", () => {
    asked += 1;
  });
  t.after(server.close);
  const cluster = await openLiveCluster(
    { server: server.url, requestTimeout: "300ms" },
    {},
    { concurrency: 2 },
  );
  const all = await Promise.all(Array.from({ length: 50 }, (_, at) => cluster.service("ns", `s${at}`)));
  assert.ok(asked > 0 && asked <= 2, `${asked} questions`);
  assert.equal(new Set(all.map((answer) => (answer.ok ? "" : answer.reason))).size, 1);
  await cluster.close();
});

test("questions under way at once are bounded", async (t) => {
  let open = 0;
  let most = 0;
  const server = await serve("http", (_, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
    }, 5);
  });
  t.after(server.close);
  const cluster = await openLiveCluster({ server: server.url }, {}, { concurrency: 3 });
  await Promise.all(Array.from({ length: 30 }, (_, at) => cluster.service("ns", `s${at}`)));
  assert.equal(most, 3);
  await cluster.close();
});

const flowControl = "/apis/flowcontrol.apiserver.k8s.io";
const listOf = (name: string, uid: string) => ({
  body: {
    kind: "PartialObjectMetadataList",
    apiVersion: "meta.k8s.io/v1",
    metadata: {},
    items: [{ metadata: { name, uid } }, { metadata: { name: "without-uid" } }],
  },
});

test("flow control: two small lists, once, in the version that is served", async (t) => {
  const rows = [
    { cells: ["v1.", "Local", "True"] },
    { cells: ["v1beta2.flowcontrol.apiserver.k8s.io", "Local", "True"] },
  ];
  const { cluster, requests } = await live(t, {
    [`GET ${listPath}`]: { body: { ...table, rows } },
    [`GET ${flowControl}/v1beta2/flowschemas`]: (_, { accept }) => {
      assert.match(String(accept), /^application\/json;as=PartialObjectMetadataList;/);
      return listOf("trickle", "f-1");
    },
    [`GET ${flowControl}/v1beta2/prioritylevelconfigurations`]: listOf("drip", "p-1"),
  });
  const [answer, same] = await Promise.all([cluster.flowControl(), cluster.flowControl()]);
  assert.equal(answer, same);
  assert.deepEqual(answer, {
    ok: true,
    value: { flowSchemas: new Map([["f-1", "trickle"]]), priorityLevels: new Map([["p-1", "drip"]]) },
  });
  assert.equal(requests.length, 3);
});

test("flow control: who may list one of them has its names, who may list none a reason", async (t) => {
  const refused = statusReply(403, "Forbidden", "no");
  const some = await live(t, {
    [`GET ${flowControl}/v1/flowschemas`]: refused,
    [`GET ${flowControl}/v1/prioritylevelconfigurations`]: listOf("drip", "p-1"),
  });
  const answer = await some.cluster.flowControl();
  assert.deepEqual(answer.ok && [answer.value.flowSchemas.size, answer.value.priorityLevels.size], [0, 1]);
  const none = await live(t, {
    [`GET ${flowControl}/v1/flowschemas`]: refused,
    [`GET ${flowControl}/v1/prioritylevelconfigurations`]: refused,
  });
  assert.deepEqual(await none.cluster.flowControl(), {
    ok: false,
    reason: "no",
    status: 403,
    isAbsent: false,
  });
});

test("credentials: nobody is asked", async (t) => {
  const { cluster, requests } = await live(t, {});
  const answer = await cluster.credentials();
  assert.equal(answer.ok && answer.value.kind, "notSent");
  assert.deepEqual(requests, []);
});

test("429 with Retry-After is asked again", async (t) => {
  let times = 0;
  const { cluster } = await live(t, {
    [`GET ${listPath}`]: () =>
      times++ === 0
        ? {
            status: 429,
            type: "text/plain",
            body: "Too many requests, please try again later.\n",
            headers: { "retry-after": "0" },
          }
        : { body: table },
  });
  assert.equal((await cluster.apiServices()).ok, true);
});

test("an abort answers everything", async (t) => {
  const server = await serve("http", () => {});
  t.after(server.close);
  const cluster = await openLiveCluster({ server: server.url }, {}, { signal: AbortSignal.timeout(30) });
  const first = await cluster.apiServices();
  assert.match(first.ok ? "" : first.reason, /^interrupted/);
  assert.deepEqual(await cluster.whoAmI(), { ok: false, reason: "interrupted", status: null });
});

test("whole lists for a snapshot", async (t) => {
  const { url, requests } = await live(t, { "GET /version": { body: { gitVersion: "v1.35.0" } } });
  const reader = await openReader({ server: url }, {}, new AbortController().signal);
  assert.deepEqual(await reader.read("/version"), {
    ok: true,
    value: { gitVersion: "v1.35.0" },
    isAbsent: false,
  });
  assert.deepEqual(requests, ["GET /version"]);
  await reader.close();
});
