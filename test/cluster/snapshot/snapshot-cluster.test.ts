import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointSlice, pod } from "../objects.ts";
import { as, clusterOf, items, missing, no, without, yes } from "./snapshot-cases.ts";

test("says what it is", async () => {
  const cluster = clusterOf();
  assert.deepEqual(
    [cluster.kind, cluster.title, cluster.server],
    ["snapshot", "snapshot f.yaml", "https://h"],
  );
  await cluster.close();
});

test("APIServices", async () => {
  const cluster = clusterOf();
  const all = await cluster.apiServices();
  assert.deepEqual(all.ok && [...all.value.keys()], [
    "v1.",
    "v1beta1.metrics.k8s.io",
    "v1.gone.example.com",
    "v1.new.example.com",
  ]);
  assert.deepEqual(
    await cluster.apiService("v1beta1.metrics.k8s.io"),
    yes({
      name: "v1beta1.metrics.k8s.io",
      service: { namespace: "kube-system", name: "metrics-server", port: 443 },
      available: "False",
      reason: "MissingEndpoints",
      message: "no addresses",
      trust: { skipsVerification: false, authorities: [], error: "caBundle holds no certificate" },
    }),
  );
  assert.deepEqual(
    await cluster.apiService("v1.new.example.com"),
    yes({
      name: "v1.new.example.com",
      service: { namespace: "gone", name: "gone", port: null },
      available: "Unknown",
      reason: "",
      message: "",
      trust: { skipsVerification: false, authorities: [], error: "caBundle holds no certificate" },
    }),
  );
  assert.deepEqual(await cluster.apiService("v1.nothing"), yes(null));
});

test("APIServices that are not there", async () => {
  const refused = clusterOf({
    items: without("APIService"),
    missing: missing("apiservices.apiregistration.k8s.io"),
  });
  assert.deepEqual(await refused.apiServices(), no("not in the snapshot: 403 Forbidden"));
  assert.deepEqual(await refused.apiService("v1."), no("not in the snapshot: 403 Forbidden"));
  assert.deepEqual(await clusterOf({ items: [] }).apiServices(), no("f.yaml has no apiservices"));
});

test("some APIServices out of a file are not all of them", async () => {
  const some = clusterOf({ complete: false, items: items.filter(({ metadata }) => metadata.name !== "v1.") });
  assert.deepEqual(await some.apiServices(), no("f.yaml has not every apiservice"));
  assert.equal((await some.apiService("v1beta1.metrics.k8s.io")).ok, true);
  assert.deepEqual(await some.apiService("v1.apps"), no("f.yaml has not every apiservice"));
  assert.equal((await clusterOf({ complete: false }).apiServices()).ok, true);
  assert.deepEqual(await clusterOf({ complete: false }).apiService("v9.x"), yes(null));
});

test("CustomResourceDefinitions", async () => {
  const crd = "customresourcedefinitions.apiextensions.k8s.io";
  assert.deepEqual(await clusterOf().hasCustomResourceDefinition("things.example.com"), yes(true));
  assert.deepEqual(await clusterOf().hasCustomResourceDefinition("x.example.com"), yes(false));
  assert.deepEqual(
    await clusterOf({ missing: missing(crd) }).hasCustomResourceDefinition("x.example.com"),
    no("not in the snapshot: 403 Forbidden"),
  );
  assert.deepEqual(
    await clusterOf({ complete: false }).hasCustomResourceDefinition("x.example.com"),
    no("f.yaml has no customresourcedefinition x.example.com"),
  );
});

test("what a CustomResourceDefinition says", async () => {
  const found = await clusterOf().customResourceDefinition("things.example.com");
  assert.ok(found.ok && found.value !== null);
  assert.deepEqual(found.value.versions, [{ name: "v1", served: true, stored: true, deprecated: false }]);
  assert.deepEqual(found.value.conversion?.service, { namespace: "things", name: "converter", port: 443 });
  assert.deepEqual(await clusterOf().customResourceDefinition("x.example.com"), yes(null));
  assert.deepEqual(
    await clusterOf().service("things", "converter"),
    yes(null),
    "behind a conversion webhook, so it would be here",
  );
});

test("one Pod, one Node", async () => {
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } };
  const cluster = clusterOf({ items: [...items, pod("shop", "web-1", {}), node] });
  const found = await cluster.pod("shop", "web-1");
  assert.ok(found.ok && found.value !== null);
  assert.deepEqual([found.value.namespace, found.value.node], ["shop", "node-1"]);
  assert.equal((await cluster.node("node-1")).ok, true);
  // Only what stands behind a Service is taken: that it is not there proves nothing.
  assert.deepEqual(await cluster.pod("shop", "web-2"), no("f.yaml has no pod shop/web-2"));
  assert.deepEqual(await cluster.pod("web", "web-1"), no("f.yaml has no pod web/web-1"));
  assert.deepEqual(await cluster.node("node-2"), no("f.yaml has no node node-2"));
});

