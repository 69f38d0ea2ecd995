import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { tooManyRequests } from "../../src/sandbox/faults.ts";
import { json } from "../../src/sandbox/status.ts";
import { type AskOptions, ask, demoSnapshot, withSandbox } from "../helpers/sandbox.ts";

const as = (user: string, headers: Record<string, string | string[]> = {}): AskOptions => ({ user, headers });
const acting = (user: string, more: Record<string, string | string[]> = {}): AskOptions =>
  as("admin", { "Impersonate-User": user, ...more });
const post = (body: unknown, user = "admin"): AskOptions => ({ method: "POST", user, body });

/** What each request is answered, with the message of its Status or, where it is none, its text. */
const sentences: readonly (readonly [string, AskOptions, number, string])[] = [
  ["/api/v1/pods", { user: "", headers: { Authorization: "Bearer nonsense" } }, 401, "Unauthorized"],
  [
    "/api/v1/pods",
    as(""),
    403,
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
  ],
  [
    "/api/v1/namespaces/default/pods",
    as("developer"),
    403,
    'pods is forbidden: User "developer" cannot list resource "pods" in API group "" in the namespace "default"',
  ],
  [
    "/apis/apps/v1/namespaces/default/deployments/web",
    as("nobody"),
    403,
    'deployments.apps "web" is forbidden: User "nobody" cannot get resource "deployments" in API group "apps" in the namespace "default"',
  ],
  [
    "/api/v1/namespaces/shop/pods/cart-0/exec",
    { ...as("developer"), method: "POST" },
    403,
    'pods "cart-0" is forbidden: User "developer" cannot create resource "pods/exec" in API group "" in the namespace "shop"',
  ],
  ["/metrics", as("developer"), 403, 'forbidden: User "developer" cannot get path "/metrics"'],
  [
    "/apis/none.example.com/v1/x",
    as("developer"),
    403,
    'x.none.example.com is forbidden: User "developer" cannot list resource "x" in API group "none.example.com" at the cluster scope',
  ],
  ["/apis/none.example.com/v1/x", as("admin"), 404, "404 page not found\n"],
  ["/apis/none.example.com", as("admin"), 404, "404 page not found\n"],
  ["/api/v1/nonsense", as("admin"), 404, "the server could not find the requested resource"],
  ["/api/v1/pods/cart-0", as("admin"), 404, "the server could not find the requested resource"],
  ["/api/v1/namespaces/shop/pods/nope", as("admin"), 404, 'pods "nope" not found'],
  ["/apis/apps/v1/namespaces/shop/deployments/nope", as("admin"), 404, 'deployments.apps "nope" not found'],
  ["/apis/custom.metrics.k8s.io/v1beta1", as("admin"), 503, "service unavailable\n"],
  ["/apis/custom.metrics.k8s.io/v1beta1/x", as("admin"), 503, "service unavailable\n"],
  [
    "/apis/custom.metrics.k8s.io/v1beta1/x",
    as("nobody"),
    403,
    'x.custom.metrics.k8s.io is forbidden: User "nobody" cannot list resource "x" in API group "custom.metrics.k8s.io" at the cluster scope',
  ],
  [
    "/api/v1/namespaces/shop/pods",
    { ...as("admin"), method: "POST" },
    405,
    "the server does not allow this method on the requested resource",
  ],
  [
    "/api/v1/namespaces/shop/pods/cart-0",
    { ...as("developer"), method: "DELETE" },
    403,
    'pods "cart-0" is forbidden: User "developer" cannot delete resource "pods" in API group "" in the namespace "shop"',
  ],
  [
    "/apis/metrics.k8s.io/v1beta1/nodes?watch=true",
    as("admin"),
    405,
    'watch is not supported on resources of kind "nodes.metrics.k8s.io"',
  ],
  [
    "/api/v1/pods",
    as("admin", { Accept: "application/vnd.kubernetes.protobuf" }),
    406,
    "only the following media types are accepted: application/json",
  ],
  ["/api/v1/pods?fieldSelector=spec.x%3Dy", as("admin"), 400, "field label not supported: spec.x"],
  [
    "/api/v1/namespaces/shop/pods/cart-0/exec",
    { ...as("admin"), method: "POST" },
    400,
    "Upgrade request required",
  ],
  [
    "/api/v1/watch",
    as("admin"),
    500,
    'Internal Server Error: "/api/v1/watch": failed to create RequestInfo: unable to determine kind and namespace from url, /api/v1/watch\n',
  ],
  [
    "/version",
    as("support", { "Impersonate-User": "admin" }),
    403,
    'users "admin" is forbidden: User "support" cannot impersonate resource "users" in API group "" at the cluster scope',
  ],
  [
    "/version",
    as("support", { "Impersonate-User": "developer", "Impersonate-Group": ["qa", "dev"] }),
    403,
    'groups "qa" is forbidden: User "support" cannot impersonate resource "groups" in API group "" at the cluster scope',
  ],
  [
    "/version",
    as("support", { "Impersonate-User": "developer", "Impersonate-Extra-Scopes": "a" }),
    403,
    'userextras.authentication.k8s.io "a" is forbidden: User "support" cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io" at the cluster scope',
  ],
  [
    "/version",
    as("support", { "Impersonate-User": "system:serviceaccount:shop:web" }),
    403,
    'serviceaccounts "web" is forbidden: User "support" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "shop"',
  ],
  [
    "/version",
    as("admin", { "Impersonate-Group": "qa" }),
    500,
    'Internal Server Error: "/version": requested [{Group  qa    }] without impersonating a user\n',
  ],
  [
    "/api/v1/nodes",
    acting("<jane> & co"),
    403,
    'nodes is forbidden: User "&lt;jane&gt; &amp; co" cannot list resource "nodes" in API group "" at the cluster scope',
  ],
  [
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    post({ spec: {} }),
    422,
    '.authorization.k8s.io "" is invalid: spec: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
  ],
  [
    "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
    post({ spec: {} }),
    400,
    "no namespace on request",
  ],
];

