import { serviceText } from "../api/service-reference.ts";
import type { NodeConnect } from "../trace/connect.ts";
import type { ServiceChain } from "../trace/service-chain.ts";
import type { Trace } from "../trace/trace.ts";
import { memberLines, routeText } from "./chain-members.ts";
import { conversionText, nodeText, podPlaceText, podText } from "./connect-words.ts";
import { type Mark, type Step, step } from "./flow-step.ts";
import type { Passage } from "./journey.ts";

/** Whom kube-apiserver hands the request on to; null for what it answers itself, and where it was not asked for. */
export function connectStep(trace: Trace, passage: Passage): Step | null {
  const { connect } = trace;
  if (connect === undefined) return null;
  switch (connect.to) {
    case "service": {
      const isReady = connect.endpoints.some(({ ready }) => ready);
      return step(markOf(trace, passage, isReady), "service", serviceText(connect), ...chainLines(connect));
    }
    case "pod": {
      const isReady = connect.pod?.ready === true;
      return step(markOf(trace, passage, isReady), "pod", podPlaceText(connect));
    }
    default: {
      const isReady = connect.nodeInfo?.ready === "True" && connect.pod?.ready !== false;
      return step(markOf(trace, passage, isReady), connect.to, ...kubeletLines(connect));
    }
  }
}

function markOf({ diagnosis }: Trace, passage: Passage, isReady: boolean): Mark {
  if (diagnosis?.party === "Kubelet" || diagnosis?.party === "Pod") return "bad";
  if (passage === "notReached") return "notReached";
  if (!isReady) return "doubt";
  return passage === "passed" ? "good" : "step";
}

export function chainLines(chain: ServiceChain): readonly string[] {
  return [routeText(chain), ...memberLines(chain), chain.reason ?? ""];
}

function kubeletLines(connect: NodeConnect): string[] {
  const { nodeInfo, pod, container } = connect;
  const lines = [nodeText(connect)];
  if (nodeInfo && nodeInfo.ready !== "True")
    lines.push([nodeInfo.reason, nodeInfo.message].filter((part) => part !== "").join(": "));
  if (pod) lines.push(podText(pod), containerText(connect));
  else if (container !== undefined) lines.push(`container ${container}`);
  return lines;
}

function containerText({ pod, container }: NodeConnect): string {
  if (!pod || container === undefined) return "";
  const found = pod.containers.find(({ name }) => name === container);
  if (found === undefined) return `container ${container}, which the Pod does not have`;
  const { state, reason } = found;
  return `container ${container}${state === "unknown" ? "" : `: ${state}${reason === "" ? "" : `, ${reason}`}`}`;
}

/** The webhook that converts the objects, where the request needs another version than the stored one, or where that failed. */
export function conversionStep({ target, requestInfo, diagnosis }: Trace, passage: Passage): Step | null {
  if (target.kind !== "Local" || target.conversion === undefined) return null;
  const failed = diagnosis?.party === "ConversionWebhook";
  if (!failed && passage === "notReached") return null;
  const by = conversionText(target, requestInfo.apiVersion, failed);
  if (by === "") return null;
  const { service } = target.conversion;
  const mark = failed ? "bad" : passage === "passed" && diagnosis === null ? "good" : "step";
  return step(mark, "conversion", by, ...(service === undefined ? [] : chainLines(service)));
}
