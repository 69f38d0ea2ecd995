import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server answered; the order is that of the answers. */
export interface Answered {
  readonly method: string;
  readonly path: string;
  /** 0: it dropped the connection. */
  readonly status: number;
  readonly auditId: string;
}

export interface AnsweringServer {
  readonly url: string;
  readonly answered: readonly Answered[];
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delayMs?: number;
}

/**
 * A plain HTTP server that answers as an API server would, each answer with an Audit-Id of its own, so that what a client
 * logged can be compared with what it was told. Legacy discovery, one dead aggregated API, one object for each error.
 */
export async function startAnsweringServer(): Promise<AnsweringServer> {
  const answered: Answered[] = [];
  let retries = 0;
  const server = createServer((request, response) => {
    const auditId = `audit-${answered.length + 1}-${Math.random().toString(16).slice(2, 10)}`;
    const method = request.method ?? "";
    const path = request.url ?? "";
    const reply =
      path.includes("/pods/busy") && ++retries % 2 === 0 ? object(pod("busy")) : replyTo(method, path);
    request.resume();
    request.once("end", () => setTimeout(() => send(reply, auditId, response), reply?.delayMs ?? 1));
    const entry = { method, path, status: reply?.status ?? 0, auditId };
    answered.push(entry);
    if (reply === null) request.socket.destroy();
  });
  server.on("upgrade", (request: IncomingMessage, socket) => {
    answered.push({ method: request.method ?? "", path: request.url ?? "", status: 0, auditId: "" });
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(reply: Reply | null, auditId: string, response: ServerResponse): void {
  if (reply === null) return;
  const flow = { "X-Kubernetes-Pf-Flowschema-Uid": "flow-1", "X-Kubernetes-Pf-Prioritylevel-Uid": "level-1" };
  response.writeHead(reply.status, { "Audit-Id": auditId, ...flow, ...reply.headers });
  response.end(reply.body);
}

function object(value: object, headers: Readonly<Record<string, string>> = {}, status = 200): Reply {
  return {
    status,
    headers: { "Content-Type": "application/json", ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}

function failure(
  code: number,
  reason: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return object(
    { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code },
    headers,
    code,
  );
}

function pod(name: string): object {
  const spec = { containers: [{ name: "c", image: "registry.example.com/web:1" }] };
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: { name, namespace: "default" },
    spec,
    status: { phase: "Running" },
  };
}

const groups = [
  "apps",
  "batch",
  "autoscaling",
  "policy",
  "networking.k8s.io",
  "storage.k8s.io",
  "metrics.k8s.io",
  "example.com",
];

const replies: Readonly<Record<string, Reply | null>> = {
  "/api": object({ kind: "APIVersions", versions: ["v1"] }),
  "/apis": object({ kind: "APIGroupList", apiVersion: "v1", groups: groups.map(apiGroup) }),
  "/api/v1": resourceList("v1", [
    ["pods", "Pod", true],
    ["configmaps", "ConfigMap", true],
    ["nodes", "Node", false],
    ["namespaces", "Namespace", false],
    ["services", "Service", true],
  ]),
  "/apis/example.com/v1": {
    status: 503,
    headers: { "Content-Type": "text/plain" },
    body: "service unavailable\n",
  },
  "/version": object({ major: "1", minor: "30", gitVersion: "v1.30.0" }),
  "/api/v1/nodes": object({ kind: "NodeList", apiVersion: "v1", metadata: {}, items: [node()] }),
  "/apis/metrics.k8s.io/v1/nodes": object({
    kind: "NodeMetricsList",
    apiVersion: "metrics.k8s.io/v1",
    metadata: {},
    items: [],
  }),
  "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": object(
    {
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      spec: {},
      status: { allowed: true, reason: "because" },
    },
    {},
    201,
  ),
};

const podReplies: Readonly<Record<string, Reply | null>> = {
  web: object(pod("web"), { Warning: '299 - "v1 Pod is deprecated in v1.99+"' }),
  unauthorized: failure(401, "Unauthorized", "Unauthorized"),
  forbidden: failure(
    403,
    "Forbidden",
    'pods "forbidden" is forbidden: User "u" cannot get resource "pods" in API group ""',
  ),
  conflict: failure(409, "Conflict", "the object has been modified"),
  busy: failure(429, "TooManyRequests", "too many requests", { "Retry-After": "1" }),
  broken: failure(500, "InternalError", "Internal error occurred: boom"),
  text: { status: 503, headers: { "Content-Type": "text/plain" }, body: "service unavailable\n" },
  html: {
    status: 502,
    headers: { "Content-Type": "text/html" },
    body: "<html>\n<body>\nBad gateway\n</body>\n</html>\n",
  },
  dropped: null,
};

const applicationLog =
  "I0101 00:00:00.000001       1 round_trippers.go:553] GET https://10.96.0.1:443/api/v1/secrets 500 Internal Server Error in 3 milliseconds\n" +
  "GET https://10.96.0.1:443/api/v1/nodes 404 Not Found in 3 milliseconds\n";

function replyTo(method: string, target: string): Reply | null {
  const path = target.split("?")[0] ?? "";
  const list = /^\/api\/v1\/namespaces\/default\/pods(?:\/([^/]+))?(\/log)?$/.exec(path);
  if (list?.[2] !== undefined)
    return { status: 200, headers: { "Content-Type": "text/plain" }, body: applicationLog };
  if (list !== null) return podReply(list[1], target);
  if (path.endsWith("/configmaps") && method === "POST") return object(configMap(), {}, 201);
  const known = replies[path];
  if (known !== undefined) return known;
  const group = /^\/apis\/([^/]+)\/v1$/.exec(path)?.[1];
  if (group !== undefined && groups.includes(group)) return groupReply(group);
  return failure(404, "NotFound", "the server could not find the requested resource");
}

function podReply(name: string | undefined, target: string): Reply | null {
  if (target.includes("watch=true")) {
    return { ...object({ type: "ADDED", object: pod("web") }), delayMs: 5 };
  }
  if (name === undefined)
    return object({
      kind: "PodList",
      apiVersion: "v1",
      metadata: { resourceVersion: "1" },
      items: [pod("web")],
    });
  const known = podReplies[name];
  return known === undefined ? failure(404, "NotFound", `pods "${name}" not found`) : known;
}

/** Answers take different times, so that parallel requests overlap in many ways. */
function groupReply(group: string): Reply {
  const resources: [string, string, boolean][] =
    group === "metrics.k8s.io" ? [["nodes", "NodeMetrics", false]] : [["things", "Thing", true]];
  return { ...resourceList(`${group}/v1`, resources), delayMs: 1 + (group.length % 5) };
}

function configMap(): object {
  const data = { a: "b\nGET https://x/y 200 OK in 3 milliseconds\n" };
  return { kind: "ConfigMap", apiVersion: "v1", metadata: { name: "cm", namespace: "default" }, data };
}

function apiGroup(name: string): object {
  const version = { groupVersion: `${name}/v1`, version: "v1" };
  return { name, versions: [version], preferredVersion: version };
}

function resourceList(
  groupVersion: string,
  resources: readonly (readonly [string, string, boolean])[],
): Reply {
  const verbs = ["get", "list", "create", "delete", "patch", "watch"];
  const list = resources.map(([name, kind, namespaced]) => ({
    name,
    singularName: "",
    namespaced,
    kind,
    verbs,
  }));
  return object({ kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: list });
}

function node(): object {
  return { metadata: { name: "n1" }, status: { allocatable: { cpu: "1", memory: "1Gi" } } };
}
