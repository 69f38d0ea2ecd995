import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Answer, Cluster } from "../../src/cluster/cluster.ts";
import { readSnapshot } from "../../src/cluster/snapshot/snapshot.ts";
import { createSnapshotCluster } from "../../src/cluster/snapshot/snapshot-cluster.ts";
import { newRoundTrip, type RoundTrip } from "../../src/log/round-trip.ts";
import type { ClusterChoice } from "../../src/trace/cluster-choice.ts";
import { resolveTrace } from "../../src/trace/resolve-trace.ts";
import { targetPortOf, workloadsOf } from "../../src/trace/service-chain.ts";
import type { Trace } from "../../src/trace/trace.ts";

const snapshot = readSnapshot(
  `
apiVersion: kubectl-trace/v1alpha1
kind: Snapshot
server: https://10.0.0.1:6443/base
user: { username: jane, groups: [dev] }
items:
- { apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1. }, spec: { version: v1 },
    status: { conditions: [{ type: Available, status: "True", reason: Local, message: Local APIServices are always available }] } }
- { apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1.example.com }, spec: { group: example.com, version: v1 },
    status: { conditions: [{ type: Available, status: "True", reason: Local, message: Local APIServices are always available }] } }
- { apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1beta1.metrics.k8s.io },
    spec: { group: metrics.k8s.io, version: v1beta1, service: { namespace: kube-system, name: metrics-server } },
    status: { conditions: [{ type: Available, status: "False", reason: MissingEndpoints, message: no addresses }] } }
- { apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: widgets.example.com }, spec: { group: example.com, names: { plural: widgets } } }
- { apiVersion: v1, kind: Service, metadata: { namespace: kube-system, name: metrics-server }, spec: { type: ClusterIP, clusterIP: 10.0.0.9, selector: { app: m }, ports: [{ name: https, port: 443, targetPort: 10250 }] } }
- { apiVersion: v1, kind: Pod, metadata: { namespace: kube-system, name: metrics-1, labels: { app: m }, ownerReferences: [{ kind: ReplicaSet, name: metrics, controller: true }] }, spec: { nodeName: node-1 },
    status: { phase: Running, containerStatuses: [{ name: server, restartCount: 4, state: { waiting: { reason: CrashLoopBackOff } } }] } }
- { apiVersion: apps/v1, kind: ReplicaSet, metadata: { namespace: kube-system, name: metrics, labels: { app: m }, ownerReferences: [{ kind: Deployment, name: metrics-server, controller: true }] } }
- { apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { namespace: kube-system, name: m-1, labels: { kubernetes.io/service-name: metrics-server } },
    ports: [{ name: https, port: 10250 }], endpoints: [{ addresses: [10.1.0.5], conditions: { ready: false }, nodeName: node-1, targetRef: { kind: Pod, name: metrics-1 } }] }
- { apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: { name: reader }, rules: [{ apiGroups: [""], resources: [pods], verbs: [list] }] }
- { apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: { name: devs }, roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader }, subjects: [{ kind: Group, name: dev }] }
`,
  "test.yaml",
);
const cluster = createSnapshotCluster(snapshot);
const offline: ClusterChoice = { cluster: null, reason: "offline" };

function roundTrip(path: string, known: Partial<RoundTrip> = {}): RoundTrip {
  const url = path === "" ? "" : `https://10.0.0.1:6443/base${path}`;
  return newRoundTrip({ method: "GET", url, outcome: "response", source: { file: "-", line: 1 }, ...known });
}

async function resolve(trip: RoundTrip, choice: ClusterChoice = { cluster }, detail = false): Promise<Trace> {
  return await resolveTrace(trip, { clusterOf: () => choice, detail });
}