test("Services", async () => {
  assert.deepEqual(
    await clusterOf().service("kube-system", "metrics-server"),
    yes({
      namespace: "kube-system",
      name: "metrics-server",
      type: "ClusterIP",
      clusterIP: "10.96.1.2",
      selector: { app: "metrics" },
      ports: [{ name: "https", port: 443, targetPort: "https" }],
    }),
  );
  assert.deepEqual(
    await clusterOf().service("gone", "gone"),
    yes(null),
    "behind an APIService, so it would be here",
  );
  assert.deepEqual(await clusterOf().service("web", "shop"), no("f.yaml has no services of web/shop"));
  const refused = [{ resource: "services", namespace: "gone", service: "gone", reason: "403 Forbidden" }];
  assert.deepEqual(
    await clusterOf({ missing: refused }).service("gone", "gone"),
    no("not in the snapshot: 403 Forbidden"),
  );
});

test("endpoints", async () => {
  const endpoint = { port: 10250, node: "node-1" };
  assert.deepEqual(
    await clusterOf().endpoints("kube-system", "metrics-server"),
    yes([
      { ...endpoint, address: "10.0.0.1", ready: true, pod: "metrics-server-0" },
      { ...endpoint, address: "10.0.0.2", ready: false, pod: "metrics-server-1" },
    ]),
  );
  assert.deepEqual(await clusterOf().endpoints("gone", "gone"), yes([]));
  assert.deepEqual(
    await clusterOf().endpoints("web", "shop"),
    no("f.yaml has no endpointslices of web/shop"),
  );
});

test("an endpoint without conditions is ready, one without ports has none", async () => {
  const slice = {
    ...endpointSlice("kube-system", "metrics-server", []),
    ports: null,
    endpoints: [{ addresses: ["::1"] }],
  };
  assert.deepEqual(
    await clusterOf({ items: [...without("EndpointSlice"), slice] }).endpoints(
      "kube-system",
      "metrics-server",
    ),
    yes([{ address: "::1", port: null, ready: true, pod: "", node: "" }]),
  );
});

test("who took it, and who is impersonated", async () => {
  assert.deepEqual(
    await clusterOf().whoAmI(null),
    yes({ username: "jane", uid: "", groups: ["dev", "system:authenticated"] }),
  );
  assert.deepEqual(
    await clusterOf().whoAmI(as("joe", "ops")),
    yes({ username: "joe", uid: "", groups: ["ops", "system:authenticated"] }),
  );
  assert.deepEqual(
    await clusterOf({ user: null }).whoAmI(null),
    no("f.yaml does not say who took it: pass --as USER (and --as-group)"),
  );
});

test("flow control by name, and nobody's credentials", async () => {
  const of = (kind: string, name: string, uid: string) => ({
    apiVersion: "flowcontrol.apiserver.k8s.io/v1",
    kind,
    metadata: { name, uid },
  });
  const objects = [of("FlowSchema", "exempt", "f-1"), of("PriorityLevelConfiguration", "exempt", "p-1")];
  const found = await clusterOf({ items: objects }).flowControl();
  assert.deepEqual(
    found,
    yes({ flowSchemas: new Map([["f-1", "exempt"]]), priorityLevels: new Map([["p-1", "exempt"]]) }),
  );
  assert.deepEqual(
    await clusterOf({ missing: missing("flowschemas.flowcontrol.apiserver.k8s.io") }).flowControl(),
    no("not in the snapshot: 403 Forbidden"),
  );
  assert.deepEqual(await clusterOf().credentials(), no("a snapshot knows nobody's credentials"));
});

test("Pods that are not in a file of some objects may be there all the same", async () => {
  const labels = { app: "nobody" };
  assert.deepEqual(await clusterOf().pods("kube-system", labels), yes([]));
  assert.deepEqual(await clusterOf({ complete: false }).pods("kube-system", {}), yes([]));
  assert.deepEqual(
    await clusterOf({ complete: false }).pods("kube-system", labels),
    no("f.yaml has no pods with these labels in kube-system"),
  );
});

test("whom extension servers are to trust is in no snapshot", async () => {
  assert.deepEqual(
    await clusterOf().extensionAuthentication(),
    no("f.yaml has no configmaps: a snapshot is taken without them"),
  );
});

test("equal questions are answered once, others each for itself, however many", async () => {
  const cluster = clusterOf();
  const service = async (name: string) => await cluster.service("kube-system", name);
  const first = await service("metrics-server");
  assert.ok(first.ok && first.value?.name === "metrics-server");
  assert.equal(await service("metrics-server"), first);
  for (let i = 0; i < 3000; i += 1) {
    assert.notDeepEqual(await service(`other-${i}`), first);
  }
  assert.notEqual(await service("metrics-server"), first);
  assert.deepEqual(await service("metrics-server"), first);
});
