import type { PodInfo } from "../cluster/cluster.ts";
import type { ServiceChain } from "../trace/service-chain.ts";
import { endpointText } from "./sentences.ts";

/** Most endpoints and Pods to list; the rest is counted. */
const mostListed = 3;

/** "Service things/converter:443, type ClusterIP, ClusterIP 10.96.1.2". */
export function serviceText({ namespace, name, port, type, clusterIP }: ServiceChain): string {
  const parts = [`Service ${namespace}/${name}${port === 0 ? "" : `:${port}`}`];
  if (type) parts.push(`type ${type}`);
  if (clusterIP) parts.push(`ClusterIP ${clusterIP}`);
  return parts.join(", ");
}

/** What stands behind a Service, line by line: its endpoints, and the Pods that are not ready. */
export function chainLines(chain: ServiceChain): string[] {
  const { endpoints, pods = [], reason, type } = chain;
  if (type === undefined && endpoints.length === 0) return [reason ?? ""];
  const ready = endpoints.filter((endpoint) => endpoint.ready).length;
  const counted = endpoints.length === 0 ? "no endpoints" : `${ready} of ${endpoints.length} endpoints ready`;
  const notReady = pods.filter((pod) => !pod.ready);
  return [
    counted,
    ...listed(endpoints.map(endpointText)),
    ...listed(notReady.map(podText)),
    pods.length === 0 && chain.pods !== undefined ? "no Pods" : "",
    reason ?? "",
  ];
}

function listed(texts: readonly string[]): string[] {
  const rest = texts.length - mostListed;
  return [...texts.slice(0, mostListed), ...(rest > 0 ? [`and ${rest} more`] : [])];
}

/** "Pod web-1: Running, not ready, container web: CrashLoopBackOff, 4 restarts". */
export function podText({ name, phase, ready, reason, restarts }: PodInfo): string {
  const parts = [phase || "no phase", ready ? "ready" : "not ready"];
  if (reason !== "" && reason !== phase) parts.push(reason);
  if (restarts > 0) parts.push(restarts === 1 ? "1 restart" : `${restarts} restarts`);
  return `Pod ${name}: ${parts.join(", ")}`;
}
