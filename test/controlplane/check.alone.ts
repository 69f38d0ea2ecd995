import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { CheckReport } from "../../src/render/check-report.ts";
import { connectPlane, kubectlAt, traceAt } from "./connect.ts";
import { until } from "./processes.ts";

/**
 * `check` on a cluster where things hang on a broken API, and webhooks lead nowhere. Alone, because every kubectl of the cluster
 * complains about the broken API.
 */
const plane = connectPlane();
const namespace = "checks";
const apiService = "v1beta1.external.metrics.k8s.io";

const selector = { matchLabels: { "not-there": "true" } };
const webhook = (name: string, service: string, failurePolicy: string): object => ({
  name,
  admissionReviewVersions: ["v1"],
  sideEffects: "None",
  failurePolicy,
  clientConfig: { service: { namespace, name: service } },
  namespaceSelector: selector,
  rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] }],
});

const things = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "nobody", namespace },
    spec: { selector: { app: "nobody" }, ports: [{ port: 443 }] },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "checks-nobody" },
    webhooks: [
      webhook("empty.example.com", "nobody", "Fail"),
      webhook("gone.example.com", "gone", "Ignore"),
      {
        ...webhook("url.example.com", "gone", "Fail"),
        clientConfig: { url: "https://webhook.example.com/secret-path" },
      },
    ],
  },
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "gizmos.checks.example.com" },
    spec: {
      group: "checks.example.com",
      scope: "Cluster",
      names: { plural: "gizmos", singular: "gizmo", kind: "Gizmo", listKind: "GizmoList" },
      conversion: {
        strategy: "Webhook",
        webhook: {
          conversionReviewVersions: ["v1"],
          clientConfig: { service: { namespace, name: "nobody", port: 8443 } },
        },
      },
      versions: ["v1", "v2"].map((name) => ({
        name,
        served: true,
        storage: name === "v1",
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      })),
    },
  },
];

/** An API that is not there, an autoscaler that needs it, and a Namespace that cannot go. */
const stuck = { apiVersion: "v1", kind: "Namespace", metadata: { name: "checks-stuck" } };
const broken = [
  {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: apiService },
    spec: {
      group: "external.metrics.k8s.io",
      version: "v1beta1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { namespace, name: "nobody" },
    },
  },
  {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      minReplicas: 1,
      maxReplicas: 2,
      metrics: [
        { type: "External", external: { metric: { name: "queue" }, target: { type: "Value", value: "5" } } },
      ],
    },
  },
];

const list = (items: readonly object[]): string => JSON.stringify({ apiVersion: "v1", kind: "List", items });

async function kubectl(args: readonly string[], input = ""): Promise<void> {
  const { code, stderr } = await kubectlAt(plane, "1.35", args, { input });
  assert.equal(code, 0, stderr);
}

async function report(...flags: readonly string[]): Promise<CheckReport & { readonly code: number }> {
  const { code, stdout, stderr } = await traceAt(plane, "1.35", ["check", "-o", "json", ...flags]);
  assert.notEqual(stdout, "", stderr);
  return { code, ...(JSON.parse(stdout) as CheckReport) };
}

before(async () => {
  await kubectl(["apply", "-f", "-"], list([...things, stuck, ...broken]));
});

after(async () => {
  const args = ["delete", "--wait=false", "--ignore-not-found", "-f", "-"];
  await kubectlAt(plane, "1.35", args, { input: list([...broken, stuck, ...things]) });
});

test("what breaks with an API: a Namespace that cannot be deleted, and an autoscaler", async () => {
  await kubectl(["delete", "--wait=false", "-f", "-"], list([stuck]));
  const found = await until("both complain", 90, async () => {
    const { code, items } = await report(apiService);
    assert.equal(code, 1);
    // What other suites have deleted before may hang by now as well.
    const breaks = (items[0]?.breaks ?? []).filter(
      ({ kind, name }) => kind !== "Namespace" || name === "checks-stuck",
    );
    return breaks.length === 2 ? breaks : null;
  });
  assert.deepEqual(
    found.map((one) => [one.kind, one.namespace, one.name]),
    [
      ["Namespace", "", "checks-stuck"],
      ["HorizontalPodAutoscaler", "shop", "web"],
    ],
  );
  assert.match(found[0]?.message ?? "", /external\.metrics\.k8s\.io\/v1beta1/);
  assert.match(found[1]?.message ?? "", /external\.metrics\.k8s\.io/);
  assert.ok(found.every(({ since = "" }) => Number.isFinite(Date.parse(since))));
});

