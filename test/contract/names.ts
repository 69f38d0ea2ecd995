import type { KubeObject } from "../../src/cluster/kube-object.ts";
import type { Names } from "./normalise.ts";

/**
 * What is new at every start of the cluster, by what stands for it: UIDs by the object that has them (so that a header may be
 * compared by its FlowSchema), and the ends of names that a controller made up by the object's place among its like.
 */
export function namesOf(items: readonly KubeObject[]): Names {
  const names = new Map<string, string>();
  const made = new Map<string, number>();
  for (const { kind, metadata } of items) {
    const { name, namespace } = metadata;
    const base = metadata["generateName"];
    let stable = name;
    if (typeof base === "string" && name.startsWith(base)) {
      const place = `${kind}/${namespace}/${base}`;
      made.set(place, (made.get(place) ?? 0) + 1);
      stable = `${base}<${made.get(place)}>`;
      names.set(name, stable);
    }
    const uid = metadata["uid"];
    const owner = [kind, namespace, stable].filter((part) => part !== undefined).join("/");
    if (typeof uid === "string") names.set(uid, `<uid of ${owner}>`);
  }
  return names;
}
