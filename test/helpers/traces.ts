import type { RequestInfo } from "../../src/api/request-info.ts";
import { newRoundTrip, type RoundTrip } from "../../src/log/round-trip.ts";
import { diagnose } from "../../src/trace/diagnosis/diagnose.ts";
import type { Trace, TraceApiService, Verdict } from "../../src/trace/trace.ts";

const offline = "no cluster was asked (--offline)";
const server = "https://10.0.0.1:6443";

/** What a sample changes in a whole Trace. */
interface Sample {
  readonly roundTrip?: Partial<RoundTrip>;
  readonly requestInfo?: Partial<RequestInfo>;
  readonly apiService?: TraceApiService | null;
  readonly target?: Trace["target"];
  readonly verdict?: Verdict;
}

/** `GET /api/v1/namespaces/default/pods`, answered 200 by kube-apiserver and allowed, but for what is given. */
export function sampleTrace(sample: Sample = {}): Trace {
  const requestInfo: RequestInfo = {
    isResourceRequest: true,
    path: "/api/v1/namespaces/default/pods",
    verb: "list",
    apiPrefix: "api",
    apiGroup: "",
    apiVersion: "v1",
    namespace: "default",
    resource: "pods",
    subresource: "",
    name: "",
    fieldSelector: "",
    labelSelector: "",
    parts: ["pods"],
    ...sample.requestInfo,
  };
  const known = {
    roundTrip: newRoundTrip({
      method: "GET",
      url: `${server}${requestInfo.path}`,
      outcome: "response",
      status: 200,
      statusText: "OK",
      durationMs: 5,
      source: { file: "-", line: 7 },
      ...sample.roundTrip,
    }),
    requestInfo,
    apiService: sample.apiService === undefined ? localApiService("v1.") : sample.apiService,
    target: sample.target ?? { kind: "Local", by: "built-in" },
    verdict: sample.verdict ?? allowed("ClusterRoleBinding", "cluster-admin", "cluster-admin"),
  };
  return { apiVersion: "kubectl-trace/v1alpha1", kind: "Trace", ...known, diagnosis: diagnose(known) };
}

/** A GET of a path that is no resource: discovery, /version, /healthz. */
export function nonResourceTrace(path: string, sample: Sample = {}): Trace {
  return sampleTrace({
    ...sample,
    requestInfo: {
      isResourceRequest: false,
      path,
      verb: "get",
      apiPrefix: "",
      apiVersion: "",
      namespace: "",
      resource: "",
      parts: [],
    },
    apiService: sample.apiService ?? null,
    target: sample.target ?? { kind: "Local", by: "built-in" },
    verdict:
      sample.verdict ??
      allowed("ClusterRoleBinding", "system:discovery", "system:discovery", "system:authenticated"),
  });
}

export function localApiService(name: string): TraceApiService {
  return { name, available: "True", reason: "Local", message: "Local APIServices are always available" };
}

function allowed(bindingKind: string, binding: string, role: string, group = "system:masters"): Verdict {
  return {
    decision: "allowed",
    reason: `RBAC: allowed by ${bindingKind} "${binding}" of ClusterRole "${role}" to Group "${group}"`,
    source: "review",
  };
}

const metricsInfo: Partial<RequestInfo> = {
  path: "/apis/metrics.k8s.io/v1beta1/nodes",
  apiPrefix: "apis",
  apiGroup: "metrics.k8s.io",
  apiVersion: "v1beta1",
  namespace: "",
  resource: "nodes",
  parts: ["nodes"],
};

const metricsTarget: Trace["target"] = {
  kind: "Service",
  namespace: "kube-system",
  name: "metrics-server",
  port: 443,
  endpoints: [
    {
      address: "10.244.0.5",
      port: 10250,
      ready: true,
      pod: "metrics-server-6d94bc8694-zx8kk",
      node: "node-1",
    },
  ],
  type: "ClusterIP",
  clusterIP: "10.96.42.7",
};

const deploymentInfo: Partial<RequestInfo> = {
  path: "/apis/apps/v1/namespaces/shop/deployments/web",
  apiPrefix: "apis",
  apiGroup: "apps",
  verb: "get",
  namespace: "shop",
  resource: "deployments",
  name: "web",
  parts: ["deployments", "web"],
};

