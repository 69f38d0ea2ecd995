import assert from "node:assert/strict";
import { after, test } from "node:test";
import { readSnapshot } from "../../../src/cluster/snapshot/snapshot.ts";
import { collectSnapshot } from "../../../src/cluster/snapshot/snapshot-collect.ts";
import { newSnapshotDocument } from "../../../src/cluster/snapshot/snapshot-document.ts";
import { ClusterError } from "../../../src/errors.ts";
import { renderYaml } from "../../../src/render/yaml.ts";
import { clusterRole, clusterRoleBinding, role, roleBinding, rule } from "../../rbac/policies.ts";
import {
  apiService,
  customResourceDefinition,
  endpointSlice,
  pod,
  secret,
  service,
  webhookConfiguration,
} from "../objects.ts";
import { type ObjectsServerOptions, startObjectsServer } from "./objects-server.ts";

const metrics = { namespace: "kube-system", name: "metrics-server", port: 443 };
const rbac = "/apis/rbac.authorization.k8s.io/v1";
const flow = (version: string, kind: string, name: string) => ({
  apiVersion: `flowcontrol.apiserver.k8s.io/${version}`,
  kind,
  metadata: { name, uid: "u-1" },
});

const lists: ObjectsServerOptions["lists"] = {
  "/apis/apiregistration.k8s.io/v1/apiservices": [
    apiService("v1."),
    apiService("v1beta1.metrics.k8s.io", metrics),
    apiService("v1.metrics.k8s.io", metrics),
    apiService("v1.gone.example.com", { namespace: "gone", name: "gone" }),
  ],
  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions": Array.from({ length: 120 }, (_, index) =>
    customResourceDefinition(`things${index}`, "example.com"),
  ),
  [`${rbac}/clusterroles`]: [clusterRole("admin", rule("* * *"))],
  [`${rbac}/clusterrolebindings`]: [clusterRoleBinding("admins", "admin", "Group:admins")],
  [`${rbac}/roles`]: [role("ns", "reader", rule("get - pods"))],
  [`${rbac}/rolebindings`]: [roleBinding("ns", "readers", "Role/reader", "User:jane")],
  "/apis/flowcontrol.apiserver.k8s.io/v1beta3/flowschemas": [flow("v1beta3", "FlowSchema", "global-default")],
  "/apis/flowcontrol.apiserver.k8s.io/v1beta3/prioritylevelconfigurations": [
    flow("v1beta3", "PriorityLevelConfiguration", "global-default"),
  ],
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": [],
  "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations": [webhookConfiguration()],
  "/api/v1/services": [service("kube-system", "metrics-server", { app: "metrics" }), service("web", "other")],
  "/apis/discovery.k8s.io/v1/endpointslices": [
    endpointSlice("kube-system", "metrics-server", ["10.0.0.9", "10.0.0.3"]),
    endpointSlice("web", "other", ["10.0.0.4"]),
  ],
  "/api/v1/pods": [pod("kube-system", "metrics-server-0", { app: "metrics" }), pod("web", "other-0", {})],
  "/apis/apps/v1/replicasets": [],
  "/api/v1/secrets": [
    { apiVersion: "v1", kind: "Secret", metadata: { namespace: "web", name: "s" }, data: secret },
  ],
};

async function start(options: Partial<ObjectsServerOptions> = {}) {
  const server = await startObjectsServer({ lists, ...options });
  after(server.close);
  return server;
}

test("takes what offline tracing needs, and nothing secret", async () => {
  const { reader, url } = await start();
  const snapshot = await collectSnapshot(reader);
  assert.deepEqual(snapshot.missing, []);
  assert.deepEqual(
    [snapshot.server, snapshot.serverVersion, snapshot.user?.username],
    [url, "v1.33.2", "tester"],
  );
  const counts: Record<string, number> = {};
  for (const { kind } of snapshot.items) counts[kind] = (counts[kind] ?? 0) + 1;
  assert.deepEqual(counts, {
    APIService: 4,
    CustomResourceDefinition: 120,
    ClusterRole: 1,
    ClusterRoleBinding: 1,
    Role: 1,
    RoleBinding: 1,
    FlowSchema: 1,
    PriorityLevelConfiguration: 1,
    ValidatingWebhookConfiguration: 1,
    Service: 1,
    EndpointSlice: 1,
    Pod: 1,
  });
  const text = renderYaml(newSnapshotDocument(snapshot));
  assert.ok(!text.includes(secret));
  for (const word of [
    "annotations",
    "managedFields",
    "resourceVersion",
    "caBundle",
    "env",
    "args",
    "openAPI",
  ]) {
    assert.doesNotMatch(text, new RegExp(`^ *-? *"?${word}`, "m"));
  }
});

