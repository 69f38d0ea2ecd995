import type { Cluster } from "../cluster/cluster.ts";
import { mapBounded } from "../cluster/map-bounded.ts";
import type { CheckItem } from "../render/check-report.ts";
import { diagnoseApiService } from "../trace/diagnosis/diagnose-api-service.ts";
import { factsOf, type SeenChain } from "../trace/diagnosis/diagnose-webhook.ts";
import type { Diagnosis } from "../trace/diagnosis/diagnosis.ts";
import { resolveServiceChain, type ServiceReference } from "../trace/service-chain.ts";

/** Services that are asked for at once: each takes up to four requests. */
const mostAtOnce = 4;

export type Backends = Pick<Cluster, "service" | "endpoints" | "pods">;

/** What stands behind each of the Services, each asked for once. Gives it by `keyOf`. */
export async function resolveChains(
  references: readonly ServiceReference[],
  backends: Backends,
): Promise<ReadonlyMap<string, SeenChain>> {
  const distinct = [...new Map(references.map((one) => [keyOf(one), one])).values()];
  const chains = await mapBounded(distinct, mostAtOnce, async (one) => await seeChain(one, backends));
  return new Map(distinct.map((one, at) => [keyOf(one), chains[at] as SeenChain]));
}

export function keyOf({ namespace, name, port }: ServiceReference): string {
  return `${namespace}/${name}:${port}`;
}

async function seeChain(reference: ServiceReference, backends: Backends): Promise<SeenChain> {
  let seesEndpoints = false;
  const chain = await resolveServiceChain(reference, {
    ...backends,
    endpoints: async (namespace, name) => {
      const answer = await backends.endpoints(namespace, name);
      seesEndpoints = answer.ok;
      return answer;
    },
  });
  return { chain, seesEndpoints };
}

/** Worth more requests: it fails the check, and has a Service. */
export function needsExplanation({ ok, accepted, target }: CheckItem): boolean {
  return !ok && accepted !== true && target.kind === "Service";
}

/**
 * The items, those that fail the check with all that is to be seen behind their Service.
 * @param isFile what is not there was not picked: where nothing is to be seen, nothing is said of it
 */
export async function explainItems(
  items: readonly CheckItem[],
  backends: Backends,
  isFile: boolean,
): Promise<readonly CheckItem[]> {
  const references = items
    .filter(needsExplanation)
    .flatMap(({ target }) => (target.kind === "Service" ? [target] : []));
  const chains = await resolveChains(references, backends);
  return items.map((item) => {
    const { target, apiService, probe } = item;
    const seen = target.kind === "Service" && needsExplanation(item) ? chains.get(keyOf(target)) : undefined;
    if (seen === undefined || (isFile && isBlank(seen))) return item;
    const withChain = { ...item, target: { kind: "Service" as const, ...seen.chain } };
    // What a probe found is a matter of its answer, not of the condition.
    const isProbes = apiService.available === "True" && probe?.ok === false;
    const diagnosis = isProbes ? item.diagnosis : diagnoseApiService(apiService, withChain.target);
    return diagnosis ? { ...withChain, diagnosis: withFacts(diagnosis, seen) } : withChain;
  });
}

/** Where the diagnosis itself has nothing but a sentence, what was seen is evidence as well. */
function withFacts(diagnosis: Diagnosis, seen: SeenChain): Diagnosis {
  const { evidence } = diagnosis;
  return evidence.length > 1 ? diagnosis : { ...diagnosis, evidence: [...evidence, ...factsOf(seen)] };
}

function isBlank({ chain, seesEndpoints }: SeenChain): boolean {
  return chain.type === undefined && !seesEndpoints;
}
