/** Installs what is missing, so that `npm run demo` and `npm test` work on a fresh clone. Needs only Node and npm. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";

const installed = "node_modules/.package-lock.json";
const isStale = !existsSync(installed) || statSync(installed).mtimeMs < statSync("package-lock.json").mtimeMs;
if (isStale) {
  const isWindows = process.platform === "win32";
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    stdio: ["ignore", "inherit", "inherit"],
    shell: isWindows, // npm is a .cmd there
  });
  if (status !== 0) {
    console.error("error: npm ci failed, see above");
    process.exit(1);
  }
}
