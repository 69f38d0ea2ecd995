import assert from "node:assert/strict";
import { test } from "node:test";
import type { RenderOptions } from "../../src/render/renderer.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { traces } from "../helpers/traces.ts";
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
    "all there is",
    [traces.topNodes, traces.denied, traces.unattributed, traces.unavailable],
    { columns: 80, title },
    `
VERB  RESOURCE                      NAME      STATUS                    TIME  PHASES                                  APISERVICE              AVAILABLE                 BACKEND                         CLUSTER-IP  ENDPOINTS                                                            RBAC     ADMISSION  ASKED   AS                       THROTTLED  RETRY-AFTER  AUDIT-ID                              FLOW-SCHEMA                           PRIORITY-LEVEL                        CACHED  LOGGED                LINE  SAID-NO        CAUSE             TRY                                                                                             RBAC-REASON                                                                                                   MESSAGE
list  nodes.v1beta1.metrics.k8s.io            200 OK                    12ms  DNS 0ms, dial 3ms, TLS 1ms, server 5ms  v1beta1.metrics.k8s.io  True (Passed)             kube-system/metrics-server:443  10.96.42.7  metrics-server-6d94bc8694-zx8kk on node-1 (10.244.0.5:10250, ready)  allowed  -          review  -                        -          -            70e26430-ff1d-4f79-813c-75cc16ebac95  0b5a4c2e-0f7a-4d1e-9b0a-2f0f6f0a7b11  5d3f2a10-8f5c-4a53-9f62-1a2b3c4d5e6f  no      1121 01:08:36.191956  -:7   -              -                 -                                                                                               RBAC: allowed by ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"  -
list  nodes.v1                                403 Forbidden              5ms  -                                       v1.                     True (Local)              Local                           -           -                                                                    denied   -          review  jane, groups developers  -          -            -                                     -                                     -                                     -       -                     -:7   Authorization  NoRuleAllows      kubectl auth can-i list nodes -A --as=jane --as-group=developers                                -                                                                                                             Forbidden: nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope
get   deployments.v1.apps           shop/web  ? (200 or 404)               ?  -                                       v1.apps                 True (Local)              Local                           -           -                                                                    allowed  -          review  -                        -          -            -                                     -                                     -                                     -       -                     -:7   -              -                 -                                                                                               RBAC: allowed by ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"  the log does not say which answer this got: 200 or 404
list  nodes.v1beta1.metrics.k8s.io            503 Service Unavailable  5.01s  -                                       v1beta1.metrics.k8s.io  False (MissingEndpoints)  kube-system/metrics-server:443  10.96.42.7  -                                                                    allowed  -          review  -                        -          -            -                                     -                                     -                                     -       -                     -:7   Aggregator     MissingEndpoints  kubectl get endpointslices -n kube-system -l kubernetes.io/service-name=metrics-server -o wide  RBAC: allowed by ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"  Service Unavailable; endpointslices for service/metrics-server in "kube-system" have no addresses with port name "https"

4 requests, 2 failed (403 ×1, 503 ×1), 1 unattributed; RBAC: 3 allowed, 1 denied
summed request time 5.03s (parallel requests overlap): no discovery, work 5.03s in 4; slowest 5.01s: list nodes.v1beta1.metrics.k8s.io
APIServices and RBAC: context "kind-dev" (https://10.0.0.1:6443)
`,
  ],
  [
    "no requests",
    [],
    {},
    `
no API requests: nothing here is a request that a Kubernetes client logs at -v=6 or above
`,
  ],
];

for (const [name, list, options, expected] of cases) {
  test(`wide: ${name}`, async () => assert.equal(`\n${await render("wide", list, options)}`, expected));
}
