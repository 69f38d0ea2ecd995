import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connectPlane, kubectlAt, traceAt } from "./connect.ts";

/** A real kube-apiserver hands requests on to what is not there, or not ready: is that seen, and said? */
const plane = connectPlane();

interface Found {
  readonly connect?: { readonly to: string; readonly node?: string; readonly reason?: string };
  readonly target: {
    readonly versions?: readonly { readonly name: string; readonly stored: boolean }[];
    readonly conversion?: { readonly service?: { readonly pods?: readonly { readonly name: string }[] } };
  };
  readonly diagnosis?: {
    readonly party: string;
    readonly cause: string;
    readonly evidence: readonly string[];
    readonly advice: readonly string[];
  };
}

async function tracesOf(args: readonly string[]): Promise<readonly Found[]> {
  const { stdout, stderr } = await traceAt(plane, "1.35", args);
  assert.notEqual(stdout, "", stderr);
  return (JSON.parse(stdout) as { readonly items: readonly Found[] }).items;
}

async function trace(args: readonly string[]): Promise<Found> {
  const items = await tracesOf(args);
  assert.equal(items.length, 1);
  return items[0] as Found;
}

const namespace = "handed-on";
const pod = (name: string, spec: object, metadata: object = {}): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace, ...metadata },
  spec: { containers: [{ name: "a", image: "a" }], tolerations: [{ operator: "Exists" }], ...spec },
});

const things = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "converter", namespace },
    spec: { selector: { app: "converter" }, ports: [{ port: 443 }] },
  },
  pod(
    "converter-1",
    { nodeName: "worker-1" },
    { labels: { app: "converter" }, annotations: { "node.test/never-ready": "" } },
  ),
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "gears.handed-on.example.com" },
    spec: {
      group: "handed-on.example.com",
      scope: "Cluster",
      names: { plural: "gears", singular: "gear", kind: "Gear", listKind: "GearList" },
      conversion: {
        strategy: "Webhook",
        webhook: {
          conversionReviewVersions: ["v1"],
          clientConfig: { service: { namespace, name: "converter" } },
        },
      },
      versions: ["v1alpha1", "v1", "v1beta1"].map((name) => ({
        name,
        served: name !== "v1alpha1",
        storage: name === "v1",
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      })),
    },
  },
  { apiVersion: "v1", kind: "Node", metadata: { name: "lost" } },
  { apiVersion: "v1", kind: "Node", metadata: { name: "bare" } },
  { apiVersion: "v1", kind: "Node", metadata: { name: "alias" } },
  pod("on-lost", { nodeName: "lost" }),
  pod("on-bare", { nodeName: "bare" }),
  pod("on-alias", { nodeName: "alias" }),
  pod("on-none", {}),
  pod("on-nowhere", { nodeName: "nowhere" }),
  pod("pair", {
    nodeName: "worker-1",
    containers: [
      { name: "a", image: "a" },
      { name: "b", image: "b" },
    ],
  }),
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "reader", namespace },
    rules: [{ apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get"] }],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "reader", namespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "reader" }],
  },
];
const all = JSON.stringify({ apiVersion: "v1", kind: "List", items: things });
const gear = JSON.stringify({
  apiVersion: "handed-on.example.com/v1",
  kind: "Gear",
  metadata: { name: "g" },
});

/** Until it works: a Namespace's ServiceAccount and a CRD's paths take their time. */
async function apply(input: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { code, stderr } = await kubectlAt(plane, "1.35", ["apply", "-f", "-"], { input });
    if (code === 0) return;
    assert.ok(tries < 50, stderr);
  }
}

async function patchNode(name: string, status: object): Promise<void> {
  const patch = JSON.stringify({ status });
  const { code, stderr } = await kubectlAt(plane, "1.35", [
    "patch",
    "node",
    name,
    "--subresource=status",
    "-p",
    patch,
  ]);
  assert.equal(code, 0, stderr);
}

