import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRequestInfo } from "../../../src/api/request-info.ts";
import { newRoundTrip, type RoundTrip } from "../../../src/log/round-trip.ts";
import { diagnose } from "../../../src/trace/diagnosis/diagnose.ts";
import { causes, parties } from "../../../src/trace/diagnosis/diagnosis.ts";
import type { Failed } from "../../../src/trace/diagnosis/finding.ts";
import { anyTrace } from "../../render/rendering.ts";

const server = "https://10.0.0.1:6443";
const aggregated: Partial<Failed> = {
  apiService: {
    name: "v1beta1.metrics.k8s.io",
    available: "True",
    reason: "Passed",
    message: "all checks passed",
  },
  target: { kind: "Service", namespace: "kube-system", name: "metrics-server", port: 443, endpoints: [] },
};
const down: Partial<Failed> = {
  ...aggregated,
  apiService: {
    name: "v1beta1.metrics.k8s.io",
    available: "False",
    reason: "MissingEndpoints",
    message:
      'endpointslices for service/metrics-server in "kube-system" have no addresses with port name "https"',
  },
};
const notAsked: Partial<Failed> = {
  apiService: { name: "v1beta1.metrics.k8s.io", available: "Unknown", reason: "NotAsked", message: "" },
  target: { kind: "Unresolved", reason: "no cluster was asked" },
};
const allowed: Partial<Failed> = {
  verdict: { decision: "allowed", reason: "RBAC: allowed by …", source: "review" },
};
const denied: Partial<Failed> = { verdict: { decision: "denied", reason: "", source: "review" } };

function failed(request: string, answer: Partial<RoundTrip>, rest: Partial<Failed> = {}): Failed {
  const [method = "GET", path = ""] = request.split(" ");
  return {
    roundTrip: newRoundTrip({
      method,
      url: server + path,
      outcome: "response",
      auditId: "a-1",
      relayed: false,
      fromCache: false,
      statusReason: "x",
      source: { file: "-", line: 1 },
      ...answer,
    }),
    requestInfo: parseRequestInfo(method, path, ""),
    apiService: null,
    target: { kind: "Local", by: "built-in" },
    verdict: { decision: "unknown", reason: "", source: "none" },
    ...rest,
  };
}

const pods = "GET /api/v1/namespaces/shop/pods";
const metrics = "GET /apis/metrics.k8s.io/v1beta1/nodes";
const refused =
  'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "shop"';

