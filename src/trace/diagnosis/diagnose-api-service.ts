import type { Target, TraceApiService } from "../trace.ts";
import { backendAdvice } from "./backend-advice.ts";
import { conditionCause } from "./condition-cause.ts";
import { causes, type Diagnosis } from "./diagnosis.ts";

/** Why an APIService is not Available, by its condition; null when it is, or when nothing is known of it. */
export function diagnoseApiService(apiService: TraceApiService, target: Target): Diagnosis | null {
  const cause = conditionCause(apiService);
  if (cause === null) return null;
  const party = "Aggregator";
  const evidence = apiService.message === "" ? [] : [apiService.message];
  const advice = backendAdvice(cause, { apiService, target });
  return { party, cause, summary: `${cause}: ${causes[cause]}`, evidence, advice };
}
