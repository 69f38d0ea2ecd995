import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Command lines whose logs differ in kind. `kubectl -s URL -v=N` and a discovery cache of its own are added. */
export const commandLines = {
  list: ["get", "pods"],
  get: ["get", "pod", "web"],
  unauthorized: ["get", "pod", "unauthorized"],
  forbidden: ["get", "pod", "forbidden", "--as=bob", "--as-group=ops", "--as-group=dev"],
  missing: ["get", "pod", "missing"],
  conflict: ["get", "pod", "conflict"],
  busy: ["get", "pod", "busy"],
  broken: ["get", "pod", "broken"],
  text: ["get", "pod", "text"],
  html: ["get", "pod", "html"],
  dropped: ["get", "pod", "dropped"],
  several: ["get", "pod", "web", "missing", "forbidden"],
  raw: ["get", "--raw", "/api/v1/namespaces/default/pods/web"],
  watch: ["get", "pods", "--watch", "--request-timeout=2s"],
  top: ["top", "nodes"],
  create: ["create", "-f", "-", "--validate=false"],
  delete: ["delete", "pod", "missing"],
  logs: ["logs", "web"],
  exec: ["exec", "web", "--", "true"],
  can: ["auth", "can-i", "get", "pods"],
  version: ["version"],
} as const satisfies Record<string, readonly string[]>;

const manifest = `apiVersion: v1
kind: ConfigMap
metadata: {name: cm, namespace: default}
data:
  a: |
    b
    GET https://x/y 200 OK in 3 milliseconds
`;

/** Runs a real kubectl; its stdout and stderr as one text, in the order of arrival. */
export async function runKubectl(kubectl: string, args: readonly string[]): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "kubectl-home-"));
  writeFileSync(join(home, "cm.yaml"), manifest);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(kubectl, ["--cache-dir", join(home, "cache"), ...args], {
        env: { HOME: home, PATH: "/usr/bin:/bin", KUBECONFIG: "/dev/null" },
        timeout: 30_000,
      });
      const parts: Buffer[] = [];
      child.stdout.on("data", (part: Buffer) => parts.push(part));
      child.stderr.on("data", (part: Buffer) => parts.push(part));
      child.on("error", reject);
      child.on("close", () => resolve(Buffer.concat(parts).toString("latin1")));
      child.stdin.end(manifest);
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
