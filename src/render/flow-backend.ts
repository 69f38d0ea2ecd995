import type { Target, Trace } from "../trace/trace.ts";
import { versionsText } from "./connect-words.ts";
import { type Step, step } from "./flow-step.ts";
import type { Passage } from "./journey.ts";
import { availabilityText, endpointText } from "./sentences.ts";

/** The APIService that the path belongs to, and whether it is available. */
export function apiServiceStep(trace: Trace, passage: Passage): Step {
  const { apiService, target } = trace;
  if (apiService === null) {
    const none = target.kind === "Unresolved" ? "none found" : "none answers for this path";
    return step(passage === "notReached" ? "notReached" : "step", "APIService", reached(passage, none));
  }
  if (passage === "notReached") return step("notReached", "APIService", reached(passage, apiService.name));
  if (apiService.available === "True") return step("good", "APIService", `${apiService.name}, available`);
  const bad = apiService.available === "False" && passage === "stopped";
  const now =
    passage === "passed" && apiService.available === "False" ? "by now: the request came through" : "";
  return step(bad ? "bad" : "doubt", "APIService", apiService.name, availabilityText(apiService), now);
}

/** What stands behind the APIService. */
export function backendStep({ target, verdict, roundTrip, requestInfo }: Trace, passage: Passage): Step {
  const lines = backendLines(target, requestInfo.apiVersion);
  if (passage === "notReached")
    return step("notReached", "backend", reached(passage, lines[0] ?? ""), ...lines.slice(1));
  if (target.kind === "Unresolved") return step("doubt", "backend", ...lines);
  if (passage === "stopped") {
    const allowed = roundTrip.status === 403 && verdict.decision === "allowed";
    const no = allowed ? "authorization allowed it; the no came from here" : "could not be reached";
    return step("bad", "backend", ...lines, no);
  }
  return step(passage === "passed" ? "good" : "step", "backend", ...lines);
}

/** Most endpoints to list; the rest is counted. */
const mostEndpoints = 5;

/** The pods behind a Service. */
export function endpointsStep({ target }: Trace, passage: Passage): Step | null {
  if (target.kind !== "Service") return null;
  const { endpoints } = target;
  if (endpoints.length === 0) {
    const mark = passage === "notReached" ? "notReached" : "doubt";
    return step(mark, "endpoints", target.reason ? "not known" : "none known");
  }
  const ready = endpoints.filter((endpoint) => endpoint.ready).length;
  const listed = endpoints.slice(0, mostEndpoints).map(endpointText);
  const more = endpoints.length > mostEndpoints ? `and ${endpoints.length - mostEndpoints} more` : "";
  const mark = passage === "notReached" ? "notReached" : ready === 0 ? "bad" : "good";
  return step(mark, "endpoints", `${ready} of ${endpoints.length} ready`, ...listed, more);
}

function backendLines(target: Target, version: string): string[] {
  const reason = target.reason ?? "";
  switch (target.kind) {
    case "Service": {
      const type = target.type ? `type ${target.type}` : "";
      const clusterIP = target.clusterIP ? `ClusterIP ${target.clusterIP}` : "";
      const routed = [type, clusterIP].filter((part) => part !== "").join(", ");
      return [`Service ${target.namespace}/${target.name}:${target.port}`, routed, reason];
    }
    case "Local":
      return [
        localText(target.by, target.crd ?? ""),
        target.versions === undefined ? "" : `versions ${versionsText(target.versions, version)}`,
        reason,
      ];
    case "Unresolved": {
      const served = target.servedVersions ?? [];
      return ["not known", reason, served.length === 0 ? "" : `the group is served in ${served.join(", ")}`];
    }
  }
}

function localText(by: "built-in" | "crd" | "aggregator", crd: string): string {
  switch (by) {
    case "crd":
      return `Local: kube-apiserver, for the CustomResourceDefinition ${crd}`;
    case "aggregator":
      return "Local: the aggregator inside kube-apiserver";
    case "built-in":
      return "Local: kube-apiserver itself";
  }
}

function reached(passage: Passage, text: string): string {
  return passage === "notReached" ? `not reached: ${text}` : text;
}
