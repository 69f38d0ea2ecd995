import { createHash } from "node:crypto";
import { type Catalog, groupsOf, type ServedResource, type ServedVersion } from "./catalog.ts";
import { acceptsPlain, negotiateDiscovery, notAcceptable, refuseByRouter } from "./negotiation.ts";
import { since } from "./release.ts";
import { type Answer, json } from "./status.ts";
import { groupVersion } from "./store.ts";

/** What a discovery request says about itself. */
export interface DiscoveryRequest {
  readonly accept: string;
  /** If-None-Match: "" when there is none. */
  readonly etag: string;
  readonly host: string;
  /** Minor version of the server. */
  readonly minor: number;
}

/** `/api`: the versions of the core group. */
export function discoverCore(catalog: Catalog, request: DiscoveryRequest): Answer {
  const core = catalog.filter(({ group }) => group === "");
  const refusal = refuseByRouter(request.accept, false);
  if (refusal !== null) return refusal;
  const form = formOf(request);
  if (form !== "") return aggregated(form, [aggregatedGroup("", core, request.minor)], request.etag);
  if (!acceptsPlain(request.accept)) return notAcceptable(request.accept);
  return json(200, {
    kind: "APIVersions",
    versions: core.map(({ version }) => version),
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: request.host }],
  });
}

/** `/apis`: every named group, those whose APIService is not available as well. */
export function discoverGroups(catalog: Catalog, request: DiscoveryRequest, path: string): Answer {
  const groups = [...groupsOf(catalog)];
  // Only the path itself has the aggregated form, not the one with a slash at its end.
  const form = path === "/apis" ? formOf(request) : "";
  if (form !== "") {
    const items = groups.map(([name, versions]) => aggregatedGroup(name, versions, request.minor));
    return aggregated(form, items, request.etag);
  }
  if (!acceptsPlain(request.accept)) return notAcceptable(request.accept);
  const list = groups.map(([name, versions]) => apiGroup(name, versions));
  return json(200, { kind: "APIGroupList", apiVersion: "v1", groups: list });
}

function formOf({ accept, minor }: DiscoveryRequest) {
  return negotiateDiscovery(accept, minor < since.noDiscoveryBeta);
}

/** `/apis/GROUP`; null when there is no such group. */
export function discoverGroup(catalog: Catalog, group: string, { accept }: DiscoveryRequest): Answer | null {
  const versions = groupsOf(catalog).get(group);
  if (versions === undefined) return null;
  if (!acceptsPlain(accept)) return notAcceptable(accept);
  return json(200, { kind: "APIGroup", apiVersion: "v1", ...apiGroup(group, versions) });
}

function apiGroup(name: string, served: readonly ServedVersion[]) {
  const versions = served.map((one) => ({ groupVersion: groupVersion(one), version: one.version }));
  return { name, versions, preferredVersion: versions[0] };
}

/** `/api/v1`, `/apis/GROUP/VERSION`. */
export function discoverVersion(served: ServedVersion, accept: string): Answer {
  if (!acceptsPlain(accept)) return notAcceptable(accept);
  return json(200, {
    kind: "APIResourceList",
    ...(served.group === "" ? {} : { apiVersion: "v1" }),
    groupVersion: groupVersion(served),
    resources: served.resources.flatMap(apiResources),
  });
}

function apiResources(resource: ServedResource) {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories } = resource;
  const own = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(resource.storedIn === "" ? {} : { storageVersionHash: storageVersionHash(resource) }),
  };
  const under = resource.subresources.map((subresource) => ({
    name: `${plural}/${subresource.name}`,
    singularName: "",
    namespaced,
    ...foreignKind(subresource.kind),
    kind: subresource.kind,
    verbs: subresource.verbs,
  }));
  return [own, ...under];
}

/** Source of truth: apiserver/pkg/endpoints/discovery/storageversionhash.go. */
function storageVersionHash({ storedIn, kind }: ServedResource): string {
  return createHash("sha256").update(`${storedIn}/${kind}`).digest().subarray(0, 8).toString("base64");
}

/** The few subresources whose kind is of another group. */
function foreignKind(kind: string): { group?: string; version?: string } {
  const [group, version] = foreignKinds[kind] ?? [];
  return group === undefined || version === undefined ? {} : { group, version };
}

const foreignKinds: Readonly<Record<string, readonly [string, string]>> = {
  Scale: ["autoscaling", "v1"],
  Eviction: ["policy", "v1"],
  TokenRequest: ["authentication.k8s.io", "v1"],
};

/**
 * APIGroupDiscoveryList: apidiscovery.k8s.io. The ETag is made of the content, so that a client's next look costs
 * it an empty 304.
 */
function aggregated(version: "v2" | "v2beta1", items: readonly unknown[], wanted: string): Answer {
  const answer = json(200, {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items,
  });
  const etag = `"${createHash("sha512").update(String(answer.body)).digest("hex").toUpperCase()}"`;
  const headers = {
    "Content-Type": `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    ETag: etag,
    Vary: "Accept",
    "Cache-Control": "public",
  };
  return wanted === etag ? { status: 304, headers, body: "" } : { ...answer, headers };
}

function aggregatedGroup(name: string, versions: readonly ServedVersion[], minor: number) {
  const created = minor < since.omitsCreationTimestamp ? { creationTimestamp: null } : {};
  return {
    metadata: { ...(name === "" ? {} : { name }), ...created },
    versions: versions.map((served) => ({
      version: served.version,
      ...(served.resources.length === 0 ? {} : { resources: served.resources.map(aggregatedResource) }),
      freshness: isStale(served) ? "Stale" : "Current",
    })),
  };
}

/** Whose discovery document the aggregator could not fetch. */
function isStale({ apiService }: ServedVersion): boolean {
  return apiService.backend === "unavailable" || apiService.backend === "unreachable";
}

function aggregatedResource(resource: ServedResource) {
  const { plural, singular, kind, group, version, namespaced, verbs, shortNames, categories } = resource;
  // kube-apiserver leaves it to the client to fill in the group and version that it has asked for; apiextensions does not.
  const own = resource.isCustom ? { group, version } : { group: "", version: "" };
  const subresources = resource.subresources.map((subresource) => ({
    subresource: subresource.name,
    responseKind: { ...own, ...foreignKind(subresource.kind), kind: subresource.kind },
    verbs: subresource.verbs,
  }));
  return {
    resource: plural,
    responseKind: { ...own, kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