for (const [path, apiService, target] of [
  ["/api/v1/pods", "v1. True Local", '{"kind":"Local","by":"built-in"}'],
  [
    "/apis/example.com/v1/widgets",
    "v1.example.com True Local",
    '{"kind":"Local","by":"crd","crd":"widgets.example.com"}',
  ],
  ["/apis/example.com/v1", "v1.example.com True Local", '{"kind":"Local","by":"crd"}'],
  [
    "/apis/example.com/v1/gadgets",
    "v1.example.com True Local",
    '{"kind":"Unresolved","reason":"no CustomResourceDefinition gadgets.example.com: kube-apiserver answers 404"}',
  ],
  [
    "/apis/metrics.k8s.io/v1beta1/nodes",
    "v1beta1.metrics.k8s.io False MissingEndpoints",
    '{"kind":"Service","namespace":"kube-system","name":"metrics-server","port":443,"endpoints":[]}',
  ],
  [
    "/apis/nobody.io/v1/things",
    "null",
    '{"kind":"Unresolved","reason":"no APIService v1.nobody.io: nothing serves this group and version, kube-apiserver answers 404"}',
  ],
  ["/apis", "null", '{"kind":"Local","by":"aggregator"}'],
  ["/apis/apiregistration.k8s.io/v1/apiservices", "null", '{"kind":"Local","by":"aggregator"}'],
  ["/version", "null", '{"kind":"Local","by":"built-in"}'],
] as const) {
  test(`who answers ${path}`, async () => {
    const trace = await resolve(roundTrip(path));
    const { apiService: found } = trace;
    assert.equal(found === null ? "null" : `${found.name} ${found.available} ${found.reason}`, apiService);
    assert.equal(JSON.stringify(trace.target), target);
  });
}

test("with detail the Service and its endpoints are looked up", async () => {
  const { target } = await resolve(roundTrip("/apis/metrics.k8s.io/v1beta1/nodes"), { cluster }, true);
  assert.ok(target.kind === "Service");
  assert.deepEqual([target.type, target.clusterIP], ["ClusterIP", "10.0.0.9"]);
  assert.deepEqual(
    target.endpoints.map(({ address, port, ready, pod, node }) => [address, port, ready, pod, node]),
    [["10.1.0.5", 10250, false, "metrics-1", "node-1"]],
  );
  assert.equal(targetPortOf(target), "10250");
  assert.deepEqual(
    target.pods?.map(({ name, node, ready, reason, restarts }) => [name, node, ready, reason, restarts]),
    [["metrics-1", "node-1", false, "container server: CrashLoopBackOff", 4]],
  );
  assert.deepEqual(workloadsOf(target), ["Deployment metrics-server"]);
});

for (const [path, target] of [
  ["/api/v1/pods", '{"kind":"Local","by":"built-in"}'],
  ["/apis/example.com/v1/widgets", '{"kind":"Unresolved","reason":"offline"}'],
  ["/apis/apps", '{"kind":"Local","by":"aggregator"}'],
  ["/healthz", '{"kind":"Local","by":"built-in"}'],
  ["/oauth/token", '{"kind":"Unresolved","reason":"not a path of the Kubernetes API"}'],
  ["", '{"kind":"Unresolved","reason":"the log does not say which request this answers"}'],
] as const) {
  test(`who answers ${path || "a request without URL"}, offline`, async () => {
    const trip = roundTrip(path);
    const trace = await resolve({ ...trip, url: trip.url.replace("/base", "") }, offline);
    assert.equal(JSON.stringify(trace.target), target);
  });
}

test("the verdict is the authorizer's, with its reason", async () => {
  const { verdict } = await resolve(roundTrip("/api/v1/pods", { status: 403 }));
  assert.deepEqual(verdict, {
    decision: "allowed",
    reason: 'RBAC: allowed by ClusterRoleBinding "devs" of ClusterRole "reader" to Group "dev"',
    source: "snapshot",
  });
});

test("a denial repeats the server's own sentence when the log has it", async () => {
  const message =
    'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" at the cluster scope';
  const { verdict } = await resolve(roundTrip("/api/v1/secrets", { status: 403, message }));
  assert.deepEqual(
    [verdict.decision, verdict.reason],
    ["denied", message.slice("secrets is forbidden: ".length)],
  );
});

