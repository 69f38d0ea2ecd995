import { calledAtText, serviceText } from "../api/service-reference.ts";
import type { PodInfo } from "../cluster/cluster.ts";
import type { Connect, NodeConnect, PodConnect } from "../trace/connect.ts";
import type { CustomResourceVersion } from "../trace/custom-resource.ts";
import type { Target } from "../trace/trace.ts";
import { restartsText } from "./chain-members.ts";
import { addressText } from "./sentences.ts";

/* Whom a request is handed on to, and a custom resource's versions. None of these texts is sanitized yet. */

/** In one line: "kubelet of worker-1 (192.0.2.12:10250), ready"; "Pod web (10.244.1.5:80)"; "Service shop/web:80". */
export function connectText(connect: Connect): string {
  switch (connect.to) {
    case "service":
      return serviceText(connect);
    case "pod":
      return podPlaceText(connect);
    default:
      return `${connect.to === "kubelet" ? "kubelet of " : ""}${nodeText(connect)}`;
  }
}

/** "node worker-1 (192.0.2.12:10250), ready", and why it is not known where it is not. */
export function nodeText(connect: NodeConnect): string {
  const { node, nodeInfo, pod, reason = "" } = connect;
  if (node === "") {
    if (pod === null) return "no node: there is no such Pod";
    return pod === undefined ? `a node that is not known: ${reason}` : "no node: the Pod is on none yet";
  }
  const name = `node ${node}${placeText(connect)}`;
  if (nodeInfo === undefined) return `${name}, of which nothing is known: ${reason}`;
  if (nodeInfo === null) return `${name}, which does not exist`;
  if (nodeInfo.ready === "True") return `${name}, ready`;
  const since = nodeInfo.since === "" ? "" : ` since ${nodeInfo.since}`;
  return `${name}, ${nodeInfo.ready === "False" ? "not ready" : "of unknown readiness"}${since}`;
}

/** "Pod web-1: Running, not ready: container web: CrashLoopBackOff, 4 restarts". */
export function podText({ name, phase, ready, reason, restarts }: PodInfo): string {
  const why = reason === "" || reason === phase ? "" : `: ${reason}`;
  const parts = [phase || "no phase", ready ? "ready" : `not ready${why}`, restartsText(restarts)];
  return `Pod ${name}: ${parts.filter((part) => part !== "").join(", ")}`;
}

export function podPlaceText(connect: PodConnect): string {
  const { pod, reason = "" } = connect;
  if (pod === null) return "no such Pod";
  return pod === undefined ? `a Pod that is not known: ${reason}` : `${podText(pod)}${placeText(connect)}`;
}

function placeText({ address, port }: { readonly address?: string; readonly port?: number }): string {
  return address === undefined ? "" : ` (${addressText(address, port)})`;
}

/**
 * "between v1 and v2 by Service shop/converter:443"; "" where nothing has to be converted, or no webhook does it.
 * @param failed it has to be, whatever the versions say
 */
export function conversionText(
  { versions, conversion }: Target & { readonly kind: "Local" },
  used: string,
  failed: boolean,
): string {
  const stored = versions?.find((version) => version.stored)?.name ?? "";
  if (conversion === undefined || (stored === used && !failed)) return "";
  const { service, url } = conversion;
  const between = stored === used ? "" : `between ${stored} and ${used} `;
  return `${between}by ${calledAtText(service, url)}`;
}

/** "v1 (stable, stored), v1beta1 (beta, deprecated, used here), v1alpha1 (alpha, not served)". */
export function versionsText(versions: readonly CustomResourceVersion[], used: string): string {
  return versions
    .map(({ name, level, stored, served, deprecated }) => {
      const words = [
        level ?? "",
        stored ? "stored" : "",
        deprecated ? "deprecated" : "",
        served ? "" : "not served",
        name === used ? "used here" : "",
      ].filter((word) => word !== "");
      return words.length === 0 ? name : `${name} (${words.join(", ")})`;
    })
    .join(", ");
}
