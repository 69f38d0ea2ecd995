import { withDefaultPort } from "../api/service-reference.ts";
import type { ApiService, Cluster } from "../cluster/cluster.ts";
import { isOfAuthentication, isOfBackend, type Surroundings } from "./diagnosis/backend-facts.ts";
import { diagnose } from "./diagnosis/diagnose.ts";
import type { Diagnosis } from "./diagnosis/diagnosis.ts";
import { joinReasons } from "./join-reasons.ts";
import type { Placed, Placement } from "./placement.ts";
import { newServiceChain, resolveServiceChain } from "./service-chain.ts";
import type { TraceApiService } from "./trace.ts";

/**
 * The APIService whole, and the Service behind it where that is shown or bears upon a failure. Beside the Pods, last, whom extension
 * servers are to trust, where that may be why it failed.
 */
export async function resolveAggregated(
  summary: ApiService,
  backend: NonNullable<ApiService["service"]>,
  surroundings: Surroundings,
  request: Placed,
  cluster: Cluster,
): Promise<Placement> {
  const reference = withDefaultPort(backend);
  const bare = { kind: "Service", ...newServiceChain(reference) } as const;
  const needsChain =
    request.detail || (await fails(request, { apiService: conditionOf(summary), target: bare }));
  const asked = cluster.apiService(summary.name);
  const whole = asked.then((answer) => (answer.ok && answer.value !== null ? answer.value : summary));
  const [answer, apiService, chain, authentication] = await Promise.all([
    asked,
    whole,
    needsChain ? resolveServiceChain(reference, cluster) : bare,
    whole.then(async (service) => {
      const placement = { apiService: conditionOf(service), target: bare };
      return (await mistrusts(request, placement)) ? await cluster.extensionAuthentication() : null;
    }),
  ]);
  const target = { ...bare, ...chain, port: apiService.service?.port ?? reference.port };
  const reasons = [
    ...(answer.ok ? [] : [answer.reason]),
    ...(chain.reason === undefined ? [] : [chain.reason]),
  ];
  return {
    apiService: conditionOf(apiService),
    target: reasons.length === 0 ? target : { ...target, reason: joinReasons(reasons) },
    surroundings: { ...surroundings, authentication },
  };
}

/** Whether what stands behind the APIService bears upon why the request failed. */
async function fails(request: Placed, placement: Placement): Promise<boolean> {
  const found = await diagnoseEarly(request, placement);
  return found !== null && isOfBackend(found, placement.target);
}

async function mistrusts(request: Placed, placement: Placement): Promise<boolean> {
  const found = await diagnoseEarly(request, placement);
  return found !== null && isOfAuthentication(found);
}

/** What can be said before everything is asked. What came through costs no more than its place. */
async function diagnoseEarly(request: Placed, placement: Placement): Promise<Diagnosis | null> {
  const { roundTrip, requestInfo, verdict, own } = request;
  const hasFailed = roundTrip.outcome === "failed" || (roundTrip.status ?? 0) >= 400;
  if (!hasFailed) return null;
  return diagnose({ roundTrip, requestInfo, ...placement, verdict: await verdict, isForeign: !own });
}

/** What a Trace says of an APIService. */
export function conditionOf({ name, available, reason, message, trust }: ApiService): TraceApiService {
  return { name, available, reason, message, ...(trust === null ? {} : { trust }) };
}