test("two snapshots of one cluster are the same text", async () => {
  const [one, other] = [await start(), await start()];
  const texts = [one, other].map(async ({ reader, url }) =>
    renderYaml(newSnapshotDocument(await collectSnapshot(reader))).replace(url, "URL"),
  );
  assert.equal(await texts[0], await texts[1]);
  assert.match(String(await texts[0]), /10\.0\.0\.3.*10\.0\.0\.9/s);
});

test("asks for nothing that a snapshot does not hold", async () => {
  const { reader, requests } = await start();
  await collectSnapshot(reader);
  const paths = requests.map((path) => decodeURIComponent(path).replace(/[?&](limit|continue)=\d+/g, ""));
  assert.ok(paths.every((path) => !/secret|configmap/.test(path)));
  assert.deepEqual([...new Set(paths.filter((path) => path.includes("/namespaces/")))].toSorted(), [
    "/api/v1/namespaces/gone/services/gone",
    "/api/v1/namespaces/kube-system/pods?labelSelector=app=metrics",
    "/api/v1/namespaces/kube-system/services/metrics-server",
    // The conversion webhook's.
    "/api/v1/namespaces/things/services/converter",
    "/apis/apps/v1/namespaces/kube-system/replicasets?labelSelector=app=metrics",
    "/apis/discovery.k8s.io/v1/namespaces/gone/endpointslices?labelSelector=kubernetes.io/service-name=gone",
    "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices?labelSelector=kubernetes.io/service-name=metrics-server",
    "/apis/discovery.k8s.io/v1/namespaces/things/endpointslices?labelSelector=kubernetes.io/service-name=converter",
  ]);
});

test("what is refused is missing, and the rest is there", async () => {
  const { reader } = await start({
    refused: {
      [`${rbac}/roles`]: 403,
      "/api/v1/namespaces/kube-system/pods": 403,
      "/api/v1/namespaces/gone/services/gone": 403,
      "/version": 403,
    },
  });
  const snapshot = await collectSnapshot(reader);
  assert.deepEqual(snapshot.missing, [
    { resource: "roles.rbac.authorization.k8s.io", reason: "403 Forbidden" },
    { resource: "pods", namespace: "kube-system", service: "metrics-server", reason: "403 Forbidden" },
    { resource: "services", namespace: "gone", service: "gone", reason: "403 Forbidden" },
    { resource: "/version", reason: "403 Forbidden" },
  ]);
  assert.ok(snapshot.items.some(({ kind }) => kind === "RoleBinding"));
  assert.deepEqual(readSnapshot(renderYaml(newSnapshotDocument(snapshot)), "f").missing, snapshot.missing);
});

test("a snapshot without knowing who took it", async () => {
  const { reader } = await start();
  const whoAmI = async () => ({ ok: false as const, reason: "404 Not Found", status: 404 });
  const snapshot = await collectSnapshot({ ...reader, whoAmI });
  assert.equal(snapshot.user, null);
  assert.deepEqual(snapshot.missing, [
    { resource: "selfsubjectreviews.authentication.k8s.io", reason: "404 Not Found" },
  ]);
});

test("the server's URL is written without credentials", async () => {
  const { reader } = await start();
  const server = "https://jane:pw@rancher.example.com:8443/k8s/clusters/c-x/?token=t#f";
  const snapshot = await collectSnapshot({ ...reader, server });
  assert.equal(snapshot.server, "https://rancher.example.com:8443/k8s/clusters/c-x");
});

test("hears of each resource once", async () => {
  const { reader } = await start();
  const heard = new Map<string, number>();
  await collectSnapshot(reader, (resource, count) => heard.set(resource, count));
  assert.equal(heard.size, 15);
  assert.equal(heard.get("customresourcedefinitions.apiextensions.k8s.io"), 120);
});

test("nobody answers: the cluster cannot be asked", async () => {
  const server = await startObjectsServer({ lists });
  await server.close();
  await assert.rejects(collectSnapshot(server.reader), (error) => {
    assert.ok(error instanceof ClusterError);
    assert.equal(error.message, `cannot read anything from server ${server.url}: connection refused`);
    return true;
  });
});

test("everything is refused: the cluster cannot be asked", async () => {
  const { reader } = await start({
    lists: {},
    refused: Object.fromEntries(Object.keys(lists).map((path) => [path, 401])),
  });
  await assert.rejects(collectSnapshot(reader), ClusterError);
});
