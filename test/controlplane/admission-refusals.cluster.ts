import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connectPlane, kubectlAt, traceAt } from "./connect.ts";

/** Each way in which a webhook can refuse or fail, for real: is it told, and is the right object named? */
const plane = connectPlane();
const namespace = "refusals";
const authority = (name: string): string => readFileSync(join(plane.keys, `${name}.crt`)).toString("base64");

const service = (name: string, path = "/validate"): unknown => ({
  caBundle: authority("ca"),
  service: { namespace: "kube-system", name, path },
});

type Fields = Readonly<Record<string, unknown>>;

/** Asked about ConfigMaps that have their own name as the label `ask`. */
const webhook = (name: string, clientConfig: unknown, more: Fields = {}): Fields => ({
  name: `${name}.refusals.example.com`,
  admissionReviewVersions: ["v1"],
  sideEffects: "None",
  timeoutSeconds: 5,
  clientConfig,
  namespaceSelector: { matchLabels: { refusals: "true" } },
  objectSelector: { matchLabels: { ask: name } },
  rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] }],
  ...more,
});

const configuration = (kind: string, name: string, ...webhooks: readonly Fields[]): unknown => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: `${kind}WebhookConfiguration`,
  metadata: { name: `refusals-${name}` },
  webhooks,
});

const nowhere = { url: "https://127.0.0.1:1/", caBundle: authority("ca") };
const things: readonly unknown[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { refusals: "true" } } },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "alias", namespace: "kube-system" },
    spec: { selector: { app: "webhook" }, ports: [{ port: 443, targetPort: 8443 }] },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "empty", namespace: "kube-system" },
    spec: { selector: { app: "nobody" }, ports: [{ port: 443 }] },
  },
  configuration(
    "Validating",
    "checks",
    webhook("denies", service("webhook")),
    webhook("slow", service("webhook"), { timeoutSeconds: 1 }),
    webhook("untrusted", { ...(service("webhook") as Fields), caBundle: authority("front-proxy-ca") }),
    webhook("alias", service("alias")),
    webhook("empty", service("empty")),
    webhook("no-service", service("not-there")),
    webhook("nonsense", service("metrics-server")),
    webhook("ignored", service("empty"), { failurePolicy: "Ignore" }),
    webhook("twice", nowhere),
  ),
  configuration("Mutating", "changes", webhook("mutating-empty", service("empty")), webhook("url", nowhere)),
  configuration("Validating", "again", webhook("twice", nowhere)),
];
const all = JSON.stringify({ apiVersion: "v1", kind: "List", items: things });

const configMap = (name: string, labels: Fields = {}): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { generateName: name, namespace, labels: { ask: name, ...labels } },
  });

before(async () => {
  for (let tries = 0; ; tries++) {
    const { code, stderr } = await kubectlAt(plane, "1.35", ["apply", "-f", "-"], { input: all });
    if (code === 0) break;
    assert.ok(tries < 20, stderr);
    await sleep(500);
  }
  // What is new in a configuration is asked a moment later: the last of each kind stands for all.
  for (const name of ["twice", "url"]) {
    for (let tries = 0; ; tries++) {
      const { stderr } = await kubectlAt(plane, "1.35", ["create", "-f", "-"], { input: configMap(name) });
      if (/failed calling webhook/.test(stderr)) break;
      assert.ok(tries < 50, stderr);
      await sleep(200);
    }
  }
});

after(async () => {
  await kubectlAt(plane, "1.35", ["delete", "--wait=false", "--ignore-not-found", "-f", "-"], { input: all });
});

interface Found {
  readonly roundTrip: { readonly method: string };
  readonly admission?: readonly {
    readonly webhook?: string;
    readonly failurePolicy: string;
    readonly isRefuser?: true;
  }[];
  readonly diagnosis?: {
    readonly party: string;
    readonly cause: string;
    readonly evidence: readonly string[];
    readonly advice: readonly string[];
  };
}