test("the chain behind it: a Service that has no Pods", async () => {
  const { items } = await report(apiService);
  const { target, diagnosis } = items[0] ?? {};
  assert.ok(target?.kind === "Service");
  assert.deepEqual([target.type, target.endpoints, target.pods], ["ClusterIP", [], []]);
  assert.equal(diagnosis?.cause, "MissingEndpoints");
  assert.ok(diagnosis.evidence.length > 1, diagnosis.evidence.join("\n"));
});

test("who may not see what breaks is told so", async () => {
  const rights = {
    apiGroups: ["apiregistration.k8s.io"],
    resources: ["apiservices"],
    verbs: ["get", "list"],
  };
  const name = "checks-viewer";
  const rbac = "rbac.authorization.k8s.io";
  const objects = [
    { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name }, rules: [rights] },
    {
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
      subjects: [{ apiGroup: rbac, kind: "User", name }],
    },
  ];
  await kubectl(["apply", "-f", "-"], list(objects));
  try {
    const { code, notes = [], items } = await report("--as", name, "--probe", "metrics.k8s.io", apiService);
    assert.equal(code, 1);
    assert.equal(notes.length, 2, notes.join("\n"));
    assert.match(
      notes.join("\n"),
      /namespaces it breaks is not known: .*forbidden.*\n.*horizontalpodautoscalers/,
    );
    // He may not list nodes of metrics.k8s.io either: that is no fault of the API.
    const metrics = items.find((item) => item.apiService.name === "v1beta1.metrics.k8s.io");
    assert.deepEqual([metrics?.ok, metrics?.probe?.ok, metrics?.probe?.resources], [true, true, 2]);
    assert.match(metrics?.probe?.message ?? "", /could not be listed: .*forbidden/);
  } finally {
    await kubectl(["delete", "-f", "-"], list(objects));
  }
});

test("webhooks: down, ignored, at a URL, and those that work", async () => {
  const { code, webhooks = [] } = await report("--webhooks", "metrics.k8s.io");
  assert.equal(code, 1);
  const ours = webhooks.map((one) => [
    `${one.configuration.name} ${one.webhook}`,
    one.failurePolicy,
    one.ok,
    one.diagnosis?.cause,
  ]);
  assert.deepEqual(
    ours.filter(([name]) => !String(name).includes("example.com conversion") || /checks/.test(String(name))),
    [
      ["stamps stamps.example.com", "Fail", true, undefined],
      ["checks checks.example.com", "Fail", true, undefined],
      ["checks-nobody empty.example.com", "Fail", false, "MissingEndpoints"],
      ["checks-nobody gone.example.com", "Ignore", false, "ServiceNotFound"],
      ["checks-nobody url.example.com", "Fail", null, undefined],
      ["gizmos.checks.example.com conversion", "Fail", false, "ServicePortError"],
    ],
  );
  assert.doesNotMatch(JSON.stringify(webhooks), /secret-path/);
});

test("a snapshot of the cluster says the same of its webhooks", async () => {
  const taken = await traceAt(plane, "1.35", ["snapshot"]);
  const { stdout } = await traceAt(
    plane,
    "1.35",
    ["check", "-f", "-", "--webhooks", "-o", "json", "metrics.k8s.io"],
    { input: taken.stdout },
  );
  const ofSnapshot = (JSON.parse(stdout) as CheckReport).webhooks ?? [];
  const { webhooks: live = [] } = await report("--webhooks", "metrics.k8s.io");
  const say = (all: CheckReport["webhooks"] = []) =>
    all.map((one) => `${one.configuration.name} ${one.webhook} ${one.ok} ${one.diagnosis?.cause}`).toSorted();
  assert.deepEqual(say(ofSnapshot), say(live));
});

test("certificates that end soon are told of, and fail nothing: of caBundles, and those of our own connection", async () => {
  // Those of the control plane are made for a test run: all of them end before a century has gone.
  const { code, items, warnings = [] } = await report("--cert-expiry", "36500d", "metrics.k8s.io");
  assert.equal(code, 0);
  assert.deepEqual(
    items[0]?.warnings?.map(({ cause }) => cause),
    ["CertificateExpires"],
  );
  assert.match(items[0]?.warnings?.[0]?.message ?? "", /^authority CN=kubernetes of its caBundle expires /);
  assert.deepEqual(
    warnings.map(({ message }) => message.replace(/ expires .*?(?=;|$)/, "")),
    [
      "the server's certificate CN=localhost",
      "authority CN=kubernetes of the kubeconfig; no other one remains",
      "the kubeconfig's client certificate O=system:masters, CN=admin",
    ],
  );
});
