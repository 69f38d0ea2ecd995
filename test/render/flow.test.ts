import assert from "node:assert/strict";
import { test } from "node:test";
import type { RenderOptions } from "../../src/render/renderer.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { localApiService, sampleTrace, traces } from "../helpers/traces.ts";
import { render } from "./rendering.ts";

const title = 'context "kind-dev" (https://10.0.0.1:6443)';

/** Each begins with a line feed, for the eye. */
const cases: readonly (readonly [
  name: string,
  list: readonly Trace[],
  options: Partial<RenderOptions>,
  expected: string,
])[] = [
  [
    "top nodes",
    [traces.discoveryApi, traces.discoveryApis, traces.topNodes, traces.topNodes, traces.list],
    { columns: 80, title, command: ["kubectl", "top", "nodes"] },
    `
kubectl top nodes
│
├─ route 1 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /api
│                  200 OK, 3ms
│
●  API path        get /api, a path that is no resource
│
✓  authentication  passed
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "system:discovery"
│                  of ClusterRole "system:discovery"
│                  to Group "system:authenticated"
│
✓  APIService      v1., available
│
✓  backend         Local: kube-apiserver itself
│
✓  answer          200 OK
│
├─ route 2 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /apis
│                  200 OK, 2ms
│
●  API path        get /apis, a path that is no resource
│
✓  authentication  passed
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "system:discovery"
│                  of ClusterRole "system:discovery"
│                  to Group "system:authenticated"
│
●  APIService      none answers for this path
│
✓  backend         Local: the aggregator inside kube-apiserver
│
✓  answer          200 OK
│
├─ route 3 of 4, 2 requests ────────────────────────────────────────────────────
│
●  request         GET /apis/metrics.k8s.io/v1beta1/nodes ×2
│                  200 OK, 12ms
│
●  API path        list nodes, group metrics.k8s.io, version v1beta1, no
│                  namespace
│
✓  connection      DNS 0ms, dial 3ms, TLS 1ms, server 5ms
│
✓  authentication  passed
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "cluster-admin"
│                  of ClusterRole "cluster-admin"
│                  to Group "system:masters"
│
✓  APIService      v1beta1.metrics.k8s.io, available
│
✓  backend         Service kube-system/metrics-server:443
│                  type ClusterIP, ClusterIP 10.96.42.7
│
✓  endpoints       1 of 1 ready
│                  metrics-server-6d94bc8694-zx8kk on node-1 (10.244.0.5:10250,
│                    ready)
│
✓  answer          200 OK
│
├─ route 4 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /api/v1/namespaces/default/pods
│                  200 OK, 5ms
│
●  API path        list pods, core group, version v1, namespace default
│
✓  authentication  passed
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "cluster-admin"
│                  of ClusterRole "cluster-admin"
│                  to Group "system:masters"
│
✓  APIService      v1., available
│
✓  backend         Local: kube-apiserver itself
│
✓  answer          200 OK

5 requests; RBAC: 5 allowed
summed request time 34ms (parallel requests overlap): discovery 5ms in 2, work
29ms in 3; slowest 12ms: list nodes.v1beta1.metrics.k8s.io
APIServices and RBAC: context "kind-dev" (https://10.0.0.1:6443)
`,
  ],
  [
    "who said no",
    [traces.denied, traces.unavailable, traces.unauthorized, traces.failedDial, traces.failedDial],
    { columns: 80 },
    `
requests
│
├─ route 1 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /api/v1/nodes
│                  403 Forbidden, 5ms
│
●  API path        list nodes, core group, version v1, no namespace
│
✓  authentication  passed as "jane"
│                  acting as jane, groups developers
│
✗  authorization   denied (asked now), without a reason
┆                  403: the server knows who you are, and you may not; 401 would
┆                    mean that it does not know you
┆
○  APIService      not reached: v1.
┆
○  backend         not reached: Local: kube-apiserver itself
┆
✗  answer          403 Forbidden
┆                  nodes is forbidden: User "jane" cannot list resource "nodes"
┆                    in API group "" at the cluster scope
┆
✗  diagnosis       authorization (NoRuleAllows): no rule of any role that is
                   bound to the user allows it
                   try: kubectl auth can-i list nodes -A --as=jane \\
                     --as-group=developers
                   a Role that allows it, and a RoleBinding (or
                     ClusterRoleBinding) to the user or one of his groups
│
├─ route 2 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /apis/metrics.k8s.io/v1beta1/nodes
│                  503 Service Unavailable, 5.01s
│
●  API path        list nodes, group metrics.k8s.io, version v1beta1, no
│                  namespace
│
✓  authentication  passed
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "cluster-admin"
│                  of ClusterRole "cluster-admin"
│                  to Group "system:masters"
│
✗  APIService      v1beta1.metrics.k8s.io
┆                  unavailable (MissingEndpoints): endpointslices for
┆                    service/metrics-server in "kube-system" have no addresses
┆                    with port name "https"
┆                  aggregation: kube-apiserver only passes this group on, to the
┆                    Service that its APIService names
┆
○  backend         not reached: Service kube-system/metrics-server:443
┆                  type ClusterIP, ClusterIP 10.96.42.7
┆
○  endpoints       none known
┆
✗  answer          503 Service Unavailable
┆
✗  diagnosis       kube-apiserver's aggregator (MissingEndpoints): no ready Pod
                   stands behind the Service's port
                   try: kubectl get endpointslices -n kube-system -l \\
                     kubernetes.io/service-name=metrics-server -o wide
                   try: kubectl get pods -n kube-system -o wide
                   the Pods are not ready, not there, or not chosen by the
                     Service's selector
│
├─ route 3 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /api/v1/namespaces/default/pods
│                  401 Unauthorized, 5ms
│
●  API path        list pods, core group, version v1, namespace default
│
✗  authentication  refused: the credentials were not accepted
┆                  401: the server does not know who you are; 403 would mean
┆                    that it knows, and you may not
┆
○  authorization   not reached
┆
○  APIService      not reached: v1.
┆
○  backend         not reached: Local: kube-apiserver itself
┆
✗  answer          401 Unauthorized
┆
✗  diagnosis       authentication (CredentialsRejected): the credentials are
                   missing, expired, or not of this cluster
                   try: kubectl auth whoami
                   log in again: the token or certificate has expired, or is of
                     another cluster
│
├─ route 4 of 4, 2 requests ────────────────────────────────────────────────────
│
●  request         GET /api/v1/namespaces/default/pods ×2
│                  failed, 3ms
│
●  API path        list pods, core group, version v1, namespace default
│
✗  connection      no answer: dial tcp 10.0.0.1:6443: connect: connection
┆                  refused
┆
○  authentication  not reached
┆
○  authorization   not reached
┆
○  APIService      not reached: v1.
┆
○  backend         not reached: Local: kube-apiserver itself
┆
✗  answer          none after 3ms
┆
✗  diagnosis       no answer came back (ConnectionRefused): nothing listens on
                   that address and port
                   try: kubectl config view --minify
                   is the cluster running, and the server's port right?

5 requests, 5 failed (403 ×1, 503 ×1, 401 ×1, no answer ×2); RBAC: 1 allowed, 2
denied, 2 unknown
summed request time 5.03s (parallel requests overlap): no discovery, work 5.03s
in 5; slowest 5.01s: list nodes.v1beta1.metrics.k8s.io
`,
  ],
  [
    "what is not known",
    [traces.unattributed, traces.planned, traces.watch, traces.unresolved],
    { columns: 80 },
    `
requests
│
├─ route 1 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /apis/apps/v1/namespaces/shop/deployments/web
│                  ?, ?
│
●  API path        get deployments, group apps, version v1, namespace shop, name
│                  web
│
?  authentication  not known: the log does not say which answer this got: 200 or
│                  404
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "cluster-admin"
│                  of ClusterRole "cluster-admin"
│                  to Group "system:masters"
│
✓  APIService      v1.apps, available
│
●  backend         Local: kube-apiserver itself
│
?  answer          not known: the log does not say which answer this got: 200 or
                   404
│
├─ route 2 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale
│                  planned, -
│
●  API path        patch deployments/scale, group apps, version v1, namespace
│                  shop, name web
│
?  authentication  not known: the request was not sent
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "cluster-admin"
│                  of ClusterRole "cluster-admin"
│                  to Group "system:masters"
│
✓  APIService      v1.apps, available
│
●  backend         Local: kube-apiserver itself
│
?  answer          not known: the request was not sent
│
├─ route 3 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /api/v1/namespaces/default/pods
│                  pending, -
│
●  API path        watch pods, core group, version v1, namespace default
│
?  authentication  not known: the log ends before the answer
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "cluster-admin"
│                  of ClusterRole "cluster-admin"
│                  to Group "system:masters"
│
✓  APIService      v1., available
│
●  backend         Local: kube-apiserver itself
│
?  answer          not known: the log ends before the answer
│
├─ route 4 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /apis/nothing.example.com/v1/things/a
│                  404 Not Found, 5ms
│
●  API path        get things, group nothing.example.com, version v1, namespace
│                  shop, name web
│
✓  authentication  passed
│
?  authorization   unknown
│                  the review was refused: 403
│
●  APIService      none found
│
?  backend         not known
│                  forbidden: apiservices is forbidden: User "jane" cannot list
│                    them
│
✗  answer          404 Not Found
┆                  404 page not found
┆                  discovery: /api and /apis list what a server serves; a 404
┆                    for a whole group means that nobody serves it
┆
✗  diagnosis       the API server's own handling of the object (NotServed): this
                   server has no such group, version or resource
                   try: kubectl api-resources
                   another version, a CRD that is not installed, or a wrong name

4 requests, 1 failed (404 ×1), 1 unattributed, 1 planned, 1 pending; RBAC: 3
allowed, 1 unknown
summed request time 5ms (parallel requests overlap): no discovery, work 5ms in
4; slowest 5ms: get things.v1.nothing.example.com shop/web
`,
  ],
  [
    "what else there is to say, wider",
    [traces.throttled, traces.warnings, traces.crd, traces.version],
    { columns: 120 },
    `
requests
│
├─ route 1 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /api/v1/namespaces/default/configmaps
│                  429 Too Many Requests, 1.03s
│                  held back 1.20s by client-side throttling
│                  client-side throttling: the client held its own request back; the server had no part in it
│
●  API path        list configmaps, core group, version v1, namespace default
│
✓  authentication  passed
│
✗  flow control    too many requests at a time
┆                  API priority and fairness: the first FlowSchema that fits chooses a priority level, and that one's
┆                    seats were taken
┆
○  authorization   not reached; it would be allowed (asked now)
┆
○  APIService      not reached: v1.
┆
○  backend         not reached: Local: kube-apiserver itself
┆
✗  answer          429 Too Many Requests
┆                  the server asks to wait 1.00s before a retry
┆
✗  diagnosis       API priority and fairness (TooManyRequests): the user's share of the server is used up
                   try: kubectl get flowschemas
                   ask less at a time, or give the user a FlowSchema with a larger share
│
├─ route 2 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /apis/policy/v1beta1/podsecuritypolicies
│                  200 OK, 5ms
│
●  API path        list podsecuritypolicies, group policy, version v1beta1, no namespace
│
✓  authentication  passed
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "cluster-admin"
│                  of ClusterRole "cluster-admin"
│                  to Group "system:masters"
│
✓  APIService      v1beta1.policy, available
│
✓  backend         Local: kube-apiserver itself
│
✓  answer          200 OK
                   warning: policy/v1beta1 PodSecurityPolicy is deprecated in v1.21+, unavailable in v1.25+
│
├─ route 3 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /apis/example.com/v1/namespaces/default/widgets/left
│                  200 OK, 5ms
│
●  API path        get widgets, group example.com, version v1, namespace default, name left
│
✓  authentication  passed
│
✓  authorization   allowed (asked now)
│                  by RoleBinding "widget-editors" in namespace "default"
│                  of Role "widget-editor"
│                  to User "jane"
│
✓  APIService      v1.example.com, available
│
✓  backend         Local: kube-apiserver, for the CustomResourceDefinition widgets.example.com
│
✓  answer          200 OK
│
├─ route 4 of 4, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /version
│                  200 OK, 4ms
│
●  API path        get /version, a path that is no resource
│
✓  authentication  passed
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "system:discovery"
│                  of ClusterRole "system:discovery"
│                  to Group "system:authenticated"
│
●  APIService      none answers for this path
│
✓  backend         Local: kube-apiserver itself
│
✓  answer          200 OK

4 requests, 1 failed (429 ×1); RBAC: 4 allowed
summed request time 1.05s (parallel requests overlap): discovery 4ms in 1, work 1.04s in 3; slowest 1.03s: list
configmaps.v1 default/
held back 1.20s in all by client-side throttling
`,
  ],
  [
    "without a terminal",
    [traces.unavailable],
    { columns: null },
    `
requests
│
├─ route 1 of 1, 1 request ─────────────────────────────────────────────────────
│
●  request         GET /apis/metrics.k8s.io/v1beta1/nodes
│                  503 Service Unavailable, 5.01s
│
●  API path        list nodes, group metrics.k8s.io, version v1beta1, no namespace
│
✓  authentication  passed
│
✓  authorization   allowed (asked now)
│                  by ClusterRoleBinding "cluster-admin"
│                  of ClusterRole "cluster-admin"
│                  to Group "system:masters"
│
✗  APIService      v1beta1.metrics.k8s.io
┆                  unavailable (MissingEndpoints): endpointslices for service/metrics-server in "kube-system" have no addresses with port name "https"
┆                  aggregation: kube-apiserver only passes this group on, to the Service that its APIService names
┆
○  backend         not reached: Service kube-system/metrics-server:443
┆                  type ClusterIP, ClusterIP 10.96.42.7
┆
○  endpoints       none known
┆
✗  answer          503 Service Unavailable
┆
✗  diagnosis       kube-apiserver's aggregator (MissingEndpoints): no ready Pod stands behind the Service's port
                   try: kubectl get endpointslices -n kube-system -l kubernetes.io/service-name=metrics-server -o wide
                   try: kubectl get pods -n kube-system -o wide
                   the Pods are not ready, not there, or not chosen by the Service's selector

1 request, 1 failed (503 ×1); RBAC: 1 allowed
`,
  ],
  [
    "ASCII alone",
    [traces.topNodes, traces.denied],
    { columns: 72, ascii: true },
    `
requests
|
+- route 1 of 2, 1 request ---------------------------------------------
|
*  request         GET /apis/metrics.k8s.io/v1beta1/nodes
|                  200 OK, 12ms
|
*  API path        list nodes, group metrics.k8s.io, version v1beta1, no
|                  namespace
|
+  connection      DNS 0ms, dial 3ms, TLS 1ms, server 5ms
|
+  authentication  passed
|
+  authorization   allowed (asked now)
|                  by ClusterRoleBinding "cluster-admin"
|                  of ClusterRole "cluster-admin"
|                  to Group "system:masters"
|
+  APIService      v1beta1.metrics.k8s.io, available
|
+  backend         Service kube-system/metrics-server:443
|                  type ClusterIP, ClusterIP 10.96.42.7
|
+  endpoints       1 of 1 ready
|                  metrics-server-6d94bc8694-zx8kk on node-1
|                    (10.244.0.5:10250, ready)
|
+  answer          200 OK
|
+- route 2 of 2, 1 request ---------------------------------------------
|
*  request         GET /api/v1/nodes
|                  403 Forbidden, 5ms
|
*  API path        list nodes, core group, version v1, no namespace
|
+  authentication  passed as "jane"
|                  acting as jane, groups developers
|
x  authorization   denied (asked now), without a reason
:                  403: the server knows who you are, and you may not;
:                    401 would mean that it does not know you
:
o  APIService      not reached: v1.
:
o  backend         not reached: Local: kube-apiserver itself
:
x  answer          403 Forbidden
:                  nodes is forbidden: User "jane" cannot list resource
:                    "nodes" in API group "" at the cluster scope
:
x  diagnosis       authorization (NoRuleAllows): no rule of any role
                   that is bound to the user allows it
                   try: kubectl auth can-i list nodes -A --as=jane \\
                     --as-group=developers
                   a Role that allows it, and a RoleBinding (or
                     ClusterRoleBinding) to the user or one of his
                     groups

2 requests, 1 failed (403 x1); RBAC: 1 allowed, 1 denied
summed request time 17ms (parallel requests overlap): no discovery, work
17ms in 2; slowest 12ms: list nodes.v1beta1.metrics.k8s.io
`,
  ],
  [
    "no requests",
    [],
    {},
    `
no API requests: nothing here is a request that a Kubernetes client logs at -v=6
or above
`,
  ],
];

