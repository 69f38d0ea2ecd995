import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type LiveCluster, openLiveCluster } from "../../../src/cluster/live/live.ts";
import { type ApiServer, newApiServer, type Routes, statusReply } from "../../helpers/api-server.ts";
import { serve } from "../../helpers/servers.ts";

async function live(t: TestContext, routes: Routes): Promise<ApiServer & { readonly cluster: LiveCluster }> {
  const api = newApiServer(routes);
  const server = await serve("http", api.handle);
  t.after(server.close);
  const cluster = await openLiveCluster({ server: server.url, requestTimeout: "2s" }, {}, {});
  t.after(async () => await cluster.close());
  return { ...api, cluster };
}

const group = "/apis/admissionregistration.k8s.io";
const list = (kind: string, ...items: readonly object[]) => ({
  body: { apiVersion: "admissionregistration.k8s.io/v1", kind: `${kind}List`, items },
});
const named = (name: string, more: object = {}) => ({ metadata: { name }, ...more });
const forbidden = statusReply(403, "Forbidden", "not for you");
const apiServices = (...names: readonly string[]) => ({
  body: {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIServiceList",
    items: names.map((name) => named(name)),
  },
});

test("webhooks: two lists, asked once, in the order in which kube-apiserver asks", async (t) => {
  const { cluster, requests } = await live(t, {
    [`GET ${group}/v1/mutatingwebhookconfigurations`]: list(
      "MutatingWebhookConfiguration",
      named("b", { webhooks: [named("x", { name: "m3" })] }),
      named("a", { webhooks: [{ name: "m2" }, { name: "m1" }] }),
    ),
    [`GET ${group}/v1/validatingwebhookconfigurations`]: list(
      "ValidatingWebhookConfiguration",
      named("c", { webhooks: [{ name: "v1" }] }),
    ),
  });
  const [answer, same] = await Promise.all([cluster.admissionWebhooks(), cluster.admissionWebhooks()]);
  assert.equal(answer, same);
  assert.deepEqual(answer.ok && answer.value.map(({ name }) => name), ["m2", "m1", "m3", "v1"]);
  assert.equal(requests.length, 2);
});

test("webhooks: one list that is refused leaves nothing known", async (t) => {
  const { cluster } = await live(t, {
    [`GET ${group}/v1/mutatingwebhookconfigurations`]: list("MutatingWebhookConfiguration"),
    [`GET ${group}/v1/validatingwebhookconfigurations`]: forbidden,
  });
  assert.deepEqual(await cluster.admissionWebhooks(), { ok: false, reason: "not for you", status: 403 });
});

const policy = named("p", { spec: { failurePolicy: "Ignore" } });
const binding = named("b", { spec: { policyName: "p" } });

for (const [version, served] of [
  ["v1", []],
  ["v1beta1", ["v1beta1.admissionregistration.k8s.io"]],
  ["v1alpha1", ["v1alpha1.admissionregistration.k8s.io"]],
] as const) {
  test(`policies of ${version}; a kind that the server does not have has none`, async (t) => {
    const { cluster, requests } = await live(t, {
      "GET /apis/apiregistration.k8s.io/v1/apiservices": apiServices("v1.", ...served),
      [`GET ${group}/${version}/validatingadmissionpolicies`]: list("ValidatingAdmissionPolicy", policy),
      [`GET ${group}/${version}/validatingadmissionpolicybindings`]: list(
        "ValidatingAdmissionPolicyBinding",
        binding,
      ),
    });
    const answer = await cluster.admissionPolicies();
    assert.deepEqual(
      answer.ok && answer.value.map(({ kind, name, bindings }) => [kind, name, bindings[0]?.name]),
      [["ValidatingAdmissionPolicy", "p", "b"]],
    );
    const others = requests.filter((request) => /v1(?:alpha|beta)1\//.test(request)).length;
    assert.equal(others, version === "v1" ? 0 : 4, "only versions that the server has are tried");
  });
}

test("policies: bindings that are refused leave nothing known", async (t) => {
  const { cluster } = await live(t, {
    "GET /apis/apiregistration.k8s.io/v1/apiservices": apiServices("v1."),
    [`GET ${group}/v1/validatingadmissionpolicies`]: list("ValidatingAdmissionPolicy", policy),
    [`GET ${group}/v1/validatingadmissionpolicybindings`]: forbidden,
  });
  assert.equal((await cluster.admissionPolicies()).ok, false);
});

test("the resources of a group and version, with their subresources", async (t) => {
  const resources = ["things", "things/status"].map((name) => ({ name }));
  const { cluster, requests } = await live(t, {
    "GET /apis/example.com/v1": { body: { kind: "APIResourceList", resources } },
    "GET /api/v1": { body: { kind: "APIResourceList", resources: [{ name: "pods" }] } },
    "GET /apis/broken/v1": { body: [] },
  });
  const things = await cluster.servedResources("example.com", "v1");
  assert.deepEqual(things.ok && [...things.value], ["things", "things/status"]);
  const core = await cluster.servedResources("", "v1");
  assert.deepEqual(core.ok && [...core.value], ["pods"]);
  const gone = await cluster.servedResources("example.com", "v9");
  assert.deepEqual(gone.ok && [...gone.value], []);
  assert.equal((await cluster.servedResources("broken", "v1")).ok, false);
  await cluster.servedResources("example.com", "v1");
  assert.equal(requests.length, 4);
});

test("labels: of the metadata alone, and none of what is not there", async (t) => {
  let accept: unknown = "";
  const { cluster } = await live(t, {
    "GET /api/v1/namespaces/a": (_, headers) => {
      accept = headers["accept"];
      return {
        body: {
          apiVersion: "meta.k8s.io/v1",
          kind: "PartialObjectMetadata",
          metadata: { name: "a", labels: { x: "y" } },
        },
      };
    },
    "GET /api/v1/namespaces/gone": statusReply(404, "NotFound", 'namespaces "gone" not found'),
    "GET /api/v1/namespaces/a/secrets/s": forbidden,
    "GET /api/v1/nodes/n": { body: [] },
  });
  assert.deepEqual(await cluster.namespaceLabels("a"), { ok: true, value: { x: "y" } });
  assert.match(String(accept), /^application\/json;as=PartialObjectMetadata;/);
  assert.deepEqual(await cluster.namespaceLabels("gone"), { ok: true, value: null });
  assert.equal((await cluster.objectLabels("/api/v1/namespaces/a/secrets/s")).ok, false);
  assert.equal((await cluster.objectLabels("/api/v1/nodes/n")).ok, false);
});
