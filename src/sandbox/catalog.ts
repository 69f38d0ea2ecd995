import type { KubeObject } from "../cluster/kube-object.ts";
import { readApiServices, type ServedApiService, sortByPriority } from "./api-services.ts";
import { builtInResources, type ResourceDefinition } from "./built-in-resources.ts";
import { customResources } from "./custom-resources.ts";

/** A resource in one group and version, as discovery lists it. */
export interface ServedResource extends ResourceDefinition {
  readonly group: string;
  readonly version: string;
  readonly isCustom: boolean;
  readonly deprecation: string;
  readonly printerColumns: readonly unknown[];
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

export function buildCatalog(objects: readonly KubeObject[]): Catalog {
  const apiServices = readApiServices(objects).filter(({ group }) => group !== aggregator.group);
  return [aggregator, ...sortByPriority(apiServices)].map((apiService) => ({
    group: apiService.group,
    version: apiService.version,
    apiService,
    resources: resourcesOf(apiService, objects),
  }));
}

function resourcesOf(apiService: ServedApiService, objects: readonly KubeObject[]): ServedResource[] {
  const { backend, group, version } = apiService;
  if (backend !== "local" && backend !== "answers") return [];
  const builtIn = builtInResources(group).map((resource) => ({
    ...resource,
    isCustom: false,
    deprecation: builtInDeprecations.get(`${version} ${resource.kind}`) ?? "",
    printerColumns: [],
  }));
  const custom = customResources(objects, group, version).map((resource) => ({
    ...resource,
    isCustom: true,
  }));
  return [...builtIn, ...custom].map((resource) => ({ ...resource, group, version }));
}

/** k/k pkg/apis/core/…: APILifecycle of what 1.34 still serves. */
const builtInDeprecations: ReadonlyMap<string, string> = new Map([
  ["v1 ComponentStatus", "v1 ComponentStatus is deprecated in v1.19+"],
  ["v1 Endpoints", "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"],
]);

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
