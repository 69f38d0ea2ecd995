import type { ApiService } from "../cluster/cluster.ts";
import type { BackendQuestions } from "../cluster/live/backend-questions.ts";
import { mapBounded } from "../cluster/map-bounded.ts";
import type { CheckItem, CheckReport } from "../render/check.ts";
import { isOfAuthentication } from "../trace/diagnosis/backend-facts.ts";
import { diagnoseApiService } from "../trace/diagnosis/diagnose-api-service.ts";
import { resolveServiceChain } from "../trace/service-chain.ts";
import { newSurroundings } from "../trace/surroundings.ts";

/** Broken APIServices that are looked behind at once. */
const mostAtOnce = 4;

/**
 * The report with what stands behind each APIService that is not Available, and what that tells of it: two questions after one another
 * for each. Those that are Available cost nothing. `all` are the cluster's APIServices.
 */
export async function withChains(
  report: CheckReport,
  all: ReadonlyMap<string, ApiService>,
  backends: BackendQuestions,
): Promise<CheckReport> {
  const explain = async (item: CheckItem): Promise<CheckItem> => {
    const { apiService, target, diagnosis } = item;
    if (item.ok || target.kind !== "Service" || diagnosis === undefined) return item;
    const [chain, authentication] = await Promise.all([
      resolveServiceChain(target, backends),
      isOfAuthentication(diagnosis) ? backends.extensionAuthentication() : null,
    ]);
    const behind = { kind: "Service", ...chain } as const;
    const surroundings = { ...newSurroundings(all, apiService.name, Date.now()), authentication };
    return {
      ...item,
      target: behind,
      diagnosis: diagnoseApiService(apiService, behind, surroundings) ?? diagnosis,
    };
  };
  return { ...report, items: await mapBounded(report.items, mostAtOnce, explain) };
}
