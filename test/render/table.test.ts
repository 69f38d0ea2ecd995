import assert from "node:assert/strict";
import { test } from "node:test";
import { createRenderer } from "../../src/render/create-renderer.ts";
import type { RenderOptions } from "../../src/render/renderer.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { sampleTrace, traces } from "../helpers/traces.ts";
import { linesOf, render } from "./rendering.ts";

const title = 'context "kind-dev" (https://10.0.0.1:6443)';

/** Each begins with a line feed, for the eye. */
const cases: readonly (readonly [
  name: string,
  list: readonly Trace[],
  options: Partial<RenderOptions>,
  expected: string,
])[] = [
  [
    "top nodes at 80 columns",
    [traces.discoveryApi, traces.discoveryApis, traces.topNodes, traces.list],
    { columns: 80, title },
    `
VERB  REQUEST                       STATUS  TIME  RBAC  BACKEND
get   /api                          200      3ms  yes   Local
get   /apis                         200      2ms  yes   aggregator
list  nodes.v1beta1.metrics.k8s.io  200     12ms  yes   Service
      → kube-system/metrics-server:443, available
list  pods.v1 default/              200      5ms  yes   Local

4 requests; RBAC: 4 allowed
summed request time 22ms (parallel requests overlap): discovery 5ms in 2, work
17ms in 2; slowest 12ms: list nodes.v1beta1.metrics.k8s.io
APIServices and RBAC: context "kind-dev" (https://10.0.0.1:6443)
`,
  ],
  [
    "top nodes at 120 columns",
    [traces.discoveryApi, traces.discoveryApis, traces.topNodes, traces.list],
    { columns: 120, title },
    `
VERB  RESOURCE                      NAME      STATUS  TIME  AVAILABLE  RBAC     BACKEND
get   /api                                    200      3ms  True       allowed  Local
get   /apis                                   200      2ms  -          allowed  Local (aggregator)
list  nodes.v1beta1.metrics.k8s.io            200     12ms  True       allowed  kube-system/metrics-server:443
list  pods.v1                       default/  200      5ms  True       allowed  Local

4 requests; RBAC: 4 allowed
summed request time 22ms (parallel requests overlap): discovery 5ms in 2, work 17ms in 2; slowest 12ms: list
nodes.v1beta1.metrics.k8s.io
APIServices and RBAC: context "kind-dev" (https://10.0.0.1:6443)
`,
  ],
  [
    "top nodes at 160 columns",
    [traces.discoveryApi, traces.discoveryApis, traces.topNodes, traces.list],
    { columns: 160 },
    `
VERB  RESOURCE                      NAME      STATUS  TIME  APISERVICE              AVAILABLE  RBAC     BACKEND
get   /api                                    200      3ms  v1.                     True       allowed  Local
get   /apis                                   200      2ms  -                       -          allowed  Local (aggregator)
list  nodes.v1beta1.metrics.k8s.io            200     12ms  v1beta1.metrics.k8s.io  True       allowed  kube-system/metrics-server:443
list  pods.v1                       default/  200      5ms  v1.                     True       allowed  Local

4 requests; RBAC: 4 allowed
summed request time 22ms (parallel requests overlap): discovery 5ms in 2, work 17ms in 2; slowest 12ms: list nodes.v1beta1.metrics.k8s.io
`,
  ],
  [
    "top nodes at 200 columns",
    [traces.discoveryApi, traces.discoveryApis, traces.topNodes, traces.list],
    { columns: 200 },
    `
VERB  RESOURCE                      NAME      STATUS  TIME  APISERVICE              AVAILABLE  RBAC     BACKEND                         ALLOWED BY
get   /api                                    200      3ms  v1.                     True       allowed  Local                           ClusterRoleBinding "system:discovery"
get   /apis                                   200      2ms  -                       -          allowed  Local (aggregator)              ClusterRoleBinding "system:discovery"
list  nodes.v1beta1.metrics.k8s.io            200     12ms  v1beta1.metrics.k8s.io  True       allowed  kube-system/metrics-server:443  ClusterRoleBinding "cluster-admin"
list  pods.v1                       default/  200      5ms  v1.                     True       allowed  Local                           ClusterRoleBinding "cluster-admin"

4 requests; RBAC: 4 allowed
summed request time 22ms (parallel requests overlap): discovery 5ms in 2, work 17ms in 2; slowest 12ms: list nodes.v1beta1.metrics.k8s.io
`,
  ],
  [
    "top nodes without a terminal",
    [traces.discoveryApi, traces.discoveryApis, traces.topNodes, traces.list],
    { columns: null },
    `
VERB  RESOURCE                      NAME      STATUS  TIME  APISERVICE              AVAILABLE  RBAC     BACKEND                         ALLOWED BY
get   /api                                    200      3ms  v1.                     True       allowed  Local                           ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"
get   /apis                                   200      2ms  -                       -          allowed  Local (aggregator)              ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"
list  nodes.v1beta1.metrics.k8s.io            200     12ms  v1beta1.metrics.k8s.io  True       allowed  kube-system/metrics-server:443  ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"
list  pods.v1                       default/  200      5ms  v1.                     True       allowed  Local                           ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"

4 requests; RBAC: 4 allowed
summed request time 22ms (parallel requests overlap): discovery 5ms in 2, work 17ms in 2; slowest 12ms: list nodes.v1beta1.metrics.k8s.io
`,
  ],
  [
    "top nodes at 40 columns",
    [traces.discoveryApi, traces.discoveryApis, traces.topNodes, traces.list],
    { columns: 40 },
    `
VERB  REQUEST         STATUS  TIME  RBAC
get   /api            200      3ms  yes
      → Local
get   /apis           200      2ms  yes
      → Local (aggregator)
list  nodes.v…k8s.io  200     12ms  yes
      → kube-system/metrics-server:443,
      available
list  pods.v1…fault/  200      5ms  yes
      → Local

4 requests; RBAC: 4 allowed
summed request time 22ms (parallel
requests overlap): discovery 5ms in 2,
work 17ms in 2; slowest 12ms: list
nodes.v1beta1.metrics.k8s.io
`,
  ],
  [
    "what was refused at 80 columns",
    [traces.denied, traces.unavailable, traces.unauthorized, traces.failedDial, traces.failedDial],
    { columns: 80, title: "offline" },
    `
VERB  REQUEST                       STATUS   TIME  RBAC  BACKEND
list  nodes.v1                      403       5ms  no    Local
      Forbidden: nodes is forbidden: User "jane" cannot list resource "nodes" in
      API group "" at the cluster scope
      authorization (NoRuleAllows): no rule of any role that is bound to the
      user allows it
      try: kubectl auth can-i list nodes -A --as=jane --as-group=developers
      403: the server knows who you are, and you may not; 401 would mean that it
      does not know you
      as jane, groups developers
list  nodes.v1beta1.metrics.k8s.io  503     5.01s  yes   Service
      → kube-system/metrics-server:443, unavailable (MissingEndpoints):
      endpointslices for service/metrics-server in "kube-system" have no
      addresses with port name "https"
      Service Unavailable
      kube-apiserver's aggregator (MissingEndpoints): no ready Pod stands behind
      the Service's port
      try: kubectl get endpointslices -n kube-system -l \\
      kubernetes.io/service-name=metrics-server -o wide
      aggregation: kube-apiserver only passes this group on, to the Service that
      its APIService names
list  pods.v1 default/              401       5ms  no    Local
      Unauthorized
      denied: not authenticated: the server answered 401
      authentication (CredentialsRejected): the credentials are missing,
      expired, or not of this cluster
      try: kubectl auth whoami
      401: the server does not know who you are; 403 would mean that it knows,
      and you may not
list  pods.v1 default/              failed    3ms  ?     Local
      no answer: dial tcp 10.0.0.1:6443: connect: connection refused
      no answer came back (ConnectionRefused): nothing listens on that address
      and port
      try: kubectl config view --minify
      availability and RBAC unknown: no cluster was asked (--offline)
list  pods.v1 default/              failed    3ms  ?     Local
      no answer: dial tcp 10.0.0.1:6443: connect: connection refused

5 requests, 5 failed (403 ×1, 503 ×1, 401 ×1, no answer ×2); RBAC: 1 allowed, 2
denied, 2 unknown
summed request time 5.03s (parallel requests overlap): no discovery, work 5.03s
in 5; slowest 5.01s: list nodes.v1beta1.metrics.k8s.io
APIServices and RBAC: offline
`,
  ],
  [
    "what was refused at 120 columns",
    [traces.denied, traces.unavailable, traces.unauthorized, traces.failedDial, traces.failedDial],
    { columns: 120 },
    `
VERB  RESOURCE                      NAME      STATUS   TIME  AVAILABLE  RBAC     BACKEND
list  nodes.v1                                403       5ms  True       denied   Local
      Forbidden: nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope
      authorization (NoRuleAllows): no rule of any role that is bound to the user allows it
      try: kubectl auth can-i list nodes -A --as=jane --as-group=developers
      403: the server knows who you are, and you may not; 401 would mean that it does not know you
      as jane, groups developers
list  nodes.v1beta1.metrics.k8s.io            503     5.01s  False      allowed  kube-system/metrics-server:443
      unavailable (MissingEndpoints): endpointslices for service/metrics-server in "kube-system" have no addresses with
      port name "https"
      Service Unavailable
      kube-apiserver's aggregator (MissingEndpoints): no ready Pod stands behind the Service's port
      try: kubectl get endpointslices -n kube-system -l kubernetes.io/service-name=metrics-server -o wide
      aggregation: kube-apiserver only passes this group on, to the Service that its APIService names
list  pods.v1                       default/  401       5ms  True       denied   Local
      Unauthorized
      denied: not authenticated: the server answered 401
      authentication (CredentialsRejected): the credentials are missing, expired, or not of this cluster
      try: kubectl auth whoami
      401: the server does not know who you are; 403 would mean that it knows, and you may not
list  pods.v1                       default/  failed    3ms  Unknown    unknown  Local
      no answer: dial tcp 10.0.0.1:6443: connect: connection refused
      no answer came back (ConnectionRefused): nothing listens on that address and port
      try: kubectl config view --minify
      availability and RBAC unknown: no cluster was asked (--offline)
list  pods.v1                       default/  failed    3ms  Unknown    unknown  Local
      no answer: dial tcp 10.0.0.1:6443: connect: connection refused

5 requests, 5 failed (403 ×1, 503 ×1, 401 ×1, no answer ×2); RBAC: 1 allowed, 2 denied, 2 unknown
summed request time 5.03s (parallel requests overlap): no discovery, work 5.03s in 5; slowest 5.01s: list
nodes.v1beta1.metrics.k8s.io
`,
  ],
  [
    "what is not known at 80 columns",
    [traces.unattributed, traces.planned, traces.watch, traces.unresolved],
    { columns: 80 },
    `
VERB   REQUEST                                 STATUS   TIME  RBAC  BACKEND
get    deployments.v1.apps shop/web            ?           ?  yes   Local
       the log does not say which answer this got: 200 or 404
patch  deployments/scale.v1.apps shop/web      planned     -  yes   Local
watch  pods.v1 default/                        pending     -  yes   Local
get    things.v1.nothing.example.com shop/web  404       5ms  ?     ?
       Not Found: 404 page not found
       the API server's own handling of the object (NotServed): this server has
       no such group, version or resource
       try: kubectl api-resources
       discovery: /api and /apis list what a server serves; a 404 for a whole
       group means that nobody serves it
       backend unknown: forbidden: apiservices is forbidden: User "jane" cannot
       list them
       RBAC unknown: the review was refused: 403

4 requests, 1 failed (404 ×1), 1 unattributed, 1 planned, 1 pending; RBAC: 3
allowed, 1 unknown
summed request time 5ms (parallel requests overlap): no discovery, work 5ms in
4; slowest 5ms: get things.v1.nothing.example.com shop/web
`,
  ],
  [
    "what is not known without a terminal",
    [traces.unattributed, traces.planned, traces.watch, traces.unresolved],
    { columns: null },
    `
VERB   RESOURCE                       NAME      STATUS   TIME  APISERVICE  AVAILABLE  RBAC     BACKEND  ALLOWED BY
get    deployments.v1.apps            shop/web  ?           ?  v1.apps     True       allowed  Local    ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"
       the log does not say which answer this got: 200 or 404
patch  deployments/scale.v1.apps      shop/web  planned     -  v1.apps     True       allowed  Local    ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"
watch  pods.v1                        default/  pending     -  v1.         True       allowed  Local    ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"
get    things.v1.nothing.example.com  shop/web  404       5ms  -           -          unknown  ?        -
       Not Found: 404 page not found
       the API server's own handling of the object (NotServed): this server has no such group, version or resource
       try: kubectl api-resources
       discovery: /api and /apis list what a server serves; a 404 for a whole group means that nobody serves it
       backend unknown: forbidden: apiservices is forbidden: User "jane" cannot list them
       RBAC unknown: the review was refused: 403

4 requests, 1 failed (404 ×1), 1 unattributed, 1 planned, 1 pending; RBAC: 3 allowed, 1 unknown
summed request time 5ms (parallel requests overlap): no discovery, work 5ms in 4; slowest 5ms: get things.v1.nothing.example.com shop/web
`,
  ],
  [
    "what else there is to say at 80 columns",
    [traces.throttled, traces.warnings, traces.crd, traces.version],
    { columns: 80 },
    `
VERB  REQUEST                              STATUS   TIME  RBAC  BACKEND
list  configmaps.v1 default/               429     1.03s  yes   Local
      Too Many Requests
      API priority and fairness (TooManyRequests): the user's share of the
      server is used up
      try: kubectl get flowschemas
      API priority and fairness: the first FlowSchema that fits chooses a
      priority level, and that one's seats were taken
      client-side throttling: the client held its own request back; the server
      had no part in it
      held back 1.20s by client-side throttling
      the server asks to wait 1.00s before a retry
list  podsecuritypolicies.v1beta1.policy   200       5ms  yes   Local
      warning: policy/v1beta1 PodSecurityPolicy is deprecated in v1.21+,
      unavailable in v1.25+
get   widgets.v1.example.com default/left  200       5ms  yes   Local (CRD)
get   /version                             200       4ms  yes   Local

4 requests, 1 failed (429 ×1); RBAC: 4 allowed
summed request time 1.05s (parallel requests overlap): discovery 4ms in 1, work
1.04s in 3; slowest 1.03s: list configmaps.v1 default/
held back 1.20s in all by client-side throttling
`,
  ],
  [
    "ASCII alone",
    [traces.topNodes, traces.denied],
    { columns: 80, ascii: true },
    `
VERB  REQUEST                       STATUS  TIME  RBAC  BACKEND
list  nodes.v1beta1.metrics.k8s.io  200     12ms  yes   Service
      -> kube-system/metrics-server:443, available
list  nodes.v1                      403      5ms  no    Local
      Forbidden: nodes is forbidden: User "jane" cannot list resource "nodes" in
      API group "" at the cluster scope
      authorization (NoRuleAllows): no rule of any role that is bound to the
      user allows it
      try: kubectl auth can-i list nodes -A --as=jane --as-group=developers
      403: the server knows who you are, and you may not; 401 would mean that it
      does not know you
      as jane, groups developers

2 requests, 1 failed (403 x1); RBAC: 1 allowed, 1 denied
summed request time 17ms (parallel requests overlap): no discovery, work 17ms in
2; slowest 12ms: list nodes.v1beta1.metrics.k8s.io
`,
  ],
  [
    "no requests in a log",
    [],
    { title },
    `
no API requests: nothing here is a request that a Kubernetes client logs at -v=6
or above
`,
  ],
  [
    "no requests of a command",
    [],
    { command: ["kubectl", "version", "--client"] },
    `
no API requests: "kubectl version --client" sent none
`,
  ],
];