for (const [whose, own, relayed, decision] of [
  ["of a log", false, null, "denied"],
  ["of a log, of an extension server", false, true, "allowed"],
  ["of one's own", true, null, "allowed"],
] as const) {
  test(`a 403 ${whose}, which a review allows now`, async () => {
    const message =
      'pods is forbidden: User "bob" cannot list resource "pods" in API group "" at the cluster scope';
    const trip = roundTrip("/api/v1/pods", { status: 403, message, relayed });
    const { verdict } = await resolveTrace(trip, { clusterOf: () => ({ cluster }), detail: false, own });
    assert.equal(verdict.decision, decision);
  });
}

for (const [status, expected] of [
  [404, /, kube-apiserver answers 404$/],
  [403, /nothing serves this group and version$/],
  [500, /nothing serves this group and version by now$/],
] as const) {
  test(`what is not there does not contradict a ${status}`, async () => {
    const { target } = await resolve(roundTrip("/apis/nobody.io/v1/things", { status }));
    assert.match(target.reason ?? "", expected);
  });
}

const quoted =
  'pods is forbidden: User "a\\"b" cannot list resource "pods" in API group "" at the cluster scope';
for (const [what, known, decision, source] of [
  ["a 200 was allowed", { status: 200 }, "allowed", "response"],
  ["a 101 was allowed", { status: 101 }, "allowed", "response"],
  ["a 403 with the authorizer's sentence was not", { status: 403, message: quoted }, "denied", "response"],
  [
    "a 403 of admission proves nothing of the authorizer",
    { status: 403, message: 'pods "x" is forbidden: exceeded quota: q' },
    "unknown",
    "none",
  ],
  ["a 401 was never asked about", { status: 401 }, "denied", "response"],
  ["a 401 that was relayed is an extension server's", { status: 401, relayed: true }, "unknown", "none"],
  ["a 503 may come from anywhere", { status: 503 }, "unknown", "none"],
  ["a 404 may come from anywhere", { status: 404 }, "unknown", "none"],
  ["no answer says nothing", { outcome: "failed" }, "unknown", "none"],
  ["an unattributed answer says nothing", { outcome: "unattributed", status: 200 }, "unknown", "none"],
] as const) {
  test(`without a cluster, ${what}`, async () => {
    const { verdict } = await resolve(roundTrip("/api/v1/pods", known), offline);
    assert.deepEqual([verdict.decision, verdict.source], [decision, source]);
    assert.notEqual(verdict.reason, "");
  });
}

test("without a cluster, the login of a proxied program proves nothing of the authorizer", async () => {
  const login = roundTrip("/api/v1/namespaces/shop/services/web/proxy/", { status: 401, message: "log in" });
  assert.equal((await resolve(login, offline)).verdict.decision, "unknown");
});

test("what the cluster refuses to tell leaves a reason, not a hole", async () => {
  const refusal = {
    ok: false,
    reason: "forbidden: apiservices",
    status: 403,
  } as const satisfies Answer<never>;
  const refusing: Cluster = { ...cluster, apiServices: async () => refusal, review: async () => refusal };
  const trace = await resolve(roundTrip("/apis/example.com/v1/widgets", { status: 200 }), {
    cluster: refusing,
  });
  assert.deepEqual(trace.apiService, {
    name: "v1.example.com",
    available: "Unknown",
    reason: "NotKnown",
    message: "forbidden: apiservices",
  });
  assert.deepEqual(trace.target, { kind: "Unresolved", reason: "forbidden: apiservices" });
  assert.deepEqual([trace.verdict.decision, trace.verdict.source], ["allowed", "response"]);
});

