import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder, cacheFolder } from "../helpers/npm-package.ts";
import { type ControlPlaneVersion, controlPlanes } from "./versions.ts";

/** Paths of the programs of a control plane. */
export interface Programs {
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly etcd: string;
  readonly metricsServer: string;
  /** Stands in for kubelets and kube-proxy: go/node. */
  readonly node: string;
}

/** What does not change with the version of Kubernetes is built once, from the newest module. */
const shared = {
  etcd: "go.etcd.io/etcd/server/v3",
  "metrics-server": "sigs.k8s.io/metrics-server/cmd/metrics-server",
  node: "./node",
};
const kubernetes = {
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
};

/** Throws an Error with one line when there is no Go. */
export function requireGo(): void {
  if (spawnSync("go", ["version"]).status === 0) return;
  throw new Error("the control plane is built with Go, and there is no go on the PATH");
}

/** Builds what is missing, outside the tree; minutes the first time, nothing afterwards. */
export async function buildControlPlane(
  version: ControlPlaneVersion,
  say: (line: string) => void,
): Promise<Programs> {
  const sharedFolder = await build("go", shared, "", say);
  const { module, release } = controlPlanes[version];
  const folder = await build(module, kubernetes, release, say);
  return {
    apiServer: join(folder, "kube-apiserver"),
    controllerManager: join(folder, "kube-controller-manager"),
    etcd: join(sharedFolder, "etcd"),
    metricsServer: join(sharedFolder, "metrics-server"),
    node: join(sharedFolder, "node"),
  };
}

async function build(
  module: string,
  packages: Readonly<Record<string, string>>,
  release: string,
  say: (line: string) => void,
): Promise<string> {
  const source = join(import.meta.dirname, module);
  return await cachedFolder(
    join(cacheFolder("control-plane"), fingerprint(source, packages)),
    async (work) => {
      for (const [name, path] of Object.entries(packages)) {
        say(`building ${name} ${release}`.trim());
        const flags = ["-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${stamp(release)}`];
        execFileSync("go", ["build", ...flags, "-o", join(work, name), path], {
          cwd: source,
          stdio: ["ignore", "inherit", "inherit"],
        });
      }
    },
  );
}

/** A release names itself by linker flags: without them it would call itself v0.0.0-master. */
function stamp(release: string): string {
  if (release === "") return "";
  const [major, minor] = release.split(".");
  const values = { gitVersion: `v${release}`, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  return Object.entries(values)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(" ");
}

/** Changes with whatever the programs are built from. */
function fingerprint(source: string, packages: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(JSON.stringify(packages)).update(process.arch);
  const files = ["go.mod", "go.sum"];
  if ("node" in packages)
    files.push(
      ...readdirSync(join(source, "node"))
        .sort()
        .map((name) => join("node", name)),
    );
  for (const file of files) hash.update(file).update(readFileSync(join(source, file)));
  return hash.digest("hex").slice(0, 16);
}
