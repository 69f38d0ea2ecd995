import { spawn, spawnSync } from "node:child_process";
import { addressRanges } from "./addresses.ts";

/**
 * Runs a command in a network of its own, in which every ClusterIP and pod address is an address of this machine, and among
 * processes of its own: whatever it started is gone when it ends, or when we do. Needs Linux, but no root. Gives its exit code.
 */
export async function runInNamespace(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const setUp = ["ip link set lo up", ...addressRanges.map((range) => `ip route add local ${range} dev lo`)];
  const script = `${setUp.join(" && ")} && exec "$@"`;
  const child = spawn(
    "setpriv",
    ["--pdeathsig", "KILL", "unshare", ...separate, "sh", "-c", script, "sh", ...command],
    {
      stdio: "inherit",
      env,
    },
  );
  // Ctrl-C reaches the command too, which then ends in its own way; unshare itself does not mind signals. With it everything goes.
  const end = () => child.kill("SIGKILL");
  const endSoon = () => setTimeout(end, graceMs).unref();
  process.on("SIGINT", endSoon);
  process.on("SIGTERM", end);
  const code = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 130)));
  process.off("SIGINT", endSoon);
  process.off("SIGTERM", end);
  return code;
}

/** A control plane that is told to stop needs no longer. */
const graceMs = 15_000;

const separate = ["--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Throws an Error with one line on a machine that cannot do it. */
export function requireNamespaces(): void {
  const { status, error } = spawnSync("unshare", [...separate, "ip", "link", "set", "lo", "up"]);
  if (status === 0) return;
  const why = error === undefined ? "they are not permitted here" : "they need Linux with util-linux";
  throw new Error(`the control plane runs in network and process namespaces of its own, and ${why}`);
}
