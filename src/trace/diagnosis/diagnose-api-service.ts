import type { Target, TraceApiService } from "../trace.ts";
import { backendAdvice } from "./backend-advice.ts";
import { backendFacts, provenCause, type Surroundings } from "./backend-facts.ts";
import { conditionCause } from "./condition-cause.ts";
import { causes, type Diagnosis } from "./diagnosis.ts";

/**
 * Why an APIService is not Available, by its condition, and what was seen behind it; null when it is, or when nothing is known of it.
 * Of `target` counts what was asked for: its Pods, where they were.
 */
export function diagnoseApiService(
  apiService: TraceApiService,
  target: Target,
  surroundings: Surroundings = { now: Date.now(), versions: null, authentication: null },
): Diagnosis | null {
  const found = conditionCause(apiService);
  if (found === null) return null;
  const facts = backendFacts(found, { apiService, target }, surroundings);
  const cause = provenCause(found, apiService.message, facts);
  const said = apiService.message === "" ? [] : [apiService.message];
  return {
    party: "Aggregator",
    cause,
    summary: `${cause}: ${causes[cause]}`,
    evidence: [...said, ...facts.map(({ sentence }) => sentence)],
    advice: backendAdvice(cause, { apiService, target }, facts),
  };
}
