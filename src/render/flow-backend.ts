import { serviceText } from "../api/service-reference.ts";
import type { Target, Trace } from "../trace/trace.ts";
import { memberLines, membersOf, routeText } from "./chain-members.ts";
import { versionsText } from "./connect-words.ts";
import { type Step, step } from "./flow-step.ts";
import type { Passage } from "./journey.ts";
import { availabilityText } from "./sentences.ts";

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
export function backendStep(trace: Trace, passage: Passage): Step {
  const { target, verdict, roundTrip, requestInfo, diagnosis } = trace;
  const lines = backendLines(target, requestInfo.apiVersion);
  if (passage === "notReached")
    return step("notReached", "backend", reached(passage, lines[0] ?? ""), ...lines.slice(1));
  if (target.kind === "Unresolved") return step("doubt", "backend", ...lines);
  if (passage === "stopped") {
    const allowed = roundTrip.status === 403 && verdict.decision === "allowed";
    const own = diagnosis?.party === "ExtensionServer" ? "the no came from here" : "could not be reached";
    const no = allowed ? "authorization allowed it; the no came from here" : own;
    return step("bad", "backend", ...lines, no);
  }
  return step(passage === "passed" ? "good" : "step", "backend", ...lines);
}

/** The Pods behind a Service. */
export function endpointsStep({ target }: Trace, passage: Passage): Step | null {
  if (target.kind !== "Service") return null;
  const members = membersOf(target);
  const mark = members.length === 0 ? "doubt" : members.some(({ ready }) => ready) ? "good" : "bad";
  return step(passage === "notReached" ? "notReached" : mark, "endpoints", ...memberLines(target));
}

function backendLines(target: Target, version: string): string[] {
  const reason = target.reason ?? "";
  switch (target.kind) {
    case "Service":
      return [serviceText(target), routeText(target), reason];
    case "Local":
      return [
        localText(target.by, target.crd ?? ""),
        target.versions === undefined ? "" : `versions ${versionsText(target.versions, version)}`,
        reason,
      ];
    case "Unresolved":
      return ["not known", reason];
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
