import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { apiServerPort } from "./addresses.ts";
import { buildControlPlane } from "./build.ts";
import { startControlPlane } from "./control-plane.ts";
import { isControlPlaneVersion } from "./versions.ts";
import { createWorld } from "./world.ts";

/**
 * Runs inside the namespace: starts a control plane, then a command that finds it, or, without a command, opens a door to it
 * until it is told to end. Arguments: version, folder, command.
 */
const [version = "", folder = "", ...command] = process.argv.slice(2);
if (!isControlPlaneVersion(version)) throw new Error(`no control plane ${version}`);
const interrupted = new Promise<number>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => resolve(130));
});

try {
  const plane = await startControlPlane(await buildControlPlane(version, console.error), folder);
  try {
    const kubeconfig = await createWorld(plane);
    const { url, auditLog, keys, programs } = plane;
    writeFileSync(
      join(folder, "plane.json"),
      JSON.stringify({ version, url, folder, auditLog, kubeconfig, keys: keys.folder, programs }),
    );
    process.exitCode = await (command.length > 0 ? runCommand(command, kubeconfig) : openDoor());
  } finally {
    await plane.stop();
  }
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
process.exit();

async function runCommand([name = "", ...args]: readonly string[], kubeconfig: string): Promise<number> {
  const env = { ...process.env, KUBECONFIG: kubeconfig, CONTROL_PLANE: folder };
  const child = spawn(name, args, { stdio: "inherit", env });
  return await new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(`error: ${error.message}`);
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 130));
  });
}

/** A socket in the file system reaches into the namespace from outside. */
async function openDoor(): Promise<number> {
  const server = createServer((outer) => {
    const inner = connect(apiServerPort, "127.0.0.1");
    outer.pipe(inner).pipe(outer);
    outer.on("error", () => inner.destroy());
    inner.on("error", () => outer.destroy());
  });
  server.listen(join(folder, "door"));
  return await interrupted;
}
