import { apiServiceRouteOf, parseApiServiceName } from "../api/api-service-route.ts";
import { isApiServerPath } from "../api/base-path.ts";
import { isBuiltInGroup } from "../api/built-in-groups.ts";
import type { RequestInfo } from "../api/request-info.ts";
import type { ApiService, Cluster } from "../cluster/cluster.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import { newServiceChain, resolveServiceChain } from "./service-chain.ts";
import type { Target, Trace, TraceApiService } from "./trace.ts";

/** Who answers a request: the APIService its path belongs to, and what stands behind that. */
export type Placement = Pick<Trace, "apiService" | "target">;

const unknownRequest = "the log does not say which request this answers";

/** Source of truth: kube-aggregator's routing, as src/api/api-service-route.ts reads it. */
export async function resolvePlacement(
  roundTrip: RoundTrip,
  info: RequestInfo,
  cluster: Cluster,
  detail: boolean,
): Promise<Placement> {
  if (roundTrip.url === "") return none(unknownRequest);
  const route = apiServiceRouteOf(info.path);
  if (route.kind === "aggregator") return { apiService: null, target: { kind: "Local", by: "aggregator" } };
  if (route.kind === "none") return { apiService: null, target: { kind: "Local", by: "built-in" } };

  const list = await cluster.apiServices();
  if (!list.ok) return placeByAnswer(placeUnknown(route.name, "NotKnown", list.reason), roundTrip);
  const found = list.value.get(route.name);
  if (found === undefined) {
    return none(
      `no APIService ${route.name}: nothing serves this group and version, kube-apiserver answers 404`,
    );
  }
  if (found.service !== null) return await resolveAggregated(found, found.service, cluster, detail);
  return { apiService: conditionOf(found), target: await resolveLocal(found, info, cluster) };
}

/** The same as far as the path alone tells. `reason` says why no cluster was asked. */
export function placeWithoutCluster(roundTrip: RoundTrip, info: RequestInfo, reason: string): Placement {
  if (roundTrip.url === "") return none(unknownRequest);
  const route = apiServiceRouteOf(info.path);
  if (route.kind === "aggregator") return { apiService: null, target: { kind: "Local", by: "aggregator" } };
  if (route.kind === "apiService") return placeUnknown(route.name, "NotAsked", reason);
  if (!isApiServerPath(info.path)) return none("not a path of the Kubernetes API");
  return { apiService: null, target: { kind: "Local", by: "built-in" } };
}

function none(reason: string): Placement {
  return { apiService: null, target: { kind: "Unresolved", reason } };
}

/** Without a list of APIServices only the groups that kube-apiserver itself brings have a known backend. */
function placeUnknown(name: string, why: "NotAsked" | "NotKnown", reason: string): Placement {
  const builtIn = isBuiltInGroup(parseApiServiceName(name).group);
  return {
    apiService: { name, available: "Unknown", reason: why, message: reason },
    target: builtIn ? { kind: "Local", by: "built-in" } : { kind: "Unresolved", reason },
  };
}

/** Who may not list APIServices can still see that another server's answer was relayed to him. */
function placeByAnswer({ apiService, target }: Placement, { relayed }: RoundTrip): Placement {
  if (target.kind !== "Unresolved" || relayed !== true) return { apiService, target };
  const reason = `an extension API server answered, for its Audit-Id is there twice; which one: ${target.reason}`;
  return { apiService, target: { kind: "Unresolved", reason } };
}

function conditionOf({ name, available, reason, message, trust }: ApiService): TraceApiService {
  return { name, available, reason, message, ...(trust === null ? {} : { trust }) };
}

/** Local and not built in means a CRD: confirmed by its name where the request has a resource. */
async function resolveLocal(service: ApiService, info: RequestInfo, cluster: Cluster): Promise<Target> {
  const { group } = parseApiServiceName(service.name);
  if (isBuiltInGroup(group)) return { kind: "Local", by: "built-in" };
  if (info.resource === "") return { kind: "Local", by: "crd" };
  const crd = `${info.resource}.${group}`;
  const answer = await cluster.hasCustomResourceDefinition(crd);
  if (!answer.ok) return { kind: "Local", by: "crd", crd, reason: `not confirmed: ${answer.reason}` };
  if (answer.value) return { kind: "Local", by: "crd", crd };
  return { kind: "Unresolved", reason: `no CustomResourceDefinition ${crd}: kube-apiserver answers 404` };
}

const defaultServicePort = 443;

async function resolveAggregated(
  summary: ApiService,
  backend: NonNullable<ApiService["service"]>,
  cluster: Cluster,
  detail: boolean,
): Promise<Placement> {
  const reference = { ...backend, port: backend.port ?? defaultServicePort };
  const [whole, chain] = await Promise.all([
    cluster.apiService(summary.name),
    detail ? resolveServiceChain(reference, cluster) : newServiceChain(reference),
  ]);
  const apiService = whole.ok && whole.value !== null ? whole.value : summary;
  const target = { kind: "Service", ...chain, port: apiService.service?.port ?? reference.port } as const;
  if (whole.ok) return { apiService: conditionOf(apiService), target };
  const reason = [whole.reason, ...(chain.reason === undefined ? [] : [chain.reason])].join("; ");
  return { apiService: conditionOf(apiService), target: { ...target, reason } };
}
