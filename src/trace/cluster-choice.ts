import type { Cluster } from "../cluster/cluster.ts";

/** Which cluster answers for a URL, or why none does. */
export type ClusterChoice =
  | {
      readonly cluster: Cluster;
      /** With which kubectl goes there, as a shell takes them ("--context prod"); left out: its own default. */
      readonly kubectlFlags?: string;
    }
  /** `reason` is one line for people: "no cluster was asked (--offline)". */
  | { readonly cluster: null; readonly reason: string };

/** Path of the server's URL, to be stripped from its requests; undefined when it is not known. */
export function basePathOf(cluster: Cluster): string | undefined {
  if (!URL.canParse(cluster.server)) return undefined;
  return new URL(cluster.server).pathname.replace(/\/+$/, "");
}
