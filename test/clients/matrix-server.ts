import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import type { Snapshot } from "../../src/cluster/snapshot/snapshot.ts";
import { type Fault, tooManyRequests } from "../../src/sandbox/faults.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { plainText } from "../../src/sandbox/status.ts";
import { ask, demoSnapshot, type SandboxEnv, withSandbox } from "../helpers/sandbox.ts";

/** Users of the matrix, all administrators; each has a server that behaves in its own way. */
const users = ["throttled", "delayed", "dropped", "legacy", "reader"] as const;

export interface MatrixServer {
  readonly sandbox: Sandbox;
  readonly env: SandboxEnv;
  /** Lets the faults that happen once for each URL happen again. */
  reset(): void;
}

/**
 * A sandbox of the demo snapshot with all its APIs, or (`healthy`) without the one that is down, and the users of the matrix:
 *   throttled  the first request for each URL is told to come again at once
 *   delayed    the same, in a second
 *   dropped    the connection is cut at the first request for each object
 *   legacy     meets a server without aggregated discovery, whose answers take 0 to 35 ms
 *   reader     reads another client's log with `kubectl logs`
 */
export async function withMatrixServer<T>(
  healthy: boolean,
  use: (server: MatrixServer) => Promise<T>,
): Promise<T> {
  const seen = new Set<string>();
  const isFirst = (user: string, name: string, url: string): boolean => {
    if (user !== name || seen.has(url)) return false;
    seen.add(url);
    return true;
  };
  const faults: Fault[] = [
    { match: (_method, url, user) => isFirst(user, "throttled", url), answer: tooManyRequests(0) },
    { match: (_method, url, user) => isFirst(user, "delayed", url), answer: tooManyRequests(1) },
    { match: (_method, url, user) => url.includes("/pods") && isFirst(user, "dropped", url), answer: "drop" },
    {
      match: (_method, url, user) => user === "reader" && url.includes("/log"),
      answer: plainText(200, otherLog()),
    },
  ];
  const snapshot = healthy ? healthySnapshot() : demoSnapshot();
  return await withSandbox({ snapshot, faults, extra: [administrators] }, async (sandbox, env) => {
    faults.push(...(await legacyFaults(sandbox)));
    writeFileSync(join(env.HOME, "settings.yaml"), settings);
    return await use({ sandbox, env, reset: () => seen.clear() });
  });
}

function healthySnapshot(): Snapshot {
  const { items, ...rest } = demoSnapshot();
  const isDown = ({ kind, metadata }: KubeObject) =>
    kind === "APIService" && metadata.name === "v1beta1.custom.metrics.k8s.io";
  return { ...rest, items: items.filter((object) => !isDown(object)) };
}

const administrators: KubeObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: "matrix" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
  subjects: users.map((name) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "User", name })),
};

const settings =
  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-settings, namespace: shop}\ndata: {a: b}\n";

/** What the client in a pod logged, from an hour after now on: no requests of the kubectl that reads it. */
function otherLog(): string {
  const later = new Date(Date.now() + 3_600_000);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${two(later.getMonth() + 1)}${two(later.getDate())}`;
  const time = [later.getHours(), later.getMinutes(), later.getSeconds()].map(two).join(":");
  return [
    'round_trippers.go:632] "Response" verb="GET" url="https://10.0.0.1:443/api/v1/nodes" status="200 OK" milliseconds=3',
    "round_trippers.go:553] GET https://10.0.0.1:443/api/v1/pods 500 Internal Server Error in 9 milliseconds",
    "round_trippers.go:463] GET https://10.0.0.1:443/api/v1/services",
    "round_trippers.go:574] Response Status: 404 Not Found in 4 milliseconds",
  ]
    .map((entry, index) => `I${day} ${time}.00000${index}       1 ${entry}`)
    .join("\n");
}

async function legacyFaults(sandbox: Sandbox): Promise<Fault[]> {
  const isLegacy = (user: string, url: string, path: string) =>
    user === "legacy" && url.split("?")[0] === path;
  const roots = ["/api", "/apis"].map(async (path) => {
    const { status, text } = await ask(sandbox, path);
    const answer = { status, headers: { "Content-Type": "application/json" }, body: text };
    return { match: (_method: string, url: string, user: string) => isLegacy(user, url, path), answer };
  });
  const delays = Array.from({ length: 8 }, (_, step) => ({
    match: (_method: string, url: string, user: string) => user === "legacy" && url.length % 8 === step,
    delayMs: step * 5,
  }));
  return [...(await Promise.all(roots)), ...delays];
}