test("who may not list APIServices sees by the answer that another server gave it", async () => {
  const refusal = { ok: false, reason: "forbidden", status: 403 } as const satisfies Answer<never>;
  const refusing: Cluster = { ...cluster, apiServices: async () => refusal };
  const ask = async (answer: Partial<RoundTrip>) =>
    (await resolve(roundTrip("/apis/example.com/v1/widgets", answer), { cluster: refusing })).target;
  assert.match((await ask({ status: 500, relayed: true })).reason ?? "", /^an extension API server answered/);
  // An extension server need not write an Audit-Id: once proves nothing.
  assert.deepEqual(await ask({ status: 200, relayed: false }), { kind: "Unresolved", reason: "forbidden" });
});

test("a CRD that may not be looked at is named all the same", async () => {
  const refusal = { ok: false, reason: "forbidden", status: 403 } as const satisfies Answer<never>;
  const refusing: Cluster = { ...cluster, hasCustomResourceDefinition: async () => refusal };
  const { target } = await resolve(roundTrip("/apis/example.com/v1/widgets"), { cluster: refusing });
  assert.deepEqual(target, {
    kind: "Local",
    by: "crd",
    crd: "widgets.example.com",
    reason: "not confirmed: forbidden",
  });
});

/** Counts the questions by name; "refused" ones have no answer. */
function counting(refused: readonly string[] = []): { readonly cluster: Cluster; readonly asked: string[] } {
  const asked: string[] = [];
  const ask = async <T>(name: string, what: string, answer: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    asked.push(name);
    const where = name === "apiService" ? "at the cluster scope" : 'in the namespace "kube-system"';
    const reason = `${what} is forbidden: User "jane" cannot get resource "${what}" in API group "" ${where}`;
    return refused.includes(name) ? { ok: false, reason, status: 403 } : await answer();
  };
  const counted: Cluster = {
    ...cluster,
    apiService: (name) => ask("apiService", "apiservices", () => cluster.apiService(name)),
    service: (...of) => ask("service", "services", () => cluster.service(...of)),
    endpoints: (...of) => ask("endpoints", "endpointslices", () => cluster.endpoints(...of)),
    pods: (...of) => ask("pods", "pods", () => cluster.pods(...of)),
    extensionAuthentication: () =>
      ask("authentication", "configmaps", async () => ({
        ok: true,
        value: { authorities: [], allowedNames: null },
      })),
    review: async () => ({ ok: true, value: { allowed: true, reason: "", evaluationError: "" } }),
  };
  return { cluster: counted, asked };
}

const whole = ["apiService", "endpoints", "pods", "service"];
const metrics = "/apis/metrics.k8s.io/v1beta1/nodes";
for (const [what, path, answer, expected] of [
  ["a success", metrics, { status: 200 }, ["apiService"]],
  ["nothing sent", metrics, { outcome: "planned" }, ["apiService"]],
  ["a 503 of the aggregator", metrics, { status: 503, message: "service unavailable" }, whole],
  ["a 500 of the extension server", metrics, { status: 500, relayed: true, message: "boom" }, whole],
  ["no answer in time", metrics, { outcome: "failed", message: "context deadline exceeded" }, whole],
  ["no connection", metrics, { outcome: "failed", message: "connection refused" }, ["apiService"]],
  ["no such object", metrics, { status: 404, message: 'nodes.metrics.k8s.io "a" not found' }, ["apiService"]],
  [
    "a 403 of the extension server",
    metrics,
    { status: 403, relayed: true, message: "no" },
    ["authentication", ...whole].toSorted(),
  ],
  ["a 401 of kube-apiserver", metrics, { status: 401, message: "Unauthorized" }, ["apiService"]],
  ["a 500 of kube-apiserver", "/api/v1/pods", { status: 500, message: "boom" }, []],
] as const satisfies readonly (readonly [string, string, Partial<RoundTrip>, readonly string[]])[]) {
  test(`without detail, what is asked of ${what}`, async () => {
    const { cluster, asked } = counting();
    await resolve(roundTrip(path, { auditId: "a", ...answer }), { cluster });
    assert.deepEqual(asked.toSorted(), expected);
  });
}

