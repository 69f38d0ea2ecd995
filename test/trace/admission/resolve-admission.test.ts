import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer, Cluster } from "../../../src/cluster/cluster.ts";
import { readSnapshot } from "../../../src/cluster/snapshot/snapshot.ts";
import { createSnapshotCluster } from "../../../src/cluster/snapshot/snapshot-cluster.ts";
import { newRoundTrip, type RoundTrip } from "../../../src/log/round-trip.ts";
import { resolveTrace } from "../../../src/trace/resolve-trace.ts";
import type { Trace } from "../../../src/trace/trace.ts";

const everything = '{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"] }';
const service = "{ service: { namespace: hooks, name: hook } }";

/** In guarded namespaces only. */
function webhook(name: string, more = "", client = service, rule = everything): string {
  return `{ name: ${name}, clientConfig: ${client}, namespaceSelector: { matchLabels: { guarded: "true" } }, rules: [${rule}]${more} }`;
}

const createPods = '{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }';

const snapshot = readSnapshot(
  `
apiVersion: kubectl-trace/v1alpha1
kind: Snapshot
server: https://10.0.0.1:6443
user: { username: admin, groups: [system:masters] }
items:
- { apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1. }, status: { conditions: [{ type: Available, status: "True" }] } }
- { apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1.ext.example.com }, spec: { service: { namespace: ext, name: ext } },
    status: { conditions: [{ type: Available, status: "True" }] } }
- { apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { guarded: "true" } } }
- { apiVersion: v1, kind: Namespace, metadata: { name: open } }
- { apiVersion: v1, kind: Service, metadata: { namespace: hooks, name: hook }, spec: { type: ClusterIP, clusterIP: 10.0.0.9, selector: { app: hook }, ports: [{ port: 443, targetPort: 8443 }] } }
- { apiVersion: v1, kind: Pod, metadata: { namespace: hooks, name: hook-1, labels: { app: hook } }, status: { phase: Running, containerStatuses: [{ name: hook, state: { waiting: { reason: CrashLoopBackOff } } }] } }
- { apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { namespace: hooks, name: h, labels: { kubernetes.io/service-name: hook } },
    ports: [{ port: 8443 }], endpoints: [{ addresses: [10.1.0.5], conditions: { ready: false }, targetRef: { kind: Pod, name: hook-1 } }] }
- { apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: v },
    webhooks: [${webhook("v.example.com")}, ${webhook("same.example.com", ", failurePolicy: Ignore, timeoutSeconds: 3")}] }
- { apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: pods-only },
    webhooks: [${webhook("same.example.com", "", service, createPods)}] }
- { apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: { name: m2 }, webhooks: [${webhook("m2.example.com", ", reinvocationPolicy: IfNeeded")}] }
- { apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: { name: m1 },
    webhooks: [${webhook("m1.example.com", "", "{ url: 'https://user:secret@hooks.example.com/token' }")}] }
- { apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: { name: p },
    spec: { matchConstraints: { resourceRules: [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"] }] } } }
- { apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: { name: b }, spec: { policyName: p, validationActions: [Warn, Audit] } }
- { apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicy, metadata: { name: mp }, spec: { matchConstraints: { resourceRules: [] } } }
- { apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicyBinding, metadata: { name: mb }, spec: { policyName: mp, paramRef: { name: x } } }
`,
  "test.yaml",
);
const all = createSnapshotCluster(snapshot);

async function traceOf(
  line: string,
  known: Partial<RoundTrip> = {},
  detail = true,
  cluster: Cluster = all,
): Promise<Trace> {
  const [method = "", path = "", status] = line.split(" ");
  const outcome = status === undefined ? "planned" : "response";
  const source = { file: "-", line: 1 };
  const trip = {
    method,
    url: `https://10.0.0.1:6443${path}`,
    status: status === undefined ? null : Number(status),
  };
  return await resolveTrace(newRoundTrip({ ...trip, outcome, source, ...known }), {
    clusterOf: () => ({ cluster }),
    detail,
  });
}

function hooksOf({ admission }: Trace): readonly string[] | undefined {
  return admission?.map(({ configuration, webhook, matches }) =>
    [webhook || configuration, ...(matches === "maybe" ? ["maybe"] : [])].join(" "),
  );
}

const configMaps = "/api/v1/namespaces/shop/configmaps";
const everyone = ["mp maybe", "m1.example.com", "m2.example.com", "p", "v.example.com", "same.example.com"];