for (const [name, list, options, expected] of cases) {
  test(`table: ${name}`, async () => assert.equal(`\n${await render("table", list, options)}`, expected));
}

test("table: when more rows come than were looked at, they find what room is left", async () => {
  const long = sampleTrace({ ...traces.crd, requestInfo: { name: `web-${"x".repeat(200)}-end` } });
  const lines = linesOf(await render("table", [...Array.from({ length: 200 }, () => traces.list), long]));
  assert.equal(lines[1], `list    pods.v1 default/${" ".repeat(22)}200         5ms  yes   Local`);
  assert.equal(
    lines[201],
    `list    pods.v1 default/we…${"x".repeat(13)}-end  200         5ms  yes   Local (CRD)`,
  );
});

test("table: rows are held back until the columns are known, then written as they come", async () => {
  const renderer = await createRenderer("table", { columns: 80, color: false });
  const written = Array.from({ length: 250 }, () => renderer.trace(traces.list).split("\n").length - 1);
  assert.deepEqual([written[0], written[198], written[199], written[200], written[249]], [0, 0, 201, 1, 1]);
});

test("table: wide characters keep the columns straight", async () => {
  const list = [
    sampleTrace({ requestInfo: { name: "名前空間" } }),
    sampleTrace({ requestInfo: { name: "e\u0301" } }),
  ];
  const [, first = "", second = ""] = linesOf(await render("table", list));
  assert.equal(first, "list  pods.v1 default/名前空間  200      5ms  yes   Local");
  assert.equal(second, "list  pods.v1 default/e\u0301         200      5ms  yes   Local");
});

test("table: colours say no more than the words", async () => {
  const text = await render("table", [traces.unavailable], { color: true });
  for (const colored of ["\x1b[31m503\x1b[39m", "\x1b[32myes\x1b[39m"])
    assert.ok(text.includes(colored), text);
});

test("table: a WebSocket that was refused, which kubectl does not log, is said to be one", async () => {
  const url = "https://10.0.0.1:6443/api/v1/namespaces/shop/pods/web/exec?command=sh";
  const roundTrip = { outcome: "failed", status: null, statusText: null, message: null, url } as const;
  const text = await render("table", [sampleTrace({ roundTrip })], { columns: null });
  assert.match(text, /no answer: kubectl does not log how its WebSocket was refused/);
  const other = { ...roundTrip, url: "https://10.0.0.1:6443/api/v1/pods", retryAfterMs: 1000 };
  const said = await render("table", [sampleTrace({ roundTrip: other })], { columns: null });
  assert.match(said, /the log does not say why/);
  // Nobody was there to ask for it.
  assert.match(said, /the client waits 1\.00s before a retry/);
});