/** One Trace for each thing that a row may have to say. */
export const traces = {
  list: sampleTrace(),
  discoveryApi: nonResourceTrace("/api", {
    apiService: localApiService("v1."),
    roundTrip: { durationMs: 3 },
  }),
  discoveryApis: nonResourceTrace("/apis", {
    target: { kind: "Local", by: "aggregator" },
    roundTrip: { durationMs: 2 },
  }),
  version: nonResourceTrace("/version", {
    roundTrip: { url: `${server}/version?timeout=32s`, durationMs: 4 },
  }),
  topNodes: sampleTrace({
    requestInfo: metricsInfo,
    roundTrip: {
      durationMs: 12,
      phasesMs: { dnsLookup: 0, dial: 3, tlsHandshake: 1, serverProcessing: 5 },
      time: "1121 01:08:36.191956",
      auditId: "70e26430-ff1d-4f79-813c-75cc16ebac95",
      flowSchemaUid: "0b5a4c2e-0f7a-4d1e-9b0a-2f0f6f0a7b11",
      priorityLevelUid: "5d3f2a10-8f5c-4a53-9f62-1a2b3c4d5e6f",
      fromCache: false,
    },
    apiService: {
      name: "v1beta1.metrics.k8s.io",
      available: "True",
      reason: "Passed",
      message: "all checks passed",
    },
    target: metricsTarget,
  }),
  crd: sampleTrace({
    requestInfo: {
      path: "/apis/example.com/v1/namespaces/default/widgets/left",
      apiPrefix: "apis",
      apiGroup: "example.com",
      verb: "get",
      resource: "widgets",
      name: "left",
      parts: ["widgets", "left"],
    },
    apiService: localApiService("v1.example.com"),
    target: { kind: "Local", by: "crd", crd: "widgets.example.com" },
    verdict: {
      decision: "allowed",
      reason: 'RBAC: allowed by RoleBinding "widget-editors/default" of Role "widget-editor" to User "jane"',
      source: "review",
    },
  }),
  denied: sampleTrace({
    requestInfo: { path: "/api/v1/nodes", namespace: "", resource: "nodes", parts: ["nodes"] },
    roundTrip: {
      status: 403,
      statusText: "Forbidden",
      statusReason: "Forbidden",
      message:
        'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
      impersonation: { user: "jane", groups: ["developers"], uid: "", extra: {} },
    },
    verdict: { decision: "denied", reason: "", source: "review" },
  }),
  unavailable: sampleTrace({
    requestInfo: metricsInfo,
    roundTrip: {
      status: 503,
      statusText: "Service Unavailable",
      durationMs: 5009,
      message: "service unavailable",
    },
    apiService: {
      name: "v1beta1.metrics.k8s.io",
      available: "False",
      reason: "MissingEndpoints",
      message:
        'endpointslices for service/metrics-server in "kube-system" have no addresses with port name "https"',
    },
    target: { ...metricsTarget, endpoints: [] },
  }),
  unauthorized: sampleTrace({
    roundTrip: {
      status: 401,
      statusText: "Unauthorized",
      message: "Unauthorized",
      statusReason: "Unauthorized",
    },
    verdict: { decision: "denied", reason: "not authenticated: the server answered 401", source: "response" },
  }),
  failedDial: sampleTrace({
    roundTrip: {
      outcome: "failed",
      status: null,
      statusText: null,
      durationMs: 3,
      message: "dial tcp 10.0.0.1:6443: connect: connection refused",
    },
    apiService: { name: "v1.", available: "Unknown", reason: "NotAsked", message: offline },
    verdict: { decision: "unknown", reason: offline, source: "none" },
  }),
  unattributed: sampleTrace({
    requestInfo: deploymentInfo,
    roundTrip: {
      outcome: "unattributed",
      status: null,
      statusText: null,
      durationMs: null,
      candidates: [200, 404],
    },
    apiService: localApiService("v1.apps"),
  }),
  planned: sampleTrace({
    requestInfo: {
      ...deploymentInfo,
      verb: "patch",
      subresource: "scale",
      path: `${deploymentInfo.path}/scale`,
    },
    roundTrip: { method: "PATCH", outcome: "planned", status: null, statusText: null, durationMs: null },
    apiService: localApiService("v1.apps"),
  }),
  watch: sampleTrace({
    requestInfo: { verb: "watch" },
    roundTrip: {
      url: `${server}/api/v1/namespaces/default/pods?watch=true`,
      outcome: "pending",
      status: null,
      statusText: null,
      durationMs: null,
    },
  }),
  throttled: sampleTrace({
    requestInfo: {
      path: "/api/v1/namespaces/default/configmaps",
      resource: "configmaps",
      parts: ["configmaps"],
    },
    roundTrip: {
      throttledMs: 1200,
      retryAfterMs: 1000,
      durationMs: 1034,
      status: 429,
      statusText: "Too Many Requests",
    },
  }),
  warnings: sampleTrace({
    requestInfo: {
      path: "/apis/policy/v1beta1/podsecuritypolicies",
      apiPrefix: "apis",
      apiGroup: "policy",
      apiVersion: "v1beta1",
      namespace: "",
      resource: "podsecuritypolicies",
      parts: ["podsecuritypolicies"],
    },
    roundTrip: {
      warnings: ["policy/v1beta1 PodSecurityPolicy is deprecated in v1.21+, unavailable in v1.25+"],
    },
    apiService: localApiService("v1beta1.policy"),
  }),
  unresolved: sampleTrace({
    requestInfo: {
      ...deploymentInfo,
      apiGroup: "nothing.example.com",
      path: "/apis/nothing.example.com/v1/things/a",
      resource: "things",
    },
    roundTrip: { status: 404, statusText: "Not Found", message: "404 page not found" },
    apiService: null,
    target: {
      kind: "Unresolved",
      reason: 'forbidden: apiservices is forbidden: User "jane" cannot list them',
    },
    verdict: { decision: "unknown", reason: "the review was refused: 403", source: "none" },
  }),
} as const satisfies Record<string, Trace>;

