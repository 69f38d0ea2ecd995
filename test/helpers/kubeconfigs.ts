import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A folder that is gone when the test is over. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kubectl-trace-test-"));
  t.after(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
}

export const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Writes a kubeconfig of one context "test" as JSON, which is YAML too. Gives its path. */
export async function writeKubeconfig(
  folder: string,
  cluster: Readonly<Record<string, unknown>>,
  user: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const path = join(folder, "kubeconfig");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}
