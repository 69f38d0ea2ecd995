import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildControlPlane, requireGo } from "./build.ts";
import { requireNamespaces, runInNamespace } from "./namespace.ts";
import { type ControlPlaneVersion, controlPlaneVersions, isControlPlaneVersion } from "./versions.ts";

/**
 * npm run cluster [-- [--kubernetes 1.30] [COMMAND…]]: a real control plane for as long as the command runs, or, without one,
 * until Ctrl-C, with a kubeconfig for other terminals.
 */
export async function runCluster(version: ControlPlaneVersion, command: readonly string[]): Promise<number> {
  requireGo();
  requireNamespaces();
  await buildControlPlane(version, console.error);
  const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-cluster-"));
  const closeDoor = command.length === 0 ? openDoor(folder) : () => {};
  try {
    const inside = [
      process.execPath,
      "--import",
      "tsx",
      join(import.meta.dirname, "inside.ts"),
      version,
      folder,
    ];
    return await runInNamespace([...inside, ...command], process.env);
  } finally {
    closeDoor();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Leads a port of this machine into the namespace, once there is something behind it. */
function openDoor(folder: string): () => void {
  const server = createServer((outer) => {
    const inner = connect(join(folder, "door"));
    outer.pipe(inner).pipe(outer);
    outer.on("error", () => inner.destroy());
    inner.on("error", () => outer.destroy());
  }).listen(0, "127.0.0.1");
  const timer = setInterval(() => {
    if (!existsSync(join(folder, "door"))) return;
    clearInterval(timer);
    const { port } = server.address() as AddressInfo;
    const kubeconfig = readFileSync(join(folder, "kubeconfig"), "utf8").replace(
      /(https:\/\/127\.0\.0\.1):\d+/,
      `$1:${port}`,
    );
    const outside = join(folder, "kubeconfig.outside");
    writeFileSync(outside, kubeconfig, { mode: 0o600 });
    console.log(
      `serving https://127.0.0.1:${port}, Ctrl-C ends it; in another terminal:\n\nexport KUBECONFIG=${outside}\n`,
    );
  }, 100);
  return () => {
    clearInterval(timer);
    server.close();
  };
}

function parseArguments(args: readonly string[]): {
  version: ControlPlaneVersion;
  command: readonly string[];
} {
  if (args[0] !== "--kubernetes") return { version: "1.37", command: args };
  const version = args[1] ?? "";
  if (isControlPlaneVersion(version)) return { version, command: args.slice(2) };
  throw new Error(
    `no control plane ${JSON.stringify(version)}; there are ${controlPlaneVersions.join(", ")}`,
  );
}

if (process.argv[1] === import.meta.filename) {
  try {
    const { version, command } = parseArguments(process.argv.slice(2));
    process.exitCode = await runCluster(version, command);
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