/** Every control and override that a log may try on a terminal. */
export const hostileText =
  'a\x1b[31mred\x1b[0m\rb\n\x9b2Jc\x7f\u202edcba\u2066x\u200by\u2028z\ud800\u{e0041}"\\<&>\t\x00';

/** A Trace whose every text is hostile. */
export const hostileTrace: Trace = sampleTrace({
  requestInfo: {
    path: `/apis/${hostileText}`,
    verb: hostileText,
    apiGroup: hostileText,
    apiVersion: hostileText,
    namespace: hostileText,
    resource: hostileText,
    subresource: hostileText,
    name: hostileText,
    fieldSelector: hostileText,
    labelSelector: hostileText,
  },
  roundTrip: {
    method: hostileText,
    url: hostileText,
    status: 500,
    statusText: hostileText,
    time: hostileText,
    message: hostileText,
    warnings: [hostileText],
    auditId: hostileText,
    flowSchemaUid: hostileText,
    priorityLevelUid: hostileText,
    statusReason: hostileText,
    impersonation: {
      user: hostileText,
      groups: [hostileText],
      uid: hostileText,
      extra: { [hostileText]: [hostileText] },
    },
    source: { file: hostileText, line: 1 },
  },
  apiService: { name: hostileText, available: "False", reason: hostileText, message: hostileText },
  target: {
    kind: "Service",
    namespace: hostileText,
    name: hostileText,
    port: 443,
    endpoints: [{ address: hostileText, port: null, ready: false, pod: hostileText, node: hostileText }],
    type: hostileText,
    clusterIP: hostileText,
    reason: hostileText,
    ports: [{ name: hostileText, port: 443, targetPort: hostileText }],
    selector: { [hostileText]: hostileText },
    pods: [
      {
        name: hostileText,
        node: hostileText,
        phase: hostileText,
        ready: false,
        reason: hostileText,
        restarts: 1,
        hostNetwork: false,
        ports: [],
        workload: { kind: hostileText, name: hostileText },
      },
    ],
  },
  verdict: { decision: "denied", reason: hostileText, source: "review" },
});
