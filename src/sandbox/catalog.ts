import type { KubeObject } from "../cluster/kube-object.ts";
import { readApiServices, type ServedApiService, sortByPriority } from "./api-services.ts";
import { builtInResources, type ResourceDefinition } from "./built-in-resources.ts";
import { customResources } from "./custom-resources.ts";
import { since } from "./release.ts";

/** A resource in one group and version, as discovery lists it. */
export interface ServedResource extends ResourceDefinition {
  readonly group: string;
  readonly version: string;
  readonly isCustom: boolean;
  readonly deprecation: string;
  readonly printerColumns: readonly unknown[];
  readonly scale?: unknown;
}

/** A group and version, with the APIService that answers for it. */
export interface ServedVersion {
  readonly group: string;
  readonly version: string;
  readonly apiService: ServedApiService;
  readonly resources: readonly ServedResource[];
}

/** All that the sandbox serves, in discovery's order: the aggregator's own group first. */
export type Catalog = readonly ServedVersion[];

/** The aggregator answers for its own group without an APIService object. */
const aggregator: ServedApiService = {
  name: "v1.apiregistration.k8s.io",
  group: "apiregistration.k8s.io",
  version: "v1",
  groupPriority: 20000,
  versionPriority: 1,
  backend: "local",
  address: "",
};

/** @param minor of the server's version: a resource that came later is not served */
export function buildCatalog(objects: readonly KubeObject[], minor: number): Catalog {
  const apiServices = readApiServices(objects).filter(({ group }) => group !== aggregator.group);
  return [aggregator, ...sortByPriority(apiServices)].map((apiService) => ({
    group: apiService.group,
    version: apiService.version,
    apiService,
    resources: resourcesOf(apiService, objects, minor),
  }));
}

function resourcesOf(
  apiService: ServedApiService,
  objects: readonly KubeObject[],
  minor: number,
): ServedResource[] {
  const { backend, group, version } = apiService;
  if (backend !== "local" && backend !== "answers") return [];
  const known = builtInResources(group).filter(({ since }) => since <= minor);
  const builtIn = known.map((resource) => ({
    ...resource,
    subresources: resource.subresources.filter(({ since }) => since <= minor),
    isCustom: false,
    deprecation: deprecationOf(version, resource.kind, minor),
    printerColumns: [],
  }));
  const custom = customResources(objects, group, version).map((resource) => ({
    ...resource,
    isCustom: true,
  }));
  return [...builtIn, ...custom].map((resource) => ({ ...resource, group, version }));
}

/** k/k pkg/apis/core/…: APILifecycle of what is still served. */
function deprecationOf(version: string, kind: string, minor: number): string {
  if (version !== "v1") return "";
  if (kind === "ComponentStatus") return "v1 ComponentStatus is deprecated in v1.19+";
  return kind === "Endpoints" && minor >= since.endpointsDeprecated
    ? "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    : "";
}

export function findVersion(catalog: Catalog, group: string, version: string): ServedVersion | undefined {
  return catalog.find((served) => served.group === group && served.version === version);
}

/** The named groups in order, each with its versions, most preferred first. */
export function groupsOf(catalog: Catalog): ReadonlyMap<string, readonly ServedVersion[]> {
  const groups = new Map<string, ServedVersion[]>();
  for (const served of catalog) {
    if (served.group === "") continue;
    groups.set(served.group, [...(groups.get(served.group) ?? []), served]);
  }
  return groups;
}
