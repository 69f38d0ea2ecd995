import type { Target, Verdict } from "../trace.ts";

/** kube-apiserver itself allows it: whoever refused stands behind it. */
export function isPastKubeApiserver({ decision, source }: Verdict, target: Target): boolean {
  const isReviewed = source === "review" || source === "snapshot";
  return isReviewed && decision === "allowed" && target.kind === "Service";
}
