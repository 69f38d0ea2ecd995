import type { PodInfo } from "../cluster/cluster.ts";
import type { ServiceChain } from "../trace/service-chain.ts";
import { addressText, endpointText } from "./sentences.ts";

/* What stands behind a Service, in words. None of these texts is sanitized yet. */

/** A Pod or an address behind a Service, by all that says something of it. */
export interface Member {
  readonly ready: boolean;
  /** "metrics-server-6d94 on node-1 (10.244.0.5:10250, ready)". */
  readonly text: string;
}

/** Endpoints and Pods in one list: those of one name are one. A Pod without endpoint comes last. */
export function membersOf(chain: ServiceChain): readonly Member[] {
  const pods = new Map((chain.pods ?? []).map((pod) => [pod.name, pod]));
  const groups = new Map<string, ServiceChain["endpoints"][number][]>();
  for (const endpoint of chain.endpoints) {
    // What belongs to no Pod stands for itself.
    const key = endpoint.pod === "" ? JSON.stringify([endpoint.address, endpoint.port]) : endpoint.pod;
    groups.set(key, [...(groups.get(key) ?? []), endpoint]);
  }
  const withEndpoint = [...groups.values()].flatMap((endpoints) => {
    const [first] = endpoints;
    if (first === undefined) return [];
    const pod = pods.get(first.pod);
    // Of what belongs to no Pod that was seen the endpoint is all there is.
    if (endpoints.length === 1 && pod === undefined)
      return [{ ready: first.ready, text: endpointText(first) }];
    const addresses = [...new Set(endpoints.map(({ address, port }) => addressText(address, port)))].join(
      " and ",
    );
    const ready = endpoints.some((endpoint) => endpoint.ready);
    const name = first.pod || "no pod";
    return [newMember(name, first.node, addresses, ready, pod)];
  });
  const rest = [...pods.values()].filter(({ name }) => !groups.has(name));
  const nowhere = chain.reason === undefined ? "no endpoint" : "";
  return [
    ...withEndpoint,
    // Nothing leads to a Pod without endpoint, however ready it is.
    ...rest.map((pod) => ({
      ...newMember(pod.name, pod.node, nowhere, pod.ready, pod),
      ready: pod.ready && nowhere === "",
    })),
  ];
}

/** Whether the endpoint is ready is what counts; where the Pod says otherwise, both are said. */
function newMember(
  name: string,
  node: string,
  addresses: string,
  ready: boolean,
  pod: PodInfo | undefined,
): Member {
  const said = [addresses, readinessText(ready, pod), restartsText(pod?.restarts ?? 0)].filter(
    (part) => part !== "",
  );
  return { ready, text: `${name}${node === "" ? "" : ` on ${node}`} (${said.join(", ")})` };
}

/** "1 restart", "41 restarts"; "" for none. */
export function restartsText(restarts: number): string {
  return restarts <= 0 ? "" : `${restarts} ${restarts === 1 ? "restart" : "restarts"}`;
}

function readinessText(ready: boolean, pod: PodInfo | undefined): string {
  if (pod === undefined) return ready ? "ready" : "not ready";
  if (pod.ready) return ready ? "ready" : "the Pod is ready, its endpoint not";
  const why = pod.reason === "" ? "" : `: ${pod.reason}`;
  return `${ready ? "endpoint ready, but the Pod is not" : "not ready"}${why}`;
}

/** Most Pods to list; the rest is counted. */
const mostMembers = 5;

/** "1 of 2 ready, of Deployment metrics-server", and each of them: those that are not ready first, where not all are listed. */
export function memberLines(chain: ServiceChain): readonly string[] {
  const members = membersOf(chain);
  const why = selectorText(chain);
  if (members.length === 0) return [chain.reason ? "not known" : "none known", why];
  const ready = members.filter((member) => member.ready).length;
  const workload = workloadText(chain);
  return [
    `${ready} of ${members.length} ready${workload === "" ? "" : `, of ${workload}`}`,
    why,
    ...listed(members, mostMembers),
  ];
}

/** The same for one cell: more of them, but never thousands. */
export function memberTexts(chain: ServiceChain): readonly string[] {
  return listed(membersOf(chain), 20);
}

function listed(members: readonly Member[], most: number): readonly string[] {
  if (members.length <= most) return members.map(({ text }) => text);
  const ordered = members.toSorted((a, b) => Number(a.ready) - Number(b.ready));
  return [...ordered.slice(0, most).map(({ text }) => text), `and ${members.length - most} more`];
}

/** "Deployment metrics-server"; "" where that is not known. */
export function workloadText({ pods = [] }: ServiceChain): string {
  const all = pods.flatMap(({ workload }) =>
    workload === null ? [] : [`${workload.kind} ${workload.name}`],
  );
  const names = [...new Set(all)];
  const more = names.length - mostWorkloads;
  return `${names.slice(0, mostWorkloads).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

const mostWorkloads = 3;

/** "type ClusterIP, ClusterIP 10.96.42.7, port 443 to https": as far as it was asked for. */
export function routeText({ type = "", clusterIP = "", ports, port }: ServiceChain): string {
  const own = ports?.find((one) => one.port === port);
  const parts = [
    type === "" ? "" : `type ${type}`,
    clusterIP === "" ? "" : `ClusterIP ${clusterIP}`,
    own === undefined ? "" : `port ${port} to ${own.targetPort}`,
    ports === undefined || own !== undefined ? "" : `no port ${port}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Why no Pod is there, where the Service's selector tells; "" otherwise. */
export function selectorText({ type, selector, pods }: ServiceChain): string {
  if (selector === undefined || type === "ExternalName") return "";
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  if (labels.length === 0) return "the Service has no selector";
  return pods?.length === 0 ? `the selector ${labels.join(",")} chooses no Pod` : "";
}
