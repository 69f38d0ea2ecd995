import type { Failed } from "./finding.ts";

/** kube-apiserver itself allows it: whoever refused stands behind it. */
export function isPastKubeApiserver({ verdict, target, isForeign = false }: Failed): boolean {
  const { decision, source } = verdict;
  const isReviewed = source === "review" || source === "snapshot";
  return !isForeign && isReviewed && decision === "allowed" && target.kind === "Service";
}