for (const [name, list, options, expected] of cases) {
  test(`flow: ${name}`, async () => assert.equal(`\n${await render("flow", list, options)}`, expected));
}

test("flow: memory and output are bounded, and what is left out is counted", async () => {
  const many = Array.from({ length: 500 }, (_, i) =>
    sampleTrace({
      apiService: localApiService(`v1.group-${i % 100}`),
      requestInfo: { path: `/apis/x/${i}` },
    }),
  );
  const text = await render("flow", many);
  assert.match(text, /route 50 of 50, 5 requests/);
  assert.match(text, /\n250 more requests on further routes are not drawn\n/);
});

test("flow: the answer outweighs a review that was asked later", async () => {
  const trace = sampleTrace({ verdict: { decision: "denied", reason: "", source: "review" } });
  const text = await render("flow", [trace]);
  assert.match(
    text,
    /\? {2}authorization {3}denied \(asked now\)\n│ +but the answer shows that it was allowed then/,
  );
  assert.match(text, /✓ {2}answer {10}200 OK/);
});

test("flow: a 403 that authorization did not say came from behind it", async () => {
  const trace = sampleTrace({ ...traces.topNodes, roundTrip: { status: 403, statusText: "Forbidden" } });
  const text = await render("flow", [trace]);
  assert.match(text, /✓ {2}authorization {3}allowed/);
  assert.match(text, /✗ {2}backend {9}Service kube-system\/metrics-server:443\n/);
  assert.match(text, /authorization allowed it; the no came from here/);
});

