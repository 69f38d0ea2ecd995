import { join } from "node:path";
import { ClusterError } from "../../errors.ts";
import type { ConnectionFlags } from "../connection-flags.ts";
import type { KubeconfigOptions } from "./kubeconfig.ts";
import type { Kubeconfig } from "./kubeconfig-entries.ts";
import { readKubeconfig } from "./kubeconfig-file.ts";

/**
 * Files of KUBECONFIG in order, or the one of --kubeconfig, or ~/.kube/config, merged: of equal names the first wins. `found`: their
 * paths; none when there is no such file.
 * Source of truth: client-go/tools/clientcmd/loader.go.
 * @throws ClusterError when the file of --kubeconfig is not there, or one cannot be read
 */
export async function loadKubeconfig(
  flags: Pick<ConnectionFlags, "kubeconfig">,
  options: Pick<KubeconfigOptions, "env">,
): Promise<{ kubeconfig: Kubeconfig; found: readonly string[] }> {
  const explicit = flags.kubeconfig ?? "";
  const paths = explicit === "" ? defaultPaths(options.env) : [explicit];
  const files = await Promise.all(
    paths.map(async (path) => ({ path, kubeconfig: await readKubeconfig(path) })),
  );
  if (explicit !== "" && files[0]?.kubeconfig === null) {
    throw new ClusterError(`no kubeconfig at ${explicit}`, "check the path given with --kubeconfig");
  }
  const existing = files.flatMap(({ kubeconfig }) => (kubeconfig === null ? [] : [kubeconfig]));
  return { kubeconfig: mergeKubeconfigs(existing), found: existing.length === 0 ? [] : paths };
}

function defaultPaths(env: KubeconfigOptions["env"]): readonly string[] {
  const list = env["KUBECONFIG"] ?? "";
  const separator = env["OS"] === "Windows_NT" ? ";" : ":";
  if (list !== "") return [...new Set(list.split(separator))].filter((path) => path !== "");
  const homes = [env["HOME"], `${env["HOMEDRIVE"] ?? ""}${env["HOMEPATH"] ?? ""}`, env["USERPROFILE"]];
  const home = homes.find((path) => path !== undefined && path !== "");
  return home === undefined ? [] : [join(home, ".kube", "config")];
}

function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  return {
    currentContext: files.find((file) => file.currentContext !== "")?.currentContext ?? "",
    contexts: firstWins(files.map((file) => file.contexts)),
    clusters: firstWins(files.map((file) => file.clusters)),
    users: firstWins(files.map((file) => file.users)),
  };
}

function firstWins<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  const merged = new Map<string, T>();
  for (const [name, entry] of maps.flatMap((map) => [...map])) {
    if (!merged.has(name)) merged.set(name, entry);
  }
  return merged;
}