for (const [line, expected] of [
  [`POST ${configMaps} 201`, everyone],
  [`POST ${configMaps}`, everyone],
  [
    "POST /api/v1/namespaces/shop/pods 201",
    [...everyone.slice(0, 4), "same.example.com", "v.example.com", "same.example.com"],
  ],
  [`DELETE ${configMaps}/a 200`, everyone.slice(1)],
  ["POST /api/v1/namespaces/open/configmaps 201", ["mp maybe", "p"]],
  [
    "POST /api/v1/namespaces/gone/configmaps 404",
    [
      "mp maybe",
      "m1.example.com maybe",
      "m2.example.com maybe",
      "p",
      "v.example.com maybe",
      "same.example.com maybe",
    ],
  ],
  [
    "POST /apis/ext.example.com/v1/namespaces/shop/things 201",
    [...everyone.map((one) => `${one.split(" ")[0]} maybe`)],
  ],
  [`GET ${configMaps} 200`, undefined],
  ["GET /version 200", undefined],
  [`POST ${configMaps} 401`, undefined],
  [`POST ${configMaps} 429`, undefined],
] as const) {
  test(`who is asked, in order: ${line}`, async () =>
    assert.deepEqual(hooksOf(await traceOf(line)), expected));
}

test("what was refused by authorization was never admitted", async () => {
  const message =
    'configmaps is forbidden: User "a" cannot create resource "configmaps" in API group "" in the namespace "shop"';
  assert.equal((await traceOf(`POST ${configMaps} 403`, { message })).admission, undefined);
});

test("all that is known of a webhook, and nothing of a URL but where it leads", async () => {
  const { admission = [] } = await traceOf(`POST ${configMaps} 201`);
  const [, m1, m2, p, , same] = admission;
  assert.deepEqual(m1?.target, { kind: "URL", url: "https://hooks.example.com" });
  assert.deepEqual([m1?.isReinvoked, m2?.isReinvoked], [false, true]);
  assert.deepEqual(p?.bindings, [{ name: "b", validationActions: ["Warn", "Audit"] }]);
  assert.deepEqual([same?.failurePolicy, same?.timeoutSeconds, same?.isReinvoked], ["Ignore", 3, undefined]);
  assert.ok(same?.target?.kind === "Service");
  assert.deepEqual(
    [same.target.clusterIP, same.target.pods?.[0]?.reason],
    ["10.0.0.9", "container hook: CrashLoopBackOff"],
  );
});

const failed = (name: string): Partial<RoundTrip> => ({
  message: `Internal error occurred: failed calling webhook "${name}": failed to call webhook: Post "https://hook.hooks.svc:443/": dial tcp 10.0.0.9:443: connect: connection refused`,
});

for (const detail of [false, true]) {
  test(`the webhook that the answer names, ${detail ? "with" : "without"} detail`, async () => {
    const trace = await traceOf(`POST ${configMaps} 500`, failed("v.example.com"), detail);
    assert.deepEqual(hooksOf(trace), detail ? everyone : ["v.example.com"]);
    const [refuser, another] = trace.admission?.filter(({ isRefuser }) => isRefuser) ?? [];
    assert.deepEqual([refuser?.webhook, another], ["v.example.com", undefined]);
    assert.deepEqual(trace.diagnosis?.evidence.slice(1), [
      "ValidatingWebhookConfiguration v, webhook v.example.com: failurePolicy Fail, timeoutSeconds 10, called at Service hooks/hook:443",
      "Service hooks/hook has 1 endpoint, none of them ready",
      "Pod hooks/hook-1 is not ready: container hook: CrashLoopBackOff",
    ]);
    assert.deepEqual(trace.diagnosis?.advice.slice(0, 3), [
      "kubectl logs -n hooks hook-1 -c hook --previous",
      "kubectl get validatingwebhookconfiguration v -o yaml",
      "kubectl get endpointslices -n hooks -l kubernetes.io/service-name=hook -o wide",
    ]);
  });
}

test("a name that two configurations have: the one whose rules fit, or both", async () => {
  const one = await traceOf(`POST ${configMaps} 500`, failed("same.example.com"));
  assert.deepEqual(
    one.admission?.filter(({ isRefuser }) => isRefuser).map(({ configuration }) => configuration),
    ["v"],
  );
  const two = await traceOf("POST /api/v1/namespaces/shop/pods 500", failed("same.example.com"));
  assert.deepEqual(
    two.admission?.filter(({ isRefuser }) => isRefuser),
    [],
  );
  assert.deepEqual(two.diagnosis?.advice.slice(1, 3), [
    "kubectl get validatingwebhookconfiguration pods-only -o yaml",
    "kubectl get validatingwebhookconfiguration v -o yaml",
  ]);
});

test("a webhook that is there no more, or would not be asked now", async () => {
  const gone = await traceOf(`POST ${configMaps} 500`, failed("gone.example.com"), false);
  assert.deepEqual(gone.admission, []);
  assert.equal(gone.diagnosis?.evidence[1], "no configuration has this name now");
  const changed = await traceOf("POST /api/v1/namespaces/open/configmaps 500", failed("v.example.com"));
  assert.deepEqual(hooksOf(changed), ["mp maybe", "p", "v.example.com"]);
});

