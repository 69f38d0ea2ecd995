import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { runCluster } from "./cluster.ts";
import { controlPlaneVersions, isControlPlaneVersion } from "./versions.ts";

/** npm run test:cluster [-- [1.37] [FILE…]]: runs *.cluster.ts on each control plane in turn, and stops it whatever happens. */
const args = process.argv.slice(2);
const wanted = args.filter(isControlPlaneVersion);
const files = args.filter((arg) => !isControlPlaneVersion(arg));
const root = join(import.meta.dirname, "../..");
const all = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".cluster.ts"))
  .sort()
  .map((name) => relative(root, join(import.meta.dirname, name)));
const runner = ["--import", "tsx", "--test", "--test-reporter=spec", "--test-concurrency=2"];

try {
  for (const version of wanted.length > 0 ? wanted : controlPlaneVersions) {
    console.log(`control plane ${version}`);
    const command = [process.execPath, ...runner, ...(files.length > 0 ? files : all)];
    const code = await runCluster(version, command);
    if (code !== 0) process.exitCode = 1;
    if (code === 130) break;
  }
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