async function created(name: string, labels: Fields = {}): Promise<Found> {
  const { stdout, stderr } = await traceAt(plane, "1.35", ["-o", "json", "create", "-f", "-"], {
    input: configMap(name, labels),
  });
  assert.notEqual(stdout, "", stderr);
  const { items } = JSON.parse(stdout) as { readonly items: readonly Found[] };
  const [found, another] = items.filter(({ roundTrip }) => roundTrip.method === "POST");
  assert.ok(found !== undefined && another === undefined);
  return found;
}

const checks = "kubectl get validatingwebhookconfiguration refusals-checks -o yaml";
const changes = "kubectl get mutatingwebhookconfiguration refusals-changes -o yaml";

for (const [name, cause, evidence, advice, labels] of [
  [
    "denies",
    "DeniedByWebhook",
    /called at Service kube-system\/webhook:443, 1 of 1 endpoints ready/,
    checks,
    { deny: "true" },
  ],
  ["slow", "RequestTimedOut", /timeoutSeconds 1, called at Service /, checks, { "delay-seconds": "3" }],
  ["untrusted", "UnknownAuthority", /^caBundle trusts CN=/, checks],
  [
    "alias",
    "CertificateNameMismatch",
    /called at Service kube-system\/alias:443, 1 of 1 endpoints ready/,
    checks,
  ],
  ["empty", "ConnectionRefused", /^Service kube-system\/empty has no endpoints$/, checks],
  ["no-service", "ServiceNotFound", /no Service kube-system\/not-there/, checks],
  ["nonsense", "WebhookFailed", /Service kube-system\/metrics-server:443/, checks],
  [
    "mutating-empty",
    "ConnectionRefused",
    /^MutatingWebhookConfiguration refusals-changes, webhook mutating-empty/,
    changes,
  ],
  ["url", "ConnectionRefused", /called at https:\/\/127\.0\.0\.1:1$/, changes],
] as const satisfies readonly (readonly [string, string, RegExp, string, Fields?])[]) {
  test(`a webhook refuses or fails: ${name}`, async () => {
    const { diagnosis, admission = [] } = await created(name, labels);
    assert.deepEqual(
      [diagnosis?.party, diagnosis?.cause],
      ["Admission", cause],
      diagnosis?.evidence.join("\n"),
    );
    assert.ok(
      diagnosis?.evidence.some((one) => evidence.test(one)),
      diagnosis?.evidence.join("\n"),
    );
    assert.ok(diagnosis?.advice.includes(advice), diagnosis?.advice.join("\n"));
    assert.deepEqual(
      admission.filter(({ isRefuser }) => isRefuser).map((one) => one.webhook),
      [`${name}.refusals.example.com`],
    );
  });
}

test("two configurations have a webhook of that name: both are named", async () => {
  const { diagnosis } = await created("twice");
  assert.deepEqual(diagnosis?.advice.slice(0, 2), [
    "kubectl get validatingwebhookconfiguration refusals-again -o yaml",
    checks,
  ]);
});

test("a webhook that fails and may: nobody says no", async () => {
  const { diagnosis, admission = [] } = await created("ignored");
  assert.equal(diagnosis, undefined);
  const ignored = admission.find(({ webhook }) => webhook === "ignored.refusals.example.com");
  assert.equal(ignored?.failurePolicy, "Ignore");
});

test("the table names it too, and so does somebody who may not look", async () => {
  const refused = ["create", "-f", "-"];
  const input = configMap("denies", { deny: "true" });
  const { stdout } = await traceAt(plane, "1.35", refused, { input });
  assert.ok(stdout.includes(`try: ${checks}`), stdout);
  await kubectlAt(plane, "1.35", [
    "create",
    "rolebinding",
    "refusals",
    "-n",
    namespace,
    "--clusterrole=edit",
    "--user=carol",
  ]);
  const asCarol = ["--context", "carol", "-o", "json", ...refused];
  const { items } = JSON.parse((await traceAt(plane, "1.35", asCarol, { input })).stdout) as {
    readonly items: readonly Found[];
  };
  const { diagnosis } = items.find(({ roundTrip }) => roundTrip.method === "POST") ?? {};
  assert.deepEqual([diagnosis?.party, diagnosis?.cause], ["Admission", "DeniedByWebhook"]);
  assert.match(diagnosis?.evidence[1] ?? "", /^no more is known of it: .*forbidden/);
});