test("says no in the words of a real API server", async (t) => {
  await withSandbox({}, async (sandbox) => {
    for (const [path, options, status, sentence] of sentences) {
      await t.test(`${status} ${options.method ?? "GET"} ${path} as ${options.user}`, async () => {
        const answer = await ask(sandbox, path, options);
        const isStatus = answer.headers["content-type"] === "application/json";
        assert.equal(isStatus ? answer.json()["message"] : answer.text, sentence);
        assert.equal(answer.status, status);
        if (isStatus) assert.equal(answer.json()["code"], status);
      });
    }
  });
});

test("a 403 names what it is about, and the rest of a Status", async () => {
  await withSandbox({}, async (sandbox) => {
    const answer = await ask(sandbox, "/apis/metrics.k8s.io/v1beta1/nodes", as("developer"));
    assert.deepEqual(answer.json(), {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message:
        'nodes.metrics.k8s.io is forbidden: User "developer" cannot list resource "nodes" in API group "metrics.k8s.io" at the cluster scope',
      reason: "Forbidden",
      details: { group: "metrics.k8s.io", kind: "nodes" },
      code: 403,
    });
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
  });
});

test("impersonation changes whom the rest of the server sees, and the access log has both", async () => {
  await withSandbox({}, async (sandbox) => {
    const review = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    const headers = {
      "Impersonate-User": "system:serviceaccount:shop:web",
      "Impersonate-Uid": "42",
      "Impersonate-Extra-Example.com%2FScopes": "a",
    };
    const answer = await ask(sandbox, review, { method: "POST", headers, body: {} });
    assert.deepEqual(answer.json()["status"], {
      userInfo: {
        username: "system:serviceaccount:shop:web",
        uid: "42",
        groups: ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"],
        extra: { "example.com/scopes": ["a"] },
      },
    });
    const [entry] = sandbox.accessLog;
    assert.equal(entry?.user, "admin");
    assert.equal(entry?.impersonatedUser, "system:serviceaccount:shop:web");
    assert.equal(answer.status, 201);
  });
});

test("an answer carries the UIDs of its FlowSchema and priority level, a 401 does not", async () => {
  await withSandbox({}, async (sandbox) => {
    const uidOf = (kind: string, name: string): unknown =>
      demoSnapshot().items.find((item) => item.kind === kind && item.metadata.name === name)?.metadata["uid"];
    for (const [user, path, schema, level] of [
      ["admin", "/api/v1/nodes", "exempt", "exempt"],
      ["developer", "/healthz", "probes", "exempt"],
      ["developer", "/version", "global-default", "global-default"],
      ["monitoring:collector", "/api/v1/pods", "service-accounts", "workload-low"],
    ] as const) {
      const { headers } = await ask(sandbox, path, as(user));
      assert.equal(headers["x-kubernetes-pf-flowschema-uid"], uidOf("FlowSchema", schema));
      assert.equal(headers["x-kubernetes-pf-prioritylevel-uid"], uidOf("PriorityLevelConfiguration", level));
    }
    const refused = await ask(sandbox, "/version", as("", { Authorization: "Bearer nonsense" }));
    assert.equal(refused.headers["x-kubernetes-pf-flowschema-uid"], undefined);
  });
});

