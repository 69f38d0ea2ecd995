import type { ServiceChain } from "../service-chain.ts";
import { podToLookAt } from "./pod-facts.ts";
import { word } from "./shell-word.ts";

/* What to type to see a Service and what stands behind it. */

type Named = Pick<ServiceChain, "namespace" | "name">;

export function showSlices({ namespace, name }: Named): string {
  return `kubectl get endpointslices -n ${word(namespace, "NAMESPACE")} -l kubernetes.io/service-name=${word(name, "SERVICE")} -o wide`;
}

export function showService({ namespace, name }: Named): string {
  return `kubectl get service -n ${word(namespace, "NAMESPACE")} ${word(name, "SERVICE")} -o yaml`;
}

export function showServices({ namespace }: Named): string {
  return `kubectl get services -n ${word(namespace, "NAMESPACE")}`;
}

export function showPods({ namespace }: Named): string {
  return `kubectl get pods -n ${word(namespace, "NAMESPACE")} -o wide`;
}

/** The log of a Pod that is not ready, or else of any: all of them have the same program. Empty where no Pod was seen. */
export function showLog(chain: ServiceChain): readonly string[] {
  const pod = podToLookAt(chain);
  return pod === undefined
    ? []
    : [`kubectl logs -n ${word(chain.namespace, "NAMESPACE")} ${word(pod.name, "POD")}`];
}
