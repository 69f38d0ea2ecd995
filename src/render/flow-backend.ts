import type { Target, Trace } from "../trace/trace.ts";
import { membersOf, routeText, selectorText, workloadText } from "./chain-members.ts";
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
export function backendStep({ target, verdict, roundTrip }: Trace, passage: Passage): Step {
  const lines = backendLines(target);
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

/** Most Pods to list; the rest is counted. */
const mostMembers = 5;

/** The Pods behind a Service: those that are not ready first, where not all are listed. */
export function endpointsStep({ target }: Trace, passage: Passage): Step | null {
  if (target.kind !== "Service") return null;
  const members = membersOf(target);
  const why = selectorText(target);
  if (members.length === 0) {
    const mark = passage === "notReached" ? "notReached" : "doubt";
    return step(mark, "endpoints", target.reason ? "not known" : "none known", why);
  }
  const ready = members.filter((member) => member.ready).length;
  const isLong = members.length > mostMembers;
  const ordered = isLong ? members.toSorted((a, b) => Number(a.ready) - Number(b.ready)) : members;
  const listed = ordered.slice(0, mostMembers).map(({ text }) => text);
  const more = isLong ? `and ${members.length - mostMembers} more` : "";
  const workload = workloadText(target);
  const head = `${ready} of ${members.length} ready${workload === "" ? "" : `, of ${workload}`}`;
  const mark = passage === "notReached" ? "notReached" : ready === 0 ? "bad" : "good";
  return step(mark, "endpoints", head, why, ...listed, more);
}

function backendLines(target: Target): string[] {
  const reason = target.reason ?? "";
  switch (target.kind) {
    case "Service":
      return [`Service ${target.namespace}/${target.name}:${target.port}`, routeText(target), reason];
    case "Local":
      return [localText(target.by, target.crd ?? ""), reason];
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