test("what stands behind it is evidence, whatever is shown", async () => {
  const unavailable = roundTrip(metrics, { status: 503, message: "service unavailable", auditId: "a" });
  for (const detail of [false, true]) {
    const { diagnosis } = await resolve(unavailable, { cluster: counting().cluster }, detail);
    assert.deepEqual(diagnosis?.evidence.slice(2), [
      "Pod kube-system/metrics-1 on node-1 is not ready: container server: CrashLoopBackOff; 4 restarts",
      "the Pods are of Deployment metrics-server",
    ]);
    assert.equal(diagnosis?.advice[0], "kubectl logs -n kube-system metrics-1 -c server --previous");
  }
});

test("who may see nothing of it gets the same diagnosis, and one reason", async () => {
  const unavailable = roundTrip(metrics, { status: 503, message: "service unavailable", auditId: "a" });
  const { cluster } = counting(["service", "endpoints", "pods"]);
  const { diagnosis, target } = await resolve(unavailable, { cluster });
  assert.equal(diagnosis?.cause, "MissingEndpoints");
  assert.equal(diagnosis?.evidence.length, 2);
  assert.equal(
    target.reason,
    'forbidden: User "jane" cannot get services, get endpointslices in the namespace "kube-system"',
  );
});

for (const [path, answer, cause, party, evidence] of [
  [
    "/apis/nobody.io/v1/things",
    { status: 404, message: "404 page not found" },
    "GroupNotServed",
    "APIServer",
    "no APIService is of the group nobody.io",
  ],
  [
    "/apis/metrics.k8s.io/v1/nodes",
    { status: 404, message: "404 page not found" },
    "VersionNotServed",
    "APIServer",
    "the group metrics.k8s.io is served in v1beta1, not in v1",
  ],
  [
    "/apis/example.com/v1/gadgets",
    { status: 404, message: "404 page not found" },
    "ResourceNotServed",
    "APIServer",
    "no CustomResourceDefinition gadgets.example.com: kube-apiserver answers 404",
  ],
  [
    "/api/v1/gadgets",
    { status: 404, message: "the server could not find the requested resource" },
    "ResourceNotServed",
    "APIServer",
    "v1 itself is served",
  ],
  // In words of its own, it may be anything that is not there.
  ["/api/v1/pods", { status: 404, message: "no kubelet" }, "NotServed", "APIServer", "no kubelet"],
  [
    "/api/v1/pods/a",
    { status: 404, message: 'pods "a" not found' },
    "ObjectNotFound",
    "APIServer",
    undefined,
  ],
  // Without words it may be the object.
  ["/api/v1/namespaces/x/pods/a", { status: 404 }, "Unknown", "Unknown", undefined],
] as const) {
  test(`a 404 of ${path}: ${cause}`, async () => {
    const { diagnosis } = await resolve(roundTrip(path, { auditId: "a", ...answer }));
    assert.deepEqual([diagnosis?.party, diagnosis?.cause], [party, cause]);
    if (evidence !== undefined) assert.equal(diagnosis?.evidence.at(-1), evidence);
  });
}

test("one RoundTrip gives one Trace, whatever its method and URL", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string(),
      fc.webUrl({ withQueryParameters: true }),
      fc.boolean(),
      async (method, url, live) => {
        const trip = newRoundTrip({ method, url, outcome: "planned", source: { file: "-", line: 1 } });
        const trace = await resolve(trip, live ? { cluster } : offline, true);
        assert.equal(trace.roundTrip, trip);
        assert.ok(["Local", "Service", "Unresolved"].includes(trace.target.kind));
      },
    ),
  );
});

test("a request that was answered 200 was allowed, whatever a review says of another user or another day", async () => {
  const { verdict } = await resolve(roundTrip("/api/v1/secrets", { status: 200 }));
  assert.deepEqual(verdict, {
    decision: "allowed",
    reason: "the server answered 200, though the review now says no",
    source: "response",
  });
});