before(async () => {
  await apply(all);
  const at = (address: string) => ({
    addresses: [{ type: "InternalIP", address }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
  });
  const now = new Date().toISOString();
  await patchNode("lost", {
    ...at("10.244.9.2"),
    conditions: [
      {
        type: "Ready",
        status: "False",
        reason: "KubeletNotReady",
        message: "it is switched off",
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ],
  });
  const { stdout } = await kubectlAt(plane, "1.35", [
    "get",
    "node",
    "worker-1",
    "-o",
    "jsonpath={.status.addresses[0].address}",
  ]);
  await patchNode("alias", at(stdout));
  await apply(gear);
  const ready = ["wait", "-n", namespace, "pod/converter-1", "--for=jsonpath={.status.phase}=Running"];
  assert.equal((await kubectlAt(plane, "1.35", ready)).code, 0);
});

after(async () => {
  await kubectlAt(plane, "1.35", ["delete", "--wait=false", "--ignore-not-found", "-f", "-"], { input: all });
});

const pods = `/api/v1/namespaces/${namespace}/pods`;
const services = `/api/v1/namespaces/${namespace}/services`;
const get = (path: string): readonly string[] => ["request", "-o", "json", path];
const post = (path: string): readonly string[] => ["request", "-o", "json", "-X", "POST", path];

for (const [name, args, expected, facts] of [
  [
    "a conversion webhook is down",
    get("/apis/handed-on.example.com/v1beta1/gears"),
    "ConversionWebhook ConnectionRefused",
    [
      /^CustomResourceDefinition gears\.handed-on\.example\.com stores v1, the request used v1beta1, and is converted by Service handed-on\/converter:443$/,
      /^Service handed-on\/converter has 1 endpoint, none of them ready$/,
      /^Pod handed-on\/converter-1 on worker-1 is not ready: ContainersNotReady$/,
    ],
  ],
  [
    "a version is not served",
    get("/apis/handed-on.example.com/v1alpha1/gears"),
    "APIServer VersionNotServed",
    [/^the group handed-on\.example\.com is served in v1, v1beta1, not in v1alpha1$/],
  ],
  [
    "a kubelet is not there",
    get(`${pods}/on-lost/log`),
    "Kubelet ConnectionRefused",
    [
      /^Pod handed-on\/on-lost on lost is not ready \(Pending\)/,
      /^Node lost is (?:not ready|of unknown readiness) since /,
    ],
  ],
  [
    "a Node names no address",
    get(`${pods}/on-bare/log`),
    "Kubelet NodeAddressMissing",
    [/^Node bare is of unknown readiness/],
  ],
  ["a Node is gone", get(`${pods}/on-nowhere/log`), "Kubelet NodeNotFound", [/^there is no Node nowhere$/]],
  [
    "another kubelet answers",
    get(`${pods}/on-alias/log`),
    "Kubelet PodNotOnNode",
    [/^Pod handed-on\/on-alias on alias /],
  ],
  [
    "a Pod is on no node",
    post(`${pods}/on-none/exec?command=ls`),
    "APIServer PodNotScheduled",
    [/^Pod handed-on\/on-none is not ready \(Pending\)$/],
  ],
  [
    "a container does not exist",
    post(`${pods}/pair/exec?command=ls&container=c`),
    "APIServer ContainerNotFound",
    [/^Pod pair has the containers a, b, and none named c$/],
  ],
  [
    "a container has to be named",
    get(`${pods}/pair/log`),
    "APIServer ContainerNotNamed",
    [/^Pod pair has the containers a, b$/],
  ],
  [
    "a Pod without address is proxied",
    get(`${pods}/on-none/proxy/`),
    "APIServer AddressNotAllowed",
    [/^Pod on-none has no address yet$/],
  ],
  [
    "a proxied Service has no ready Pods",
    get(`${services}/converter/proxy/`),
    "Pod MissingEndpoints",
    [
      /^Service handed-on\/converter has 1 endpoint, none of them ready$/,
      /^Pod handed-on\/converter-1 on worker-1 is not ready/,
    ],
  ],
  [
    "a proxied Service has no such port",
    get(`${services}/converter:444/proxy/`),
    "APIServer ServicePortError",
    [/^Service handed-on\/converter has port 443, but port 444 is called$/],
  ],
] as const) {
  test(`what is seen when ${name}`, async () => {
    const { diagnosis } = await trace(args);
    assert.ok(diagnosis, "nothing failed");
    assert.equal(`${diagnosis.party} ${diagnosis.cause}`, expected, diagnosis.evidence.join("\n"));
    for (const fact of facts) {
      const text = diagnosis.evidence.join("\n");
      assert.ok(
        diagnosis.evidence.some((line) => fact.test(line)),
        `${fact} is not in\n${text}`,
      );
    }
    assert.match(diagnosis.advice[0] ?? "", /^kubectl /);
  });
}

test("the chain behind a conversion webhook, down to its Pods", async () => {
  const { target } = await trace(get("/apis/handed-on.example.com/v1beta1/gears"));
  assert.deepEqual(
    target.versions?.map(({ name, stored }) => [name, stored]),
    [
      ["v1", true],
      ["v1beta1", false],
      ["v1alpha1", false],
    ],
  );
  assert.deepEqual(
    target.conversion?.service?.pods?.map(({ name }) => name),
    ["converter-1"],
  );
});

test("a refused exec, of which kubectl logs no words", async () => {
  const found = await tracesOf(["-o", "json", "exec", "-n", namespace, "on-none", "--", "ls"]);
  const diagnoses = found.flatMap(({ diagnosis }) => (diagnosis === undefined ? [] : [diagnosis]));
  assert.ok(diagnoses.length > 0, "nothing failed");
  for (const { party, cause, evidence } of diagnoses) {
    assert.match(`${party} ${cause}`, /^(?:Unknown UpgradeRefused|APIServer PodNotScheduled)$/);
    assert.ok(evidence.includes("Pod handed-on/on-none is not ready (Pending)"), evidence.join("\n"));
  }
});

test("who may read the Pod alone is told its node, and why no more", async () => {
  const { connect, diagnosis } = await trace([
    "request",
    "--as",
    "reader",
    "-o",
    "json",
    `${pods}/on-lost/log`,
  ]);
  assert.deepEqual([connect?.to, connect?.node], ["kubelet", "lost"]);
  assert.match(
    connect?.reason ?? "",
    /^nodes "lost" is forbidden: User "reader" cannot get resource "nodes"/,
  );
  assert.equal(diagnosis?.cause, "ConnectionRefused");
  assert.ok(diagnosis?.evidence.includes("Pod on-lost is on node lost"));
});

test("where nothing fails, whom it was handed on to is seen all the same", async () => {
  const { connect, diagnosis } = await trace([
    "request",
    "-o",
    "json",
    "/api/v1/namespaces/shop/pods/cart-0/log",
  ]);
  assert.deepEqual([connect?.to, connect?.node, diagnosis], ["kubelet", "worker-1", undefined]);
});
