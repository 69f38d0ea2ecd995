import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { readSnapshot, type Snapshot } from "../../src/cluster/snapshot/snapshot.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { fetchKubectl, type KubectlVersion } from "./kubectl.ts";

/** Environment of a process that uses a sandbox: a home, discovery cache and kubeconfig of its own, which go away. */
export interface SandboxEnv extends Record<string, string> {
  readonly HOME: string;
  readonly KUBECONFIG: string;
  readonly KUBECACHEDIR: string;
  readonly PATH: string;
}

/**
 * Runs a test against a sandbox of the demo snapshot, or of the options' own, and takes it down afterwards.
 * `extra` are objects added to the snapshot; one that names an object of the snapshot takes its place.
 */
export async function withSandbox<T>(
  options: Partial<SandboxOptions> & { readonly extra?: readonly KubeObject[] },
  use: (sandbox: Sandbox, env: SandboxEnv) => Promise<T>,
): Promise<T> {
  const { extra = [], ...rest } = options;
  const snapshot = rest.snapshot ?? demoSnapshot();
  const names = new Set(extra.map(nameOf));
  const items = [...snapshot.items.filter((object) => !names.has(nameOf(object))), ...extra];
  const sandbox = await startSandbox({ ...rest, snapshot: { ...snapshot, items } });
  const home = mkdtempSync(join(tmpdir(), "kubectl-trace-test-"));
  try {
    const env = {
      HOME: home,
      KUBECONFIG: join(home, "kubeconfig"),
      KUBECACHEDIR: join(home, "cache"),
      PATH: process.env["PATH"] ?? "",
    };
    writeFileSync(env.KUBECONFIG, sandbox.kubeconfig, { mode: 0o600 });
    return await use(sandbox, env);
  } finally {
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}

let demo: Snapshot | null = null;

/** The snapshot that ships with the tool: fixtures/snapshots/demo.yaml. */
export function demoSnapshot(): Snapshot {
  const path = new URL("../../fixtures/snapshots/demo.yaml", import.meta.url);
  demo ??= readSnapshot(readFileSync(path, "utf8"), "demo.yaml");
  return demo;
}

export interface SandboxAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON; fails the test when it is none. */
  readonly json: () => Record<string, unknown>;
}

export interface AskOptions {
  /** Name of the sandbox's user whose token is sent; "admin" unless told, "" for no credentials. */
  readonly user?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: unknown;
  readonly certificate?: { readonly certificate: string; readonly key: string };
}

/** One raw HTTP/1.1 request to the sandbox. */
export async function ask(sandbox: Sandbox, path: string, options: AskOptions = {}): Promise<SandboxAnswer> {
  const { user = "admin", method = "GET", headers = {}, body, certificate } = options;
  const token = sandbox.users.find(({ name }) => name === user)?.token ?? "";
  const bytes = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
  return await new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${sandbox.url}${path}`,
      {
        method,
        agent: false,
        ca: sandbox.certificateAuthority,
        ...(certificate === undefined ? {} : { cert: certificate.certificate, key: certificate.key }),
        headers: { ...(token === "" ? {} : { Authorization: `Bearer ${token}` }), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, text, json: () => JSON.parse(text) });
        });
      },
    );
    request.on("error", reject);
    request.end(bytes);
  });
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real kubectl of that version; null on a machine for which there is none. */
export async function kubectl(
  version: KubectlVersion,
  env: SandboxEnv,
  ...args: readonly string[]
): Promise<CommandResult | null> {
  const program = await fetchKubectl(version);
  if (program === null) return null;
  return await new Promise((resolve) => {
    const child = execFile(program, args, { env, timeout: 30_000 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ exitCode, stdout, stderr });
    });
    child.stdin?.end();
  });
}
