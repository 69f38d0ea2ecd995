import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import type { CheckReport } from "../render/check-report.ts";
import type { Diagnosis } from "../trace/diagnosis/diagnosis.ts";
import { onCluster } from "../trace/diagnosis/on-cluster.ts";
import { kubectlFlagsOf } from "./kubectl-flags.ts";

/** The same report, whose commands go to the cluster of these flags. */
export function onClusterOf(report: CheckReport, flags: ConnectionFlags): CheckReport {
  const there = kubectlFlagsOf(flags);
  if (there === "") return report;
  const advise = <T extends { readonly diagnosis?: Diagnosis }>(one: T): T =>
    one.diagnosis === undefined ? one : { ...one, diagnosis: onCluster(one.diagnosis, there) };
  return {
    ...report,
    items: report.items.map(advise),
    ...(report.webhooks === undefined ? {} : { webhooks: report.webhooks.map(advise) }),
  };
}
