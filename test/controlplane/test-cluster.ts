import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { runCluster } from "./cluster.ts";
import { controlPlaneVersions, isControlPlaneVersion } from "./versions.ts";

/**
 * npm run test:cluster [-- [1.37] [FILE…]]: runs *.cluster.ts on each control plane in turn, then *.alone.ts, which disturb all others, and
 * stops it whatever happens.
 */
const args = process.argv.slice(2);
const wanted = args.filter(isControlPlaneVersion);
const files = args.filter((arg) => !isControlPlaneVersion(arg));
const root = join(import.meta.dirname, "../..");
const all = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(?:cluster|alone)\.ts$/.test(name))
  .sort()
  .map((name) => relative(root, join(import.meta.dirname, name)));
const chosen = files.length > 0 ? files : all;
const isAlone = (name: string): boolean => name.endsWith(".alone.ts");
const passes = [chosen.filter((name) => !isAlone(name)), chosen.filter(isAlone)].filter(
  ({ length }) => length > 0,
);
const runner = `${process.execPath} --import tsx --test --test-reporter=spec`;
/** Every pass runs, and one that fails fails them all. */
const script = passes.map((names) => {
  const concurrency = names.some(isAlone) ? 1 : 2;
  return `${runner} --test-concurrency=${concurrency} ${names.join(" ")} || code=1`;
});

try {
  for (const version of wanted.length > 0 ? wanted : controlPlaneVersions) {
    console.log(`control plane ${version}`);
    const code = await runCluster(version, ["sh", "-c", ["code=0", ...script, "exit $code"].join("\n")]);
    if (code !== 0) process.exitCode = 1;
    if (code === 130) break;
  }
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
