import { serviceNameText } from "../../api/service-reference.ts";
import type { PodInfo } from "../../cluster/cluster.ts";
import { type ServiceChain, workloadsOf } from "../service-chain.ts";
import { counted, type Fact, listed } from "./fact.ts";
import { word } from "./shell-word.ts";

/** Pods to name one by one; the rest is counted. */
const mostNamed = 3;

/** What keeps the Pods behind a Service from answering; nothing of those that are ready and stay so. */
export function podFacts(chain: ServiceChain): readonly Fact[] {
  const { selector, endpoints } = chain;
  if (chain.pods === undefined) return unseenPods(chain);
  const pods = livingOf(chain.pods);
  if (pods.length === 0) {
    return selector === undefined || Object.keys(selector).length === 0 ? [] : [chosenNone(chain)];
  }
  const unready = pods.filter(({ ready }) => !ready);
  const behind = new Set(endpoints.map(({ pod }) => pod));
  const without = endpointsKnown(chain) ? pods.filter(({ ready, name }) => ready && !behind.has(name)) : [];
  return [
    ...(unready.length <= mostNamed
      ? []
      : [{ sentence: `${unready.length} of the Service's ${pods.length} Pods are not ready` }]),
    ...unready.slice(0, mostNamed).map((pod) => unreadyFact(chain.namespace, pod)),
    ...(unready.length === 0 ? [] : rollout({ ...chain, pods })),
    ...(without.length <= mostNamed
      ? []
      : [{ sentence: `${without.length} Pods are ready, but the Service has no endpoint for them` }]),
    ...without.slice(0, mostNamed).map(({ name }) => ({
      sentence: `Pod ${chain.namespace}/${name} is ready, but the Service has no endpoint for it`,
    })),
    ...restartedFacts(chain, pods),
  ];
}

/** The Pod to look at first: one that is not ready, or any. */
export function podToLookAt({ pods = [] }: ServiceChain): PodInfo | undefined {
  const living = livingOf(pods);
  return living.find(({ ready }) => !ready) ?? living[0];
}

/** Those that have ended, such as of a Job or evicted ones, are none to wait for, as long as there are others. */
function livingOf(pods: readonly PodInfo[]): readonly PodInfo[] {
  const living = pods.filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed");
  return living.length === 0 ? pods : living;
}

/** Who may not see Pods may still see that no address is ready. */
function unseenPods({ endpoints }: ServiceChain): readonly Fact[] {
  return endpoints.length === 0 || endpoints.some(({ ready }) => ready)
    ? []
    : [{ sentence: noneReady(endpoints.length) }];
}

function noneReady(count: number): string {
  return count === 1
    ? "the Service's only endpoint is not ready"
    : `none of the Service's ${count} endpoints is ready`;
}

function endpointsKnown({ reason }: ServiceChain): boolean {
  return reason === undefined;
}

function chosenNone(chain: ServiceChain): Fact {
  const { namespace, selector = {} } = chain;
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return {
    sentence: `the selector ${listed(labels, ",")} of ${serviceNameText(chain)} chooses no Pod: none was made, or the labels differ`,
    command: `kubectl get pods -n ${word(namespace, "NAMESPACE")} --show-labels`,
  };
}

/** Why a Pod is not ready, and what shows it. */
export function unreadyFact(namespace: string, pod: PodInfo): Fact {
  const where = pod.node === "" ? "" : ` on ${pod.node}`;
  // A Pod that says no more than its phase gives no reason.
  const why = pod.reason === "" ? "" : pod.reason === pod.phase ? ` (${pod.phase})` : `: ${pod.reason}`;
  const restarts = pod.restarts === 0 ? "" : `; ${counted(pod.restarts, "restart")}`;
  return {
    sentence: `Pod ${namespace}/${pod.name}${where} is not ready${why}${restarts}`,
    command: commandFor(namespace, pod),
  };
}

/** What a container that starts says is in its log; why one cannot start, or is not taken for ready, is in the Pod's events. */
function commandFor(namespace: string, { name, reason }: PodInfo): string {
  const where = `-n ${word(namespace, "NAMESPACE")} ${word(name, "POD")}`;
  const [, container = "", state = ""] = /^container ([^\s:]+): (.*)$/.exec(reason) ?? [];
  if (!/^(?:CrashLoopBackOff|exit code )/.test(state)) {
    return `kubectl describe pod ${where}`;
  }
  const previous = state === "CrashLoopBackOff" ? " --previous" : "";
  return `kubectl logs ${where} -c ${word(container, "CONTAINER")}${previous}`;
}

function rollout(chain: ServiceChain): readonly Fact[] {
  return workloadsOf(chain)
    .slice(0, 1)
    .map((workload) => {
      const [kind = "", name = ""] = workload.split(" ");
      const sentence = `the Pods are of ${listed(workloadsOf(chain))}`;
      const rollsOut = /^(?:Deployment|DaemonSet|StatefulSet)$/.test(kind);
      const what = `${kind.toLowerCase()}/${word(name, "NAME")}`;
      const command = `kubectl rollout status -n ${word(chain.namespace, "NAMESPACE")} ${what}`;
      return rollsOut ? { sentence, command } : { sentence };
    });
}

function restartedFacts({ namespace }: ServiceChain, pods: readonly PodInfo[]): readonly Fact[] {
  const restarted = pods
    .filter(({ ready, restarts }) => ready && restarts > 0)
    .toSorted((a, b) => b.restarts - a.restarts);
  const more = restarted.length - mostNamed;
  return [
    ...restarted.slice(0, mostNamed).map(({ name, restarts }) => ({
      sentence: `Pod ${namespace}/${name} is ready, after ${counted(restarts, "restart")}`,
    })),
    ...(more > 0
      ? [{ sentence: `${counted(more, "more Pod")} ${more === 1 ? "is" : "are"} ready, after restarts` }]
      : []),
  ];
}
