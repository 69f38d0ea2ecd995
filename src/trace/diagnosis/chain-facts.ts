import type { PodInfo, Trust } from "../../cluster/cluster.ts";
import type { ServiceChain } from "../service-chain.ts";

/** Most Pods to name. */
const mostPods = 3;

/** What was seen of a Service that kube-apiserver calls, hop by hop, as far as it may be why the call failed. */
export function chainFacts(chain: ServiceChain): readonly string[] {
  const { namespace, name, port, endpoints, type, ports, selector, pods, reason } = chain;
  const service = `Service ${namespace}/${name}`;
  if (reason?.includes(`no ${service}`)) return [`there is no ${service}`];
  // Nothing was asked, or nothing was told.
  if (type === undefined) return [];
  const facts: string[] = [];
  if (ports !== undefined && !ports.some((one) => one.port === port))
    facts.push(`${service} has no port ${port}`);
  if (reason === undefined || endpoints.length > 0) facts.push(`${service}: ${readyText(chain)}`);
  if (pods?.length === 0 && Object.keys(selector ?? {}).length > 0)
    facts.push(`no Pod in ${namespace} has the labels that it selects: ${labelsText(selector ?? {})}`);
  return [...facts, ...notReadyPods(chain).slice(0, mostPods).map(podFact)];
}

export function notReadyPods({ pods = [] }: ServiceChain): readonly PodInfo[] {
  return pods.filter(({ ready }) => !ready);
}

function readyText({ endpoints }: ServiceChain): string {
  if (endpoints.length === 0) return "no endpoints";
  return `${endpoints.filter(({ ready }) => ready).length} of ${endpoints.length} endpoints ready`;
}

function labelsText(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** "Pod web-1 on worker-1 is not ready: container web: CrashLoopBackOff, 4 restarts". */
export function podFact({ name, node, ready, phase, reason, restarts }: PodInfo): string {
  const where = node === "" ? "" : ` on ${node}`;
  const why = [reason === phase ? "" : reason, restartsText(restarts)]
    .filter((part) => part !== "")
    .join(", ");
  const state = ready ? "is ready" : `is not ready (${phase || "no phase"})`;
  return `Pod ${name}${where} ${state}${why === "" ? "" : `: ${why}`}`;
}

function restartsText(restarts: number): string {
  return restarts === 0 ? "" : restarts === 1 ? "1 restart" : `${restarts} restarts`;
}

/** Whom kube-apiserver trusts for a webhook. */
export function trustFacts({ skipsVerification, authorities, error }: Trust): readonly string[] {
  if (skipsVerification) return [];
  if (error !== "") return [error];
  if (authorities.length === 0)
    return ["its caBundle is empty: the authorities of kube-apiserver's own machine count"];
  return authorities.map(
    ({ subject, notAfter }) => `its caBundle holds ${subject || "an authority"}, until ${notAfter}`,
  );
}