test("a policy that refuses: its binding, and what that does", async () => {
  const message =
    "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no";
  const { diagnosis, admission } = await traceOf(`POST ${configMaps} 422`, { message }, false);
  assert.equal(admission?.length, 1);
  assert.equal(
    diagnosis?.evidence[1],
    "ValidatingAdmissionPolicy p: failurePolicy Fail, binding b (Warn, Audit)",
  );
  assert.deepEqual(diagnosis?.advice.slice(0, 2), [
    "kubectl get validatingadmissionpolicy p -o yaml",
    "kubectl get validatingadmissionpolicybinding b -o yaml",
  ]);
});

test("who may not list webhooks gets the message, and why no more", async () => {
  const refusal: Answer<never> = {
    ok: false,
    reason: "forbidden: validatingwebhookconfigurations",
    status: 403,
  };
  const refusing: Cluster = { ...all, admissionWebhooks: async () => refusal };
  const { diagnosis, ...trace } = await traceOf(
    `POST ${configMaps} 500`,
    failed("v.example.com"),
    true,
    refusing,
  );
  assert.deepEqual(hooksOf({ ...trace, diagnosis }), ["mp maybe", "p"]);
  assert.equal(trace.admissionReason, refusal.reason);
  assert.deepEqual(
    [diagnosis?.cause, diagnosis?.evidence[1]],
    ["ConnectionRefused", `no more is known of it: ${refusal.reason}`],
  );
  assert.equal(
    diagnosis?.advice[0],
    "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
  );
});

test("a rule for another version is asked about, and counts if that has the same objects", async () => {
  const [webhook] = await all.admissionWebhooks().then((answer) => (answer.ok ? answer.value.slice(-1) : []));
  const services = await all.apiServices();
  assert.ok(webhook && services.ok);
  const rules = webhook.rules.map((one) => ({ ...one, apiVersions: ["v2"] }));
  const asked: string[] = [];
  const serving = (...resources: readonly string[]): Cluster => ({
    ...all,
    apiServices: async () => ({
      ok: true,
      value: new Map([...services.value, ["v2.", [...services.value.values()][0]]]) as typeof services.value,
    }),
    admissionWebhooks: async () => ({ ok: true, value: [{ ...webhook, rules }] }),
    admissionPolicies: async () => ({ ok: true, value: [] }),
    servedResources: async (group, version) => {
      asked.push(`${group}/${version}`);
      return { ok: true, value: new Set(resources) };
    },
  });
  const line = `POST ${configMaps} 201`;
  assert.deepEqual(hooksOf(await traceOf(line, {}, true, serving("configmaps"))), ["same.example.com"]);
  assert.deepEqual(hooksOf(await traceOf(line, {}, true, serving("pods"))), []);
  assert.deepEqual(asked, ["/v2", "/v2"]);
});

test("names from outside never reach a command that a shell would read otherwise", async () => {
  const [webhook] = await all.admissionWebhooks().then((answer) => (answer.ok ? answer.value.slice(-1) : []));
  assert.ok(webhook);
  const hostile = "$(id); rm -rf /";
  const client = { ...webhook.client, service: { namespace: hostile, name: hostile, port: 443 } };
  const cluster: Cluster = {
    ...all,
    admissionWebhooks: async () => ({
      ok: true,
      value: [{ ...webhook, client, configuration: hostile, name: "h" }],
    }),
  };
  const { diagnosis } = await traceOf(`POST ${configMaps} 500`, failed("h"), false, cluster);
  assert.equal(diagnosis?.advice.length, 4);
  for (const line of diagnosis?.advice ?? []) assert.doesNotMatch(line, /[$`]|rm -rf/);
});

test("no more than ten Services are looked at", async () => {
  const [webhook] = await all.admissionWebhooks().then((answer) => (answer.ok ? answer.value.slice(-1) : []));
  assert.ok(webhook);
  const many = Array.from({ length: 15 }, (_, i) => ({
    ...webhook,
    name: `h${i}.example.com`,
    client: { ...webhook.client, service: { namespace: "hooks", name: `s${i}`, port: 443 } },
  }));
  const looked = new Set<string>();
  const cluster: Cluster = {
    ...all,
    admissionWebhooks: async () => ({ ok: true, value: many }),
    service: async (_, name) => {
      looked.add(name);
      return { ok: true, value: null };
    },
  };
  await traceOf(`POST ${configMaps} 500`, failed("h14.example.com"), true, cluster);
  assert.deepEqual([looked.size, looked.has("s14")], [10, true]);
});