test("every answer has an Audit-Id of its own, or the one it was sent with", async () => {
  await withSandbox({}, async (sandbox) => {
    const answers = [await ask(sandbox, "/version"), await ask(sandbox, "/nope"), await ask(sandbox, "/api")];
    const ids = answers.map(({ headers }) => headers["audit-id"]);
    assert.equal(new Set(ids).size, 3);
    assert.deepEqual(
      sandbox.accessLog.map(({ auditId }) => auditId),
      ids,
    );
    const sent = await ask(sandbox, "/version", as("admin", { "Audit-ID": "mine" }));
    assert.equal(sent.headers["audit-id"], "mine");
  });
});

test("faults answer instead: 429 before authorization, anything else after it", async () => {
  const fault = (path: string, status: number) => ({
    match: (_method: string, url: string) => url === path,
    answer: status === 429 ? tooManyRequests(7) : json(status, { injected: true }),
  });
  const faults = [fault("/api/v1/nodes", 429), fault("/apis/metrics.k8s.io/v1beta1/nodes", 403)];
  await withSandbox({ faults }, async (sandbox) => {
    const throttled = await ask(sandbox, "/api/v1/nodes", as("nobody"));
    assert.equal(throttled.status, 429);
    assert.equal(throttled.headers["retry-after"], "7");
    assert.equal(throttled.text, "Too many requests, please try again later.\n");
    assert.equal(throttled.headers["x-kubernetes-pf-flowschema-uid"]?.length, 36);
    const metrics = "/apis/metrics.k8s.io/v1beta1/nodes";
    assert.deepEqual((await ask(sandbox, metrics, as("admin"))).json(), { injected: true });
    assert.match((await ask(sandbox, metrics, as("nobody"))).text, /is forbidden: User/);
  });
});

test("a fault may cut the connection", async () => {
  await withSandbox({ faults: [{ match: () => true, answer: "drop" }] }, async (sandbox) => {
    await assert.rejects(ask(sandbox, "/version"), /socket hang up|ECONNRESET/);
    assert.equal(sandbox.accessLog[0]?.status, 0);
  });
});

test("closing ends a request that is never answered", async () => {
  let pending: Promise<unknown> = Promise.resolve();
  await withSandbox({ faults: [{ match: () => true, answer: "hang" }] }, async (sandbox) => {
    pending = assert.rejects(ask(sandbox, "/version"));
    while (sandbox.accessLog.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });
  await pending;
});

test("an APIService that says Available and cannot be reached", async () => {
  const apiService: KubeObject = {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: "v1beta1.custom.metrics.k8s.io" },
    spec: {
      group: "custom.metrics.k8s.io",
      version: "v1beta1",
      service: { namespace: "monitoring", name: "prometheus-adapter" },
    },
    status: {
      conditions: [{ type: "Available", status: "True", reason: "Passed", message: "all checks passed" }],
    },
  };
  await withSandbox({ extra: [apiService] }, async (sandbox) => {
    const answer = await ask(sandbox, "/apis/custom.metrics.k8s.io/v1beta1");
    assert.equal(answer.status, 503);
    assert.equal(
      answer.text,
      "error trying to reach service: dial tcp 10.96.181.44:443: connect: connection refused\n",
    );
  });
});

test("from 1.35 on a WebSocket to a pod needs create as well as get", async () => {
  const role: KubeObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "developer", namespace: "shop" },
    rules: [{ apiGroups: [""], resources: ["pods/exec"], verbs: ["get"] }],
  };
  const path = "/api/v1/namespaces/shop/pods/cart-0/exec?command=ls";
  const upgrade = as("developer", { Connection: "Upgrade", Upgrade: "websocket" });
  for (const [serverVersion, status] of [
    ["v1.34.2", 500],
    ["v1.35.0", 403],
  ] as const) {
    const snapshot = { ...demoSnapshot(), serverVersion };
    await withSandbox({ snapshot, extra: [role] }, async (sandbox) => {
      assert.equal((await ask(sandbox, path, upgrade)).status, status);
    });
  }
});