/** Answers as kube-apiserver, the aggregator, extension servers and kubelets word them. */
const rows: readonly (readonly [name: string, trace: Failed, expected: string | null])[] = [
  ["success", failed(pods, { status: 200 }), null],
  ["planned", failed(pods, { outcome: "planned" }), null],
  ["unattributed", failed(pods, { outcome: "unattributed", status: 503 }), null],
  [
    "refused dial",
    failed(pods, { outcome: "failed", message: "dial tcp 10.0.0.1:6443: connect: connection refused" }),
    "Nobody ConnectionRefused",
  ],
  ["silent failure", failed(pods, { outcome: "failed" }), "Nobody Unknown"],
  [
    "refused WebSocket",
    failed("GET /api/v1/namespaces/shop/pods/a/exec?command=ls", { outcome: "failed" }),
    "Unknown UpgradeRefused",
  ],
  [
    "plain HTTP where TLS is spoken",
    failed("GET /version", {
      status: 400,
      message: "Client sent an HTTP request to an HTTPS server.",
      auditId: null,
      statusReason: null,
    }),
    "Unknown PlainHTTPSent",
  ],
  [
    "the same of a proxied program",
    failed("GET /api/v1/namespaces/shop/services/web/proxy/", {
      status: 400,
      message: "Client sent an HTTP request to an HTTPS server.",
    }),
    "Pod Unknown",
  ],
  [
    "HTML",
    failed(pods, { status: 403, message: "<html><body>Sign in</body></html>", auditId: null }),
    "Proxy NotTheAPIServer",
  ],
  [
    "a page of the profiler, of a server without Audit-Id",
    failed("GET /debug/pprof/", {
      status: 200,
      message: "not a Kubernetes API answer: text/html",
      auditId: null,
    }),
    null,
  ],
  [
    "a proxied page, of a server without Audit-Id",
    failed("GET /api/v1/namespaces/shop/services/web/proxy/", {
      status: 200,
      message: "not a Kubernetes API answer: text/html",
      auditId: null,
    }),
    null,
  ],
  [
    // Its answer is passed on as it came.
    "a kubelet that refuses to upgrade the connection",
    failed("POST /api/v1/namespaces/shop/pods/web/exec?command=ls", {
      status: 500,
      auditId: null,
      statusReason: null,
    }),
    "Unknown InternalError",
  ],
  [
    "another kube-apiserver, whose answer was relayed",
    failed("GET /apis/apps/v2/deployments", { status: 403, message: refused, relayed: true }),
    "Authorization NoRuleAllows",
  ],
  [
    "a page, in client-go's words",
    failed(pods, {
      status: 502,
      message:
        'an error on the server ("<html>\\n<body>bad gateway</body></html>") has prevented the request from succeeding (get pods)',
      auditId: null,
      fromCache: null,
      relayed: null,
      statusReason: "InternalError",
    }),
    "Proxy NotTheAPIServer",
  ],
  [
    "unavailable, in client-go's words, with what was asked",
    failed(
      metrics,
      {
        status: 503,
        message: "the server is currently unable to handle the request (get nodes.metrics.k8s.io)",
        statusReason: "ServiceUnavailable",
      },
      down,
    ),
    "Aggregator MissingEndpoints",
  ],
  [
    "the same, where no cluster was asked",
    failed(
      metrics,
      {
        status: 503,
        message: "the server is currently unable to handle the request (get nodes.metrics.k8s.io)",
      },
      notAsked,
    ),
    "Unknown Unknown",
  ],
  [
    "no such resource, in client-go's words, with what was asked",
    failed(
      "GET /apis/metrics.k8s.io/v1beta1/things",
      {
        status: 404,
        message: "the server could not find the requested resource (get things.metrics.k8s.io)",
      },
      aggregated,
    ),
    "ExtensionServer ResourceNotServed",
  ],
  [
    "fields of another manager",
    failed("PATCH /apis/apps/v1/namespaces/shop/deployments/web?force=false", {
      status: 409,
      message:
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
      statusReason: "Conflict",
    }),
    "APIServer FieldOwnedByAnother",
  ],
  [
    "HTML with 200",
    failed(pods, { status: 200, message: "not a Kubernetes API answer: text/html from h:1", auditId: null }),
    "Proxy NotTheAPIServer",
  ],
  [
    "no Audit-Id",
    failed(pods, { status: 502, message: "bad gateway", auditId: null, statusReason: null }),
    "Proxy NotTheAPIServer",
  ],
  [
    "no headers at all",
    failed(pods, { status: 403, auditId: null, fromCache: null, relayed: null, statusReason: null }),
    "Unknown Unknown",
  ],
  ["401", failed(pods, { status: 401, message: "Unauthorized" }), "Authentication CredentialsRejected"],
  [
    "401 of the extension server",
    failed(metrics, { status: 401, message: "Unauthorized", relayed: true }, aggregated),
    "ExtensionServer CredentialsRejected",
  ],
  ["no rule", failed(pods, { status: 403, message: refused }), "Authorization NoRuleAllows"],
  ["no rule, by review", failed(pods, { status: 403 }, denied), "Authorization NoRuleAllows"],
  [
    "missing role",
    failed(pods, {
      status: 403,
      message: `${refused}: RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found`,
    }),
    "Authorization RoleNotFound",
  ],
  [
    "missing role, from 1.37 on",
    failed(pods, {
      status: 403,
      message: `${refused}: rbac: RBAC: role.rbac.authorization.k8s.io "gone" not found`,
    }),
    "Authorization RoleNotFound",
  ],
  [
    "node",
    failed("GET /api/v1/nodes/b", {
      status: 403,
      message: `nodes "b" is forbidden: User "system:node:a" cannot get resource "nodes" in API group "" at the cluster scope: node 'a' cannot read 'b', only its own Node object`,
    }),
    "Authorization NodeAuthorizer",
  ],
  [
    "webhook authorizer",
    failed(pods, { status: 403, message: `${refused}: not on a Sunday` }),
    "Authorization AuthorizerDenied",
  ],
  [
    "path",
    failed("GET /metrics", { status: 403, message: 'forbidden: User "jane" cannot get path "/metrics"' }),
    "Authorization NoRuleAllows",
  ],
  [
    "extension server's own no",
    failed(metrics, { status: 403, message: refused }, { ...aggregated, ...allowed }),
    "ExtensionServer NoRuleAllows",
  ],
  [
    "extension server's own no, relayed",
    failed(metrics, { status: 403, message: refused, relayed: true }, aggregated),
    "ExtensionServer NoRuleAllows",
  ],
  [
    "impersonation",
    failed(pods, {
      status: 403,
      message:
        'users "bob" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    }),
    "Impersonation ImpersonationForbidden",
  ],
  [
    "constrained impersonation",
    failed("GET /version", {
      status: 403,
      message: 'forbidden: User "jane" cannot impersonate-on:user-info:get path "/version"',
    }),
    "Impersonation ImpersonationForbidden",
  ],
  [
    "constrained impersonation of a resource",
    failed(pods, {
      status: 403,
      message:
        'pods is forbidden: User "jane" cannot impersonate-on:user-info:list resource "pods" in API group "" in the namespace "shop"',
    }),
    "Impersonation ImpersonationForbidden",
  ],
  [
    "exec without create",
    failed("GET /api/v1/namespaces/shop/pods/web/exec?command=ls", {
      status: 403,
      message: 'pods "web" is forbidden: ',
    }),
    "Authorization UpgradeNeedsCreate",
  ],
  [
    "escalation",
    failed("POST /apis/rbac.authorization.k8s.io/v1/clusterroles", {
      status: 403,
      message:
        'clusterroles.rbac.authorization.k8s.io "x" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["x"], Verbs:["y"]}',
    }),
    "APIServer EscalationForbidden",
  ],
  [
    "webhook's no",
    failed("POST /api/v1/namespaces/shop/pods", {
      status: 403,
      message: 'admission webhook "checks.example.com" denied the request: no',
    }),
    "Admission DeniedByWebhook",
  ],
  [
    "webhook down",
    failed("POST /api/v1/namespaces/shop/pods", {
      status: 500,
      message:
        'Internal error occurred: failed calling webhook "checks.example.com": failed to call webhook: Post "https://webhook.kube-system.svc:443/validate?timeout=5s": dial tcp 10.96.3.4:443: connect: connection refused',
    }),
    "Admission ConnectionRefused",
  ],
  [
    "webhook's Service gone",
    failed("POST /api/v1/namespaces/shop/pods", {
      status: 500,
      message:
        'Internal error occurred: failed calling webhook "checks.example.com": failed to call webhook: service "webhook" not found',
    }),
    "Admission ServiceNotFound",
  ],
  ...(
    [
      ['Post "https://w.k.svc:443/?timeout=5s": no endpoints available for service "w"', "MissingEndpoints"],
      [
        'Post "https://w.k.svc:8443/?timeout=5s": no service port 8443 found for service "w"',
        "ServicePortError",
      ],
      ['Post "https://w.k.svc:443/?timeout=5s": context deadline exceeded', "RequestTimedOut"],
      ['Post "https://w.k.svc:443/?timeout=5s": a sentence of the future', "WebhookFailed"],
      ["the server could not find the requested resource", "WebhookFailed"],
    ] as const
  ).map(
    ([error, cause]) =>
      [
        `webhook: ${error}`,
        failed("POST /api/v1/namespaces/shop/pods", {
          status: 500,
          message: `Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: ${error}`,
        }),
        `Admission ${cause}`,
      ] as const,
  ),
  [
    "dry run that a webhook cannot have",
    failed("POST /api/v1/namespaces/shop/pods?dryRun=All", {
      status: 400,
      message: 'admission webhook "w.example.com" does not support dry run',
    }),
    "Admission DryRunUnsupported",
  ],
  [
    "mutating policy",
    failed("POST /api/v1/namespaces/shop/pods", {
      status: 422,
      message: `pods "a" is forbidden: policy 'm' with binding 'b' denied request: the patch is no good`,
    }),
    "Admission DeniedByPolicy",
  ],
  [
    "policy",
    failed("POST /api/v1/namespaces/shop/pods", {
      status: 422,
      message: `pods "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`,
    }),
    "Admission DeniedByPolicy",
  ],
  [
    "quota",
    failed("POST /api/v1/namespaces/shop/pods", {
      status: 403,
      message: 'pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    }),
    "Admission QuotaExceeded",
  ],
  [
    "Pod Security",
    failed("POST /api/v1/namespaces/shop/pods", {
      status: 403,
      message:
        'pods "a" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    }),
    "Admission PodSecurityViolation",
  ],
  [
    "conversion",
    failed("GET /apis/example.com/v2/gadgets", {
      status: 500,
      message:
        'conversion webhook for example.com/v1, Kind=Gadget failed: Post "https://webhook.kube-system.svc:443/convert?timeout=30s": x509: certificate signed by unknown authority',
    }),
    "ConversionWebhook UnknownAuthority",
  ],
  [
    "429",
    failed(pods, {
      status: 429,
      message: "Too many requests, please try again later.",
      flowSchemaUid: "f-1",
    }),
    "FlowControl TooManyRequests",
  ],
  [
    "eviction, refused by flow control",
    failed("POST /api/v1/namespaces/shop/pods/web/eviction", {
      status: 429,
      message: "Too many requests, please try again later.",
    }),
    "FlowControl TooManyRequests",
  ],
  [
    "in a namespace that is going",
    failed("POST /api/v1/namespaces/shop/pods", {
      status: 403,
      message:
        'pods "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
    }),
    "Admission DeniedByAdmission",
  ],
  [
    "a read is not put to admission",
    failed(pods, { status: 403, message: "access denied to cluster prod", auditId: null }),
    "Unknown Unknown",
  ],
  [
    "a read that an extension server refuses in its own words",
    failed(metrics, { status: 403, message: "no tenant" }, aggregated),
    "ExtensionServer Unknown",
  ],
  [
    "a metric that an adapter does not have",
    failed(
      "GET /apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/pods/web/requests",
      {
        status: 404,
        message: "the server could not find the metric requests for pods web",
        relayed: true,
      },
      aggregated,
    ),
    "ExtensionServer ObjectNotFound",
  ],
  [
    "eviction",
    failed("POST /api/v1/namespaces/shop/pods/web/eviction", {
      status: 429,
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
    }),
    "APIServer DisruptionBudget",
  ],
  [
    "503 of the aggregator",
    failed(metrics, { status: 503, message: "service unavailable", statusReason: null }, down),
    "Aggregator MissingEndpoints",
  ],
  [
    "503, by now available",
    failed(metrics, { status: 503, message: "service unavailable", statusReason: null }, aggregated),
    "Aggregator APIServiceUnavailable",
  ],
  [
    "503 in words that are not the aggregator's, of what is not Available by now",
    failed(metrics, { status: 503, message: "the database is away" }, down),
    "ExtensionServer InternalError",
  ],
  [
    "503 without its text, Available by now",
    failed(metrics, { status: 503, message: null, auditId: null, fromCache: null }, aggregated),
    "Unknown Unknown",
  ],
  [
    "429 of a storage that is being read",
    failed(pods, { status: 429, message: "storage is (re)initializing" }),
    "APIServer InternalError",
  ],
  [
    "403 of which a review as somebody else says nothing",
    failed(metrics, { status: 403, message: null }, { ...aggregated, ...allowed, isForeign: true }),
    "Unknown Unknown",
  ],
  [
    "somebody else's 403",
    failed(metrics, { status: 403, message: refused }, { ...aggregated, ...allowed, isForeign: true }),
    "Authorization NoRuleAllows",
  ],
  [
    "503 without its text",
    failed(metrics, { status: 503, message: null, auditId: null, fromCache: null }, down),
    "Aggregator MissingEndpoints",
  ],
  [
    "503 without its text, of a backend that nobody looked for",
    failed(metrics, { status: 503, message: null, auditId: null, fromCache: null }, notAsked),
    "Unknown Unknown",
  ],
  [
    "503 while Available",
    failed(
      metrics,
      {
        status: 503,
        message: "error trying to reach service: dial tcp 10.96.1.2:443: connect: no route to host",
        statusReason: null,
      },
      aggregated,
    ),
    "Aggregator NoRouteToHost",
  ],
  [
    "503 of the extension server",
    failed(metrics, { status: 503, message: "metrics not available yet", relayed: true }, aggregated),
    "ExtensionServer InternalError",
  ],
  [
    "proxied Service",
    failed("GET /api/v1/namespaces/shop/services/web/proxy/", {
      status: 503,
      message: "error trying to reach service: dial tcp 10.244.1.2:80: connect: connection refused",
    }),
    "Pod ConnectionRefused",
  ],
  [
    "proxied Service without Pods",
    failed("GET /api/v1/namespaces/shop/services/web/proxy/", {
      status: 503,
      message: 'no endpoints available for service "web"',
    }),
    "Pod MissingEndpoints",
  ],
  [
    "kubelet",
    failed("GET /api/v1/namespaces/shop/pods/web/log", {
      status: 500,
      message:
        'Get "https://10.244.1.1:10250/containerLogs/shop/web/web": dial tcp 10.244.1.1:10250: i/o timeout',
    }),
    "Kubelet ConnectionTimedOut",
  ],
  [
    "kubelet, exec",
    failed("POST /api/v1/namespaces/shop/pods/web/exec", {
      status: 500,
      message: "error dialing backend: dial tcp 10.244.1.1:10250: connect: connection refused",
    }),
    "Kubelet ConnectionRefused",
  ],
  [
    "redirect",
    failed(
      metrics,
      {
        status: 502,
        message: "the backend attempted to redirect this request, which is not permitted",
        statusReason: null,
      },
      aggregated,
    ),
    "Aggregator RedirectRefused",
  ],
  [
    "no such object",
    failed("GET /api/v1/namespaces/shop/pods/nope", { status: 404, message: 'pods "nope" not found' }),
    "APIServer ObjectNotFound",
  ],
  [
    "no such resource",
    failed("GET /apis/nobody.io/v1/things", {
      status: 404,
      message: "404 page not found",
      statusReason: null,
    }),
    "APIServer NotServed",
  ],
  [
    "an extension server's 500 without an Audit-Id of its own",
    failed(metrics, { status: 500, message: "Internal error occurred: the database is gone" }, aggregated),
    "ExtensionServer InternalError",
  ],
  [
    "404 of nobody knows whom",
    failed(
      metrics,
      { status: 404, message: "404 page not found", statusReason: null },
      {
        apiService: { name: "v1beta1.metrics.k8s.io", available: "Unknown", reason: "NotAsked", message: "" },
        target: { kind: "Unresolved", reason: "no cluster was asked" },
      },
    ),
    "Unknown NotServed",
  ],
  [
    "a Pod's own page through the proxy",
    failed("GET /api/v1/namespaces/shop/services/web/proxy/x", { status: 404, message: "<html>no</html>" }),
    "Pod Unknown",
  ],
  [
    "a server so old that it writes no Audit-Id",
    failed(metrics, { status: 503, message: "service unavailable", auditId: null, statusReason: null }, down),
    "Aggregator MissingEndpoints",
  ],
  [
    "conflict",
    failed("PUT /api/v1/namespaces/shop/configmaps/a", {
      status: 409,
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    }),
    "APIServer Conflict",
  ],
  [
    "already there",
    failed("POST /api/v1/namespaces/shop/configmaps", {
      status: 409,
      message: 'configmaps "a" already exists',
    }),
    "APIServer AlreadyExists",
  ],
  [
    "invalid",
    failed("POST /api/v1/namespaces/shop/pods", {
      status: 422,
      message: 'Pod "a" is invalid: spec.containers: Required value',
    }),
    "APIServer Invalid",
  ],
  ["a status nobody knows", failed(pods, { status: 418, message: "short and stout" }), "Unknown Unknown"],
];

for (const [name, trace, expected] of rows) {
  test(`who said no: ${name}`, () => {
    const found = diagnose(trace);
    assert.equal(found && `${found.party} ${found.cause}`, expected);
    if (trace.roundTrip.message !== null && found !== null)
      assert.equal(found.evidence[0], trace.roundTrip.message);
  });
}

test("what to type of a 503 without words, or of a Service that is not known: only what can be typed as it stands", () => {
  const answers = [{ status: 503 }, { status: 503, message: "service unavailable" }];
  for (const answer of answers) {
    const { advice = [] } = diagnose(failed(metrics, answer, notAsked)) ?? {};
    assert.equal(advice[0], "kubectl get apiservice v1beta1.metrics.k8s.io -o yaml");
    assert.doesNotMatch(advice.join("\n"), /\b(?:NAMESPACE|SERVICE)\b/);
  }
});

test("the evidence of a 503 is the condition, and the advice the next command", () => {
  const found = diagnose(
    failed(metrics, { status: 503, message: "service unavailable", statusReason: null }, down),
  );
  assert.deepEqual(found?.evidence, [
    "service unavailable",
    `APIService v1beta1.metrics.k8s.io is not Available: MissingEndpoints: ${down.apiService?.message}`,
  ]);
  assert.equal(
    found?.advice[0],
    "kubectl get endpointslices -n kube-system -l kubernetes.io/service-name=metrics-server -o wide",
  );
});

test("names from outside never reach a command that a shell would read otherwise", () => {
  const hostile = "x; rm -rf /";
  const target = { kind: "Service", namespace: hostile, name: "$(id)", port: 443, endpoints: [] } as const;
  const apiService = { name: "`id`", available: "False", reason: "MissingEndpoints", message: "" } as const;
  const found = diagnose(failed(metrics, { status: 503, statusReason: null }, { target, apiService }));
  for (const line of found?.advice ?? []) assert.doesNotMatch(line, /[;`$]/);
});

test("any Trace at all has a diagnosis of known words, or none", () => {
  fc.assert(
    fc.property(anyTrace, (trace) => {
      const found = diagnose(trace);
      if (found === null) return;
      assert.ok(found.party in parties && found.cause in causes);
    }),
  );
});

test("who says nothing is not told to have said something", () => {
  const answers = [
    { status: 418 },
    { status: 418, message: "I am a teapot" },
    { outcome: "failed" },
  ] as const;
  assert.deepEqual(
    answers.map((answer) => diagnose(failed(pods, answer))?.summary),
    [
      "the answer does not say (Unknown): nothing that is known here says why",
      "the answer does not say (Unknown): the answer says something that is not known here",
      "no answer came back (Unknown): nothing that is known here says why",
    ],
  );
});
