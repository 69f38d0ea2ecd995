import type { ServiceReference } from "../api/service-reference.ts";
import type { ApiService } from "../cluster/cluster.ts";
import type { BackendQuestions } from "../cluster/live/backend-questions.ts";
import { mapBounded } from "../cluster/map-bounded.ts";
import type { CheckItem } from "../render/check-report.ts";
import { isOfAuthentication } from "../trace/diagnosis/backend-facts.ts";
import { chainFacts } from "../trace/diagnosis/chain-facts.ts";
import { diagnoseApiService } from "../trace/diagnosis/diagnose-api-service.ts";
import type { SeenChain } from "../trace/diagnosis/diagnose-webhook.ts";
import { resolveServiceChain } from "../trace/service-chain.ts";
import { newSurroundings } from "../trace/surroundings.ts";

/** Services that are asked for at once: each takes up to four requests. */
const mostAtOnce = 4;

/** What stands behind each of the Services, each asked for once. Gives it by `keyOf`. */
export async function resolveChains(
  references: readonly ServiceReference[],
  backends: BackendQuestions,
): Promise<ReadonlyMap<string, SeenChain>> {
  const distinct = [...new Map(references.map((one) => [keyOf(one), one])).values()];
  const chains = await mapBounded(distinct, mostAtOnce, async (one) => await seeChain(one, backends));
  return new Map(distinct.map((one, at) => [keyOf(one), chains[at] as SeenChain]));
}

export function keyOf({ namespace, name, port }: ServiceReference): string {
  return `${namespace}/${name}:${port}`;
}

async function seeChain(reference: ServiceReference, backends: BackendQuestions): Promise<SeenChain> {
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

/** Where all of it comes from. */
export interface Explaining {
  readonly backends: BackendQuestions;
  /** The cluster's APIServices. */
  readonly all: ReadonlyMap<string, ApiService>;
  /** What is not there was not picked: where nothing is to be seen, nothing is said of it. */
  readonly isFile: boolean;
}

/**
 * The items, those that fail the check with all that is to be seen behind their Service, and what that tells: two questions after
 * one another for each.
 */
export async function explainItems(
  items: readonly CheckItem[],
  explaining: Explaining,
): Promise<readonly CheckItem[]> {
  const broken = items.filter(needsExplanation);
  const references = broken.flatMap(({ target }) => (target.kind === "Service" ? [target] : []));
  const asksAuthentication = broken.some(({ diagnosis }) => diagnosis && isOfAuthentication(diagnosis));
  const [chains, authentication] = await Promise.all([
    resolveChains(references, explaining.backends),
    asksAuthentication ? explaining.backends.extensionAuthentication() : null,
  ]);
  return items.map((item) => {
    const { target, apiService } = item;
    const seen = target.kind === "Service" && needsExplanation(item) ? chains.get(keyOf(target)) : undefined;
    if (seen === undefined || (explaining.isFile && isBlank(seen))) return item;
    const surroundings = { ...newSurroundings(explaining.all, apiService.name, Date.now()), authentication };
    return withChain(item, seen, surroundings);
  });
}

type Surrounding = Parameters<typeof diagnoseApiService>[2];

function withChain(item: CheckItem, seen: SeenChain, surroundings: Surrounding): CheckItem {
  const { apiService, probe, diagnosis } = item;
  const behind = { kind: "Service", ...seen.chain } as const;
  // What a probe found is a matter of its answer, not of the condition.
  const isProbes = apiService.available === "True" && probe?.ok === false;
  const facts = chainFacts(seen.chain, seen.seesEndpoints).map(({ sentence }) => sentence);
  const found = isProbes
    ? diagnosis && { ...diagnosis, evidence: [...diagnosis.evidence, ...facts] }
    : (diagnoseApiService(apiService, behind, surroundings) ?? diagnosis);
  return { ...item, target: behind, ...(found === undefined ? {} : { diagnosis: found }) };
}

function isBlank({ chain, seesEndpoints }: SeenChain): boolean {
  return chain.type === undefined && !seesEndpoints;
}
