import { apiServiceRouteOf, parseApiServiceName } from "../api/api-service-route.ts";
import { isBuiltInGroup } from "../api/built-in-groups.ts";
import type { RequestInfo } from "../api/request-info.ts";
import type { ApiService, Cluster } from "../cluster/cluster.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import { conditionOf, resolveAggregated } from "./aggregated-api.ts";
import { resolveCustomResource } from "./custom-resource.ts";
import type { Surroundings } from "./diagnosis/backend-facts.ts";
import { versionNotServed } from "./diagnosis/group-facts.ts";
import {
  type PathPlacement,
  placeUnknown,
  placeUnresolved,
  unknownRequest,
} from "./place-without-cluster.ts";
import { newSurroundings } from "./surroundings.ts";
import type { Target, Verdict } from "./trace.ts";

/** Who answers a request: the APIService its path belongs to, and what stands behind that. */
export type Placement = PathPlacement & {
  /** What else was learnt on the way; left out where no APIService was asked for. */
  readonly surroundings?: Surroundings;
};

/** A request, and how much is to be asked of it. */
export interface Placed {
  readonly roundTrip: RoundTrip;
  readonly requestInfo: RequestInfo;
  /** Whether the user may, which comes at the same time as the first answer here. */
  readonly verdict: Promise<Verdict>;
  /** It is the user's own, who asks the cluster. */
  readonly own: boolean;
  /** Ask for the Service behind it in any case. */
  readonly detail: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Source of truth: kube-aggregator's routing, as src/api/api-service-route.ts reads it. */
export async function resolvePlacement(request: Placed, cluster: Cluster): Promise<Placement> {
  const { roundTrip, requestInfo: info } = request;
  if (roundTrip.url === "") return placeUnresolved(unknownRequest);
  const route = apiServiceRouteOf(info.path);
  if (route.kind === "aggregator") return { apiService: null, target: { kind: "Local", by: "aggregator" } };
  if (route.kind === "none") return { apiService: null, target: { kind: "Local", by: "built-in" } };

  const definition = asksDefinition(roundTrip, info, route.name, request.detail)
    ? cluster.customResourceDefinition(definitionName(info))
    : null;
  const list = await cluster.apiServices();
  if (!list.ok) return placeByAnswer(placeUnknown(route.name, "NotKnown", list.reason), roundTrip);
  const found = list.value.get(route.name);
  const surroundings = newSurroundings(list.value, route.name, request.now);
  if (found === undefined) {
    const why = versionNotServed(route.name, surroundings.versions ?? []);
    const reason = `no APIService ${route.name}: ${why || "nothing serves this group and version"}${sequel(roundTrip, ", ")}`;
    return { ...placeUnresolved(reason), surroundings };
  }
  if (found.service !== null) {
    return await resolveAggregated(found, found.service, surroundings, request, cluster);
  }
  const target =
    definition === null
      ? await resolveLocal(found, roundTrip, info, cluster)
      : await resolveDefined(await definition, roundTrip, info, cluster);
  return { apiService: conditionOf(found), target, surroundings };
}

/** Of those who say no before a request comes to its handler. */
const beforeHandlers: ReadonlySet<number> = new Set([401, 403, 429]);

/** It may have failed at its handler or behind it, and so what stands there is worth a look. A refused WebSocket has no answer. */
export function mayHaveFailedBehind({ outcome, status, message }: RoundTrip): boolean {
  if (outcome === "failed") return message === null;
  return outcome === "response" && status !== null && status >= 400 && !beforeHandlers.has(status);
}

/** Groups that are served by extension servers wherever they are: what is asked for every one of them is asked in vain. */
const aggregatedGroups: ReadonlySet<string> = new Set([
  "metrics.k8s.io",
  "custom.metrics.k8s.io",
  "external.metrics.k8s.io",
]);

/**
 * Is the CustomResourceDefinition wanted whole? Its name is in the URL: it is asked for beside the APIServices, so that what stands
 * behind its conversion webhook comes third at most.
 */
function asksDefinition(
  roundTrip: RoundTrip,
  info: RequestInfo,
  apiService: string,
  detail: boolean,
): boolean {
  const { group } = parseApiServiceName(apiService);
  if (info.resource === "" || isBuiltInGroup(group) || aggregatedGroups.has(group)) return false;
  return detail || mayHaveFailedBehind(roundTrip);
}

function definitionName({ resource, apiGroup }: RequestInfo): string {
  return `${resource}.${apiGroup}`;
}

/** Who may not list APIServices can still see that another server's answer was relayed to him. */
function placeByAnswer({ apiService, target }: Placement, { relayed }: RoundTrip): Placement {
  if (target.kind !== "Unresolved" || relayed !== true) return { apiService, target };
  const reason = `an extension API server answered, for its Audit-Id is there twice; which one: ${target.reason}`;
  return { apiService, target: { kind: "Unresolved", reason } };
}

/** Local and not built in means a CRD: confirmed by its name where the request has a resource. */
async function resolveLocal(
  service: ApiService,
  roundTrip: RoundTrip,
  info: RequestInfo,
  cluster: Cluster,
): Promise<Target> {
  const { group } = parseApiServiceName(service.name);
  if (isBuiltInGroup(group)) return { kind: "Local", by: "built-in" };
  if (info.resource === "") return { kind: "Local", by: "crd" };
  const crd = definitionName(info);
  const answer = await cluster.hasCustomResourceDefinition(crd);
  if (!answer.ok) return notConfirmed(crd, answer.reason);
  return answer.value ? { kind: "Local", by: "crd", crd } : undefinedResource(crd, roundTrip);
}

/** The same with all that the CustomResourceDefinition says. */
async function resolveDefined(
  answer: Awaited<ReturnType<Cluster["customResourceDefinition"]>>,
  roundTrip: RoundTrip,
  info: RequestInfo,
  cluster: Cluster,
): Promise<Target> {
  const crd = definitionName(info);
  if (!answer.ok) return notConfirmed(crd, answer.reason);
  if (answer.value === null) return undefinedResource(crd, roundTrip);
  const stored = answer.value.versions.find((version) => version.stored)?.name;
  const converts = info.apiVersion !== stored || mayHaveFailedBehind(roundTrip);
  return { kind: "Local", by: "crd", crd, ...(await resolveCustomResource(answer.value, converts, cluster)) };
}

function notConfirmed(crd: string, reason: string): Target {
  return { kind: "Local", by: "crd", crd, reason: `not confirmed: ${reason}` };
}

function undefinedResource(crd: string, roundTrip: RoundTrip): Target {
  return { kind: "Unresolved", reason: `no CustomResourceDefinition ${crd}${sequel(roundTrip, ": ")}` };
}

/** What follows from there being nothing, beside the answer that the request got: somebody gave another one. */
function sequel({ outcome, status }: RoundTrip, comma: string): string {
  if (outcome !== "response" || status === null || status === 404)
    return `${comma}kube-apiserver answers 404`;
  return beforeHandlers.has(status) ? "" : " by now";
}
