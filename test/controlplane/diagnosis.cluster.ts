import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { connectPlane, kubectlAt, traceAt } from "./connect.ts";

/** Each party says no for real, and is named for it. */
const plane = connectPlane();

interface Found {
  readonly roundTrip: { readonly status: number | null; readonly url: string };
  readonly diagnosis?: {
    readonly party: string;
    readonly cause: string;
    readonly evidence: readonly string[];
  };
}

async function diagnosed(args: readonly string[], input = ""): Promise<readonly string[]> {
  const { stdout, stderr } = await traceAt(plane, "1.35", ["-o", "json", ...args], { input });
  assert.notEqual(stdout, "", stderr);
  const { items } = JSON.parse(stdout) as { readonly items: readonly Found[] };
  return items.flatMap(({ diagnosis }) =>
    diagnosis === undefined ? [] : [`${diagnosis.party} ${diagnosis.cause}`],
  );
}

const configMap = (name: string, namespace: string, labels = {}): string =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels } });

/** Things of this suite alone: a webhook and a conversion that lead to a Service without Pods, and a node that is not there. */
const things = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "diagnosis", labels: { diagnosis: "true" } } },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "nobody", namespace: "diagnosis" },
    spec: { selector: { app: "nobody" }, ports: [{ port: 443 }] },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "nobody" },
    webhooks: [
      {
        name: "nobody.example.com",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        timeoutSeconds: 5,
        clientConfig: { service: { namespace: "diagnosis", name: "nobody" } },
        namespaceSelector: { matchLabels: { diagnosis: "true" } },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] }],
        objectSelector: { matchLabels: { ask: "true" } },
      },
    ],
  },
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "gizmos.diagnosis.example.com" },
    spec: {
      group: "diagnosis.example.com",
      scope: "Cluster",
      names: { plural: "gizmos", singular: "gizmo", kind: "Gizmo", listKind: "GizmoList" },
      conversion: {
        strategy: "Webhook",
        webhook: {
          conversionReviewVersions: ["v1"],
          clientConfig: { service: { namespace: "diagnosis", name: "nobody" } },
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
  { apiVersion: "v1", kind: "Node", metadata: { name: "ghost" } },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "haunted", namespace: "diagnosis" },
    spec: {
      nodeName: "ghost",
      containers: [{ name: "a", image: "a" }],
      tolerations: [{ operator: "Exists" }],
    },
  },
];
const all = JSON.stringify({ apiVersion: "v1", kind: "List", items: things });
const gizmo = JSON.stringify({
  apiVersion: "diagnosis.example.com/v1",
  kind: "Gizmo",
  metadata: { name: "g" },
});

before(async () => {
  for (let tries = 0; ; tries++) {
    const { code, stderr } = await kubectlAt(plane, "1.35", ["apply", "-f", "-"], { input: all });
    if (code === 0) break;
    assert.ok(tries < 50, stderr);
  }
  const status = {
    addresses: [{ type: "InternalIP", address: "10.244.9.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
  };
  await kubectlAt(plane, "1.35", [
    "patch",
    "node",
    "ghost",
    "--subresource=status",
    "-p",
    JSON.stringify({ status }),
  ]);
  for (let tries = 0; ; tries++) {
    const { code, stderr } = await kubectlAt(plane, "1.35", ["apply", "-f", "-"], { input: gizmo });
    if (code === 0) return;
    assert.ok(tries < 50, stderr);
  }
});

after(async () => {
  await kubectlAt(plane, "1.35", ["delete", "--wait=false", "--ignore-not-found", "-f", "-"], { input: all });
});

const raw = (path: string): readonly string[] => ["get", "--raw", path];

for (const [name, args, expected, input] of [
  ["no rule allows", ["--context", "alice", "get", "nodes"], "Authorization NoRuleAllows"],
  ["a role is missing", ["--context", "erin", "get", "pods"], "Authorization RoleNotFound"],
  [
    "a node asks for what is not its own",
    ["--context", "worker-1", "get", "secret", "password", "-n", "shop"],
    "Authorization NodeAuthorizer",
  ],
  [
    "somebody acts as another",
    ["--context", "support", "--as", "bob", ...raw("/version")],
    "Impersonation ImpersonationForbidden",
  ],
  [
    "a token is not known",
    ["--context", "anonymous", "--token", "wrong", ...raw("/version")],
    "Authentication CredentialsRejected",
  ],
  [
    "a webhook denies",
    ["create", "-f", "-"],
    "Admission DeniedByWebhook",
    configMap("a", "guarded", { deny: "true" }),
  ],
  ["a policy denies", ["create", "-f", "-"], "Admission DeniedByPolicy", configMap("forbidden-b", "guarded")],
  [
    "a webhook is down",
    ["create", "-f", "-"],
    "Admission ConnectionRefused",
    configMap("c", "diagnosis", { ask: "true" }),
  ],
  [
    "a conversion webhook is down",
    raw("/apis/diagnosis.example.com/v2/gizmos"),
    "ConversionWebhook ConnectionRefused",
  ],
  [
    "a kubelet is not there",
    raw("/api/v1/namespaces/diagnosis/pods/haunted/log"),
    "Kubelet ConnectionRefused",
  ],
  [
    "a proxied Service has no Pods",
    raw("/api/v1/namespaces/diagnosis/services/nobody:443/proxy/"),
    "Pod MissingEndpoints",
  ],
  ["an object is not there", ["get", "pod", "nope", "-n", "shop"], "APIServer ObjectNotFound"],
  ["a group is not there", raw("/apis/nobody.io/v1/things"), "APIServer GroupNotServed"],
  ["a version is not there", raw("/apis/metrics.k8s.io/v1/nodes"), "APIServer VersionNotServed"],
  ["a resource is not there", raw("/apis/apps/v1/gadgets"), "APIServer ResourceNotServed"],
  [
    "an extension server does not know it",
    raw("/apis/metrics.k8s.io/v1beta1/things"),
    "ExtensionServer ResourceNotServed",
  ],
  ["nobody listens", ["--server", "https://127.0.0.1:1", ...raw("/version")], "Nobody ConnectionRefused"],
] as const satisfies readonly (readonly [string, readonly string[], string, string?])[]) {
  test(`who said no when ${name}`, async () => {
    const found = await diagnosed(args, input);
    assert.ok(found.length > 0, "nothing failed");
    assert.deepEqual([...new Set(found)], [expected]);
  });
}

test("who said no when a login page stands before the API server", async () => {
  const server = createServer((_, answer) => {
    answer.writeHead(403, { "Content-Type": "text/html" });
    answer.end("<!DOCTYPE html><html><body>Please log in</body></html>");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const found = await diagnosed(["--server", `http://127.0.0.1:${port}`, ...raw("/version")]);
    assert.deepEqual(found, ["Proxy NotTheAPIServer"]);
  } finally {
    server.close();
  }
});