test("flow control is named for a 429, and where details are shown", async () => {
  let asked = 0;
  const names = { flowSchemas: new Map([["f-1", "trickle"]]), priorityLevels: new Map([["p-1", "drip"]]) };
  const knowing: Cluster = {
    ...cluster,
    flowControl: async () => {
      asked += 1;
      return { ok: true, value: names };
    },
  };
  const uids = { flowSchemaUid: "f-1", priorityLevelUid: "p-1" };
  const ask = async (answer: Partial<RoundTrip>, detail = false) =>
    await resolve(roundTrip("/api/v1/pods", answer), { cluster: knowing }, detail);

  assert.equal((await ask({ status: 200, ...uids })).flowControl, undefined);
  assert.equal((await ask({ status: 429 }, true)).flowControl, undefined);
  assert.equal(asked, 0);

  assert.deepEqual((await ask({ status: 200, ...uids }, true)).flowControl, {
    flowSchema: "trickle",
    priorityLevel: "drip",
  });
  const refused = await ask({ status: 429, message: "Too many requests", auditId: "a", ...uids });
  assert.deepEqual(refused.diagnosis?.evidence, [
    "Too many requests",
    "FlowSchema trickle, PriorityLevelConfiguration drip",
  ]);
  assert.equal(refused.diagnosis?.advice[0], "kubectl get flowschema trickle -o yaml");

  const unknown = await ask({ status: 429, message: "no", auditId: "a", ...uids, flowSchemaUid: "f-9" });
  assert.deepEqual(unknown.flowControl, { priorityLevel: "drip" });
  assert.match(unknown.diagnosis?.advice[0] ?? "", /grep f-9$/);
});

const unauthorized = { status: 401, message: "Unauthorized", auditId: "a" } as const;
const anonymous = {
  status: 403,
  message: 'forbidden: User "system:anonymous" cannot get path "/"',
  auditId: "a",
} as const;
for (const [what, own, answer, expected] of [
  ["a 401 of one's own", true, unauthorized, "NoCredentials"],
  ["a 401 in a log", false, unauthorized, "CredentialsRejected"],
  ["a 403 of nobody", true, anonymous, "Anonymous, asked"],
  ["a 403 of nobody in a log", false, anonymous, "Anonymous"],
  ["a 401 that was relayed", true, { ...unauthorized, relayed: true }, "CredentialsRejected"],
  ["a 403", true, { ...anonymous, message: 'User "jane" cannot get path "/"' }, "NoRuleAllows"],
  ["a 200", true, { status: 200 }, "none"],
] as const satisfies readonly (readonly [string, boolean, Partial<RoundTrip>, string])[]) {
  test(`credentials are looked at for no more than what they may explain: ${what}`, async () => {
    let asked = false;
    const knowing: Cluster = {
      ...cluster,
      credentials: async () => {
        asked = true;
        return { ok: true, value: { kind: "none", name: "", token: null, certificate: null, asOf: 0 } };
      },
    };
    const options = { clusterOf: () => ({ cluster: knowing }), detail: false, own };
    const { diagnosis } = await resolveTrace(roundTrip("/", answer), options);
    const looked = asked && diagnosis?.cause === "Anonymous" ? ", asked" : "";
    assert.equal(`${diagnosis?.cause ?? "none"}${looked}`, expected);
    assert.equal(asked, ["NoCredentials", "Anonymous, asked"].includes(expected));
  });
}

test("a credential plugin that failed is not run again to ask the cluster", async () => {
  const never = async (): Promise<never> => assert.fail("asked");
  const silent: Cluster = { ...cluster, apiServices: never, review: never, flowControl: never };
  const message = "getting credentials: exec: executable aws not found";
  const trip = roundTrip("/api/v1/pods", { outcome: "failed", message });
  const trace = await resolveTrace(trip, {
    clusterOf: () => ({ cluster: silent }),
    detail: true,
    own: true,
  });
  assert.equal(trace.diagnosis?.cause, "CredentialPluginFailed");
  assert.match(trace.verdict.reason, /not run again/);
});
