import { stringify } from "yaml";
import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import type { AdminApi, ApiAnswer, Credentials } from "../admin-api.ts";
import type { ConnectedPlane } from "../connect.ts";
import { readDiscovery } from "./discovery.ts";
import { recordKubectl } from "./kubectl.ts";
import { normalise } from "./normalise.ts";
import { resourcePath } from "./settle.ts";
import type { Way } from "./way.ts";

/** Files of a way's folder by name: fixtures/broken/README.md says what is in each. */
export type Files = Readonly<Record<string, string>>;

/** Collects what the real server and the real kubectls say of a way that has settled. `caches` has a warm cache of each kubectl. */
export async function recordWay(plane: ConnectedPlane, way: Way, caches: string | null): Promise<Files> {
  const { api } = plane;
  const [http, discovery, kubectl, backend, apiService] = [
    await recordHttp(api, way),
    await recordDiscovery(api, way),
    await recordKubectl(plane, way, caches),
    await recordBackend(api, way),
    await recordApiService(api, way),
  ];
  return {
    ...(apiService === null ? {} : { "apiservice.yaml": toYaml(apiService) }),
    ...(backend.length === 0 ? {} : { "backend.yaml": backend.map(toYaml).join("---\n") }),
    "discovery.yaml": toYaml(discovery),
    "http.yaml": toYaml(http),
    ...kubectl,
  };
}

function toYaml(value: unknown): string {
  return stringify(normaliseIn(value), { lineWidth: 0, blockQuote: "literal" });
}

function normaliseIn(value: unknown): unknown {
  if (typeof value === "string") return normalise(value);
  if (Array.isArray(value)) return value.map(normaliseIn);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, normaliseIn(one)]));
}

const users = ["admin", "carol", "dave"] as const;

/** What each of them gets: one who may everything, one who may read the resource, one who may nothing. */
async function recordHttp(api: AdminApi, way: Way): Promise<readonly object[]> {
  const paths = [`/apis/${way.group}`, `/apis/${way.group}/${way.version}`, resourcePath(way)];
  const asked = users.flatMap((user) => paths.map((path) => ({ user, path })));
  const records = [];
  for (const { user, path } of asked) {
    records.push({ user, method: "GET", path, ...(await ask(api, { certificate: user }, path)) });
  }
  return records;
}

async function ask({ send }: AdminApi, who: Credentials, path: string): Promise<object> {
  try {
    return newAnswer(await send(who, path));
  } catch (error) {
    return { status: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function newAnswer({ status, headers, text }: ApiAnswer): object {
  const kept = ["content-type", "retry-after", "location", "x-content-type-options", "cache-control"];
  return {
    status,
    headers: Object.fromEntries(
      kept.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
    ),
    body: text,
  };
}

/** The group in aggregated discovery, and whether a client without it sees the group. */
async function recordDiscovery(api: AdminApi, way: Way): Promise<object> {
  const { groups } = (await api.get("/apis")).json() as {
    readonly groups: readonly { readonly name: string }[];
  };
  return {
    aggregated: await readDiscovery(api, way.group),
    group: groups.find(({ name }) => name === way.group) ?? null,
  };
}

async function recordApiService(api: AdminApi, way: Way): Promise<object | null> {
  const answer = await api.get(`/apis/apiregistration.k8s.io/v1/apiservices/${way.apiService}`);
  return answer.status === 200 ? newObject(answer.json() as unknown as KubeObject) : null;
}

interface List {
  readonly kind: string;
  readonly apiVersion: string;
  readonly items: readonly KubeObject[];
}

/** The Service that the APIService names, its EndpointSlices, and the pods that those lead to. */
async function recordBackend(api: AdminApi, way: Way): Promise<readonly object[]> {
  const apiService = way.objects.find(
    ({ kind, metadata }) => kind === "APIService" && metadata.name === way.apiService,
  );
  const backend = (apiService as { spec?: { service?: { namespace: string; name: string } } } | undefined)
    ?.spec?.service;
  if (backend === undefined) return [];
  const { namespace, name } = backend;
  const read = async (path: string): Promise<KubeObject[]> => {
    const { kind, apiVersion, items } = (await api.get(path)).json() as unknown as List;
    return items.map((item) => ({ ...item, apiVersion, kind: kind.replace(/List$/, "") }));
  };
  const services = await read(
    `/api/v1/namespaces/${namespace}/services?fieldSelector=metadata.name%3D${name}`,
  );
  const slices = await read(
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${name}`,
  );
  const targets = slices.flatMap((slice) => (slice["endpoints"] ?? []) as { targetRef?: { name: string } }[]);
  const names = new Set(targets.map(({ targetRef }) => targetRef?.name));
  const pods = (await read(`/api/v1/namespaces/${namespace}/pods`)).filter(({ metadata }) =>
    names.has(metadata.name),
  );
  return [...services, ...slices.map(withStableName), ...pods].map(newObject);
}

/** The end of a slice's name, and of the name of a Deployment's pod, is random. */
function withStableName(slice: KubeObject): KubeObject {
  return {
    ...slice,
    metadata: { ...slice.metadata, name: slice.metadata.name.replace(/-[a-z0-9]{5}$/, "-abcde") },
  };
}

/** Without what says nothing of the breakage, and without commands and certificates. */
function newObject(object: KubeObject): object {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace, labels } = metadata;
  const { status, ...rest } = object as { status?: Record<string, unknown> } & Record<string, unknown>;
  const {
    metadata: _,
    spec,
    ...fields
  } = rest as { spec?: Record<string, unknown> } & Record<string, unknown>;
  return {
    ...fields,
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels: withoutHash(labels) }),
    },
    ...(spec === undefined ? {} : { spec: kind === "Pod" ? podSpec(spec) : shorten(spec) }),
    ...(status === undefined ? {} : { status: kind === "Pod" ? podStatus(status) : status }),
  };
}

/** The hash differs with the paths in a pod's command. */
function withoutHash({ "pod-template-hash": _, ...labels }: Readonly<Record<string, string>>): object {
  return labels;
}

/** "..." in base64: there was one. */
function shorten(spec: Record<string, unknown>): object {
  return spec["caBundle"] === undefined ? spec : { ...spec, caBundle: "Li4u" };
}

function podSpec(spec: Record<string, unknown>): object {
  const containers = spec["containers"] as readonly { name: string; image: string; ports?: unknown }[];
  return {
    nodeName: spec["nodeName"],
    containers: containers.map(({ name, image, ports }) => ({ name, image, ports })),
  };
}

function podStatus(status: Record<string, unknown>): object {
  const conditions = status["conditions"] as readonly { type: string; status: string; reason?: string }[];
  return {
    phase: status["phase"],
    podIP: status["podIP"],
    conditions: conditions.map(({ type, status, reason }) => ({
      type,
      status,
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}