test("flow: an eviction's 429 is a disruption budget, not flow control", async () => {
  const eviction = { verb: "create", subresource: "eviction", name: "web" };
  const roundTrip = { ...traces.throttled.roundTrip, message: "Cannot evict pod" };
  assert.match(await render("flow", [sampleTrace({ roundTrip })]), /✗ {2}flow control/);
  assert.doesNotMatch(
    await render("flow", [sampleTrace({ roundTrip, requestInfo: eviction })]),
    /flow control/,
  );
});

test("flow: an APIService that is down by now did not stop what was answered then", async () => {
  const trace = sampleTrace({ ...traces.unavailable, roundTrip: traces.topNodes.roundTrip });
  assert.match(await render("flow", [trace]), /\n│ +by now: the request came through\n/);
});

test("flow: what is not known of an APIService proves nothing", async () => {
  const apiService = { name: "v1.", available: "Unknown" as const, reason: "NotAsked", message: "offline" };
  const text = await render("flow", [sampleTrace({ apiService })]);
  assert.match(text, /\? {2}APIService {6}v1\.\n│ +availability unknown \(NotAsked\): offline\n│\n/);
});

test("flow: of a word that is broken to fit, each line but the last is full", async () => {
  const reason = `RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "y" to Group "${"group-".repeat(6)}end"`;
  const verdict = { decision: "allowed", reason, source: "review" } as const;
  const text = await render("flow", [sampleTrace({ verdict })], { columns: 40 });
  assert.match(text, /\n│ +"group-group-group-\n│ +group-group-group-e\n│ +nd"\n/);
});

test("a detail that begins with a space loses no part of its characters when it is wrapped", async () => {
  for (const node of ["a family of nodes in one name", "👩👧".repeat(15)]) {
    const pod = { name: "", node, phase: "", ready: false, reason: "", restarts: 0 };
    const pods = [{ ...pod, hostNetwork: false, ports: [], workload: null }];
    const target = { kind: "Service", namespace: "n", name: "s", port: 1, endpoints: [], pods } as const;
    for (const columns of [38, 39, 40, 41, 42]) {
      const text = await render("flow", [sampleTrace({ target })], { columns });
      assert.doesNotMatch(text, /\p{Cs}/u);
      const inOneLine = text.replaceAll(/\n┆ +/g, " ").replaceAll(" ", "");
      assert.ok(inOneLine.includes(`on${node.replaceAll(" ", "")}(noendpoint,notready)`), text);
    }
  }
});
