import type { AdminApi } from "../admin-api.ts";
import type { Way } from "./way.ts";

/** A group's entry in aggregated discovery. */
interface Group {
  readonly metadata: { readonly name: string };
  readonly versions: readonly {
    readonly version: string;
    readonly freshness: "Current" | "Stale";
    readonly resources?: readonly { readonly resource: string }[];
  }[];
}

const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** The group of that name as clients see it in one request for all; null when it is not there. */
export async function readDiscovery({ send }: AdminApi, group: string): Promise<Group | null> {
  const answer = await send({ certificate: "admin" }, "/apis", { headers: { Accept: accept } });
  const { items } = answer.json() as unknown as { readonly items: readonly Group[] };
  return items.find(({ metadata }) => metadata.name === group) ?? null;
}

/** What it says of the way's version: in order, it also has the resource. */
export async function freshnessOf(api: AdminApi, way: Way): Promise<Way["discovery"]> {
  const group = await readDiscovery(api, way.group);
  return group?.versions.find(({ version }) => version === way.version)?.freshness ?? "absent";
}
