import { parseApiServiceName } from "../api/api-service-route.ts";
import type { ApiService } from "../cluster/cluster.ts";
import type { Surroundings } from "./diagnosis/backend-facts.ts";

/** What the list of all APIServices tells of those of one group; null: there is no list. */
export function newSurroundings(
  list: ReadonlyMap<string, ApiService> | null,
  name: string,
  now: number,
): Surroundings {
  const { group } = parseApiServiceName(name);
  const versions =
    list === null
      ? null
      : [...list.values()].filter((service) => parseApiServiceName(service.name).group === group);
  return { now, versions, authentication: null };
}
