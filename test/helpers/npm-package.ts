import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Where what the tests fetch is kept between runs: outside the tree. */
export function cacheFolder(kind: string, env = process.env): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubectl-trace", kind);
}

/** The files of a pinned npm package, unpacked into `folder` and never installed. @throws when the registry cannot be reached */
export async function unpackPackage(packageName: string, folder: string): Promise<void> {
  const run = promisify(execFile);
  await run("npm", ["pack", "--silent", "--pack-destination", folder, packageName], { cwd: folder });
  await run("sh", ["-c", "tar -xzf *.tgz --strip-components=1 && rm *.tgz"], { cwd: folder });
}

/** Fills a folder of the cache on its first use: all of it, or nothing. Several processes may want it at once. */
export async function cachedFolder(folder: string, fill: (work: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
  const parent = join(folder, "..");
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, ".unpack-"));
  try {
    await fill(work);
    if (!existsSync(folder)) renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** Path of a file in a pinned npm package, from the cache or the registry. @throws when neither has it */
export async function fileOfPackage(packageName: string, path: string): Promise<string> {
  const folder = join(cacheFolder("packages"), packageName.replaceAll("/", "+"));
  return join(await cachedFolder(folder, async (work) => await unpackPackage(packageName, work)), path);
}
