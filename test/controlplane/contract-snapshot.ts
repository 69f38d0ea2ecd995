import type { KubeObject } from "../../src/cluster/kube-object.ts";
import type { AdminApi } from "./admin-api.ts";

interface ResourceList {
  readonly groupVersion: string;
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly verbs: readonly string[];
  }[];
}
interface GroupList {
  readonly groups: readonly {
    readonly name: string;
    readonly versions: readonly { readonly groupVersion: string }[];
  }[];
}

/** Never in a snapshot, or never the same: the sandbox plays metrics itself, and Events and Leases come and go. */
const leftOut = /^(secrets|events|leases)$|^metrics\.k8s\.io\//;

/** Every object of the cluster that the sandbox can serve, as the API server has it. */
export async function readCluster(api: AdminApi): Promise<KubeObject[]> {
  const { groups } = (await api.get("/apis")).json() as unknown as GroupList;
  const versions = groups.flatMap((group) => group.versions);
  const roots = ["/api/v1", ...versions.map(({ groupVersion }) => `/apis/${groupVersion}`)];
  const objects: KubeObject[] = [];
  const seen = new Set<string>();
  for (const root of roots.filter((one) => !leftOut.test(one.slice("/apis/".length)))) {
    const answer = await api.get(root);
    if (answer.status !== 200) continue;
    for (const { name, kind, verbs } of (answer.json() as unknown as ResourceList).resources) {
      if (!verbs.includes("list") || name.includes("/") || leftOut.test(name)) continue;
      // One version of a group is enough, and the most preferred one comes first.
      const group = `${root.slice(0, root.lastIndexOf("/"))}/${name}`;
      if (seen.has(group)) continue;
      seen.add(group);
      objects.push(...(await readList(api, `${root}/${name}`, root, kind)));
    }
  }
  return objects;
}

async function readList(api: AdminApi, path: string, root: string, kind: string): Promise<KubeObject[]> {
  const list = (await api.get(path)).json() as { readonly items?: readonly object[] };
  const apiVersion = root.replace(/^\/apis?\//, "");
  return (list.items ?? []).map((item) => ({ kind, apiVersion, ...item }) as KubeObject);
}
