import { serviceNameText } from "../../api/service-reference.ts";
import type { ServiceChain } from "../service-chain.ts";
import { counted, type Fact } from "./fact.ts";
import { podFacts } from "./pod-facts.ts";
import { serviceFacts } from "./service-facts.ts";

/**
 * What of a Service and what stands behind it keeps it from working, hop by hop; nothing of what is in order or not known.
 * `seesEndpoints`: they could be asked for, so that none are none at all.
 */
export function chainFacts(chain: ServiceChain, seesEndpoints = chain.reason === undefined): readonly Fact[] {
  if (chain.isMissing === true) return [{ sentence: `there is no ${serviceNameText(chain)}` }];
  return [...serviceFacts(chain), ...(seesEndpoints ? endpointsFact(chain) : []), ...podFacts(chain)];
}

/** Said only where nothing could take a call. */
function endpointsFact(chain: ServiceChain): readonly Fact[] {
  const { endpoints, type, pods } = chain;
  const isKnown = type !== undefined && type !== "ExternalName";
  if (!isKnown || endpoints.some(({ ready }) => ready)) return [];
  // Where no Pods were seen, it is said in their place.
  if (endpoints.length > 0 && pods === undefined) return [];
  const has =
    endpoints.length === 0
      ? "has no endpoints"
      : `has ${counted(endpoints.length, "endpoint")}, none of them ready`;
  return [{ sentence: `${serviceNameText(chain)} ${has}` }];
}
