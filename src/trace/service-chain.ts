import { type ServiceReference, serviceNameText } from "../api/service-reference.ts";
import type { Cluster, Endpoint, PodInfo, ServiceInfo } from "../cluster/cluster.ts";
import { joinReasons } from "./join-reasons.ts";

/** A Service that kube-apiserver calls, and what stands behind it, each hop as far as it was asked for and could be seen. */
export interface ServiceChain extends ServiceReference {
  /** Empty when none exist or none were asked for. */
  readonly endpoints: readonly Endpoint[];
  /** Service type and ClusterIP when they were asked for. */
  readonly type?: string;
  readonly clusterIP?: string;
  readonly ports?: ServiceInfo["ports"];
  /** Labels that its Pods have to have. */
  readonly selector?: ServiceInfo["selector"];
  /** The Pods that the Service's selector chooses, ready or not. */
  readonly pods?: readonly PodInfo[];
  /** It was looked for, and is not there: of one that could not be looked for nothing is known. */
  readonly isMissing?: true;
  /** Why something about it is not known; absent when all that was asked is. */
  readonly reason?: string;
}

/** Of a Service of which nothing was asked. */
export function newServiceChain({ namespace, name, port }: ServiceReference): ServiceChain {
  return { namespace, name, port, endpoints: [] };
}

/**
 * Service, endpoints and Pods behind it: two questions after one another, of which the first is two at once. Never throws: what
 * cannot be known is left out, and `reason` says why.
 */
export async function resolveServiceChain(
  reference: ServiceReference,
  cluster: Pick<Cluster, "service" | "endpoints" | "pods">,
): Promise<ServiceChain> {
  const { namespace, name } = reference;
  const [service, endpoints] = await Promise.all([
    cluster.service(namespace, name),
    cluster.endpoints(namespace, name),
  ]);
  const info = service.ok ? service.value : null;
  const pods = info === null ? null : await cluster.pods(namespace, info.selector);
  const unknown = [service, endpoints, pods].flatMap((answer) =>
    answer?.ok === false ? [answer.reason] : [],
  );
  const isMissing = service.ok && info === null;
  if (isMissing) unknown.push(`no ${serviceNameText(reference)}`);
  return {
    ...newServiceChain(reference),
    endpoints: endpoints.ok ? endpoints.value : [],
    ...(info === null ? {} : describe(info)),
    ...(pods?.ok === true ? { pods: pods.value } : {}),
    ...(isMissing ? { isMissing } : {}),
    ...(unknown.length > 0 ? { reason: joinReasons(unknown) } : {}),
  };
}

function describe({ type, clusterIP, ports, selector }: ServiceInfo): Partial<ServiceChain> {
  return { type, clusterIP, ports, selector };
}

/** Where the Service leads what comes to the port: a number, or the name of a container's port; null when that is not known. */
export function targetPortOf({ ports = [], port }: ServiceChain): string | null {
  return ports.find((one) => one.port === port)?.targetPort ?? null;
}

/** What made the Pods, each once: "Deployment metrics-server". */
export function workloadsOf({ pods = [] }: ServiceChain): readonly string[] {
  return [
    ...new Set(
      pods.flatMap(({ workload }) => (workload === null ? [] : [`${workload.kind} ${workload.name}`])),
    ),
  ];
}
