import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { KubectlVersion } from "../../helpers/kubectl.ts";
import { type ConnectedPlane, type Ended, kubectlAt } from "../connect.ts";
import { normalise, normaliseLog } from "./normalise.ts";
import { resourcePath } from "./settle.ts";
import type { Way } from "./way.ts";

/** The newest kubectl, and one from before aggregated discovery and structured logs. */
export const recordedKubectls = ["1.35", "1.24"] as const satisfies readonly KubectlVersion[];

/** Lets each kubectl remember the API groups as they are now, in a folder of its own below this one. */
export async function warmCaches(plane: ConnectedPlane, folder: string): Promise<void> {
  for (const version of recordedKubectls)
    await kubectlAt(plane, version, ["api-resources", "--cache-dir", join(folder, version)]);
}

/** What each kubectl writes and how it ends; and the log of one `get` that knows the group from before. */
export async function recordKubectl(
  plane: ConnectedPlane,
  way: Way,
  caches: string | null,
): Promise<Readonly<Record<string, string>>> {
  const commands = [
    ["get", way.asks],
    ["get", "--raw", resourcePath(way)],
    ["api-resources", `--api-group=${way.group}`],
    ...(way.on === "metrics" ? [["top", way.resource]] : []),
  ];
  const files: Record<string, string> = {};
  for (const version of recordedKubectls) {
    const ended = await Promise.all(commands.map((args) => kubectlAt(plane, version, args)));
    const records = ended.map((one, index) => newRecord(commands[index] ?? [], one));
    files[`kubectl-${version}.yaml`] = stringify(records, { lineWidth: 0, blockQuote: "literal" });
    if (caches !== null) files[`kubectl-${version}-v8.log`] = await logOf(plane, version, way, caches);
  }
  return files;
}

function newRecord(args: readonly string[], { code, stdout, stderr }: Ended): object {
  return {
    command: ["kubectl", ...args].join(" "),
    exitCode: code,
    stdout: normalise(stdout),
    stderr: normalise(stderr),
  };
}

async function logOf(plane: ConnectedPlane, version: string, way: Way, caches: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-cache-"));
  try {
    cpSync(join(caches, version), folder, { recursive: true });
    // Group and version said: with `things.example.test` kubectl would look for version example of group test, and ask for all groups again.
    const args = ["get", `${way.resource}.${way.version}.${way.group}`, "-v=8", "--cache-dir", folder];
    return normaliseLog((await kubectlAt(plane, version as KubectlVersion, args)).stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
