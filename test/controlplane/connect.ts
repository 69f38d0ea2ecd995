import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchKubectl, type KubectlVersion } from "../helpers/kubectl.ts";
import { type AdminApi, createAdminApi } from "./admin-api.ts";
import type { Programs } from "./build.ts";
import type { ControlPlaneVersion } from "./versions.ts";

/** The control plane that `npm run test:cluster` has started. */
export interface ConnectedPlane {
  readonly version: ControlPlaneVersion;
  readonly url: string;
  readonly folder: string;
  readonly auditLog: string;
  /** A context for everybody of people.ts. */
  readonly kubeconfig: string;
  /** Folder of certificates and keys. */
  readonly keys: string;
  readonly programs: Programs;
  readonly api: AdminApi;
}

export function connectPlane(env = process.env): ConnectedPlane {
  const folder = env["CONTROL_PLANE"];
  if (folder === undefined)
    throw new Error("there is no control plane here: npm run test:cluster starts one");
  const plane = JSON.parse(readFileSync(join(folder, "plane.json"), "utf8")) as Omit<ConnectedPlane, "api">;
  const file = (name: string, kind: string): string => join(plane.keys, `${name}.${kind}`);
  return { ...plane, api: createAdminApi(plane.url, { file }) };
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with a home of its own so that nothing of an earlier command is remembered. */
export async function runAt(
  plane: Pick<ConnectedPlane, "kubeconfig">,
  path: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<Ended> {
  const home = mkdtempSync(join(tmpdir(), "kubectl-trace-home-"));
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, KUBECONFIG: plane.kubeconfig, ...options.env };
  try {
    return await new Promise((resolve) => {
      const child = execFile(
        path,
        args,
        { env, timeout: 60_000, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => {
          resolve({
            code: error === null ? 0 : typeof error.code === "number" ? error.code : -1,
            stdout,
            stderr,
          });
        },
      );
      child.stdin?.on("error", () => {});
      child.stdin?.end(options.input ?? "");
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The real kubectl of that version. */
export async function kubectlAt(
  plane: Pick<ConnectedPlane, "kubeconfig">,
  version: KubectlVersion,
  args: readonly string[],
  options: { readonly input?: string } = {},
): Promise<Ended> {
  const path = await fetchKubectl(version);
  if (path === null) throw new Error("there is no kubectl for this machine");
  return await runAt(plane, path, args, options);
}

const program = join(import.meta.dirname, "../../bin/kubectl-trace.js");

/** The built kubectl-trace, with that kubectl on its PATH. */
export async function traceAt(
  plane: Pick<ConnectedPlane, "kubeconfig">,
  version: KubectlVersion,
  args: readonly string[],
  options: { readonly input?: string } = {},
): Promise<Ended> {
  const kubectl = await fetchKubectl(version);
  if (kubectl === null) throw new Error("there is no kubectl for this machine");
  const path = `${join(kubectl, "..")}:${process.env["PATH"] ?? ""}`;
  return await runAt(plane, process.execPath, [program, ...args], { ...options, env: { PATH: path } });
}
