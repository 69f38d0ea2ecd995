import type { RoundTrip } from "../log/round-trip.ts";
import type { Diagnosis } from "../trace/diagnosis/diagnosis.ts";
import type { Trace } from "../trace/trace.ts";
import { glossary } from "./glossary.ts";
import { sanitize } from "./sanitize.ts";
import {
  adviceText,
  availabilityText,
  factsText,
  furtherEvidence,
  impersonationText,
  messageText,
} from "./sentences.ts";
import type { Style, Tone } from "./style.ts";
import { termsToSay } from "./terms.ts";
import { shortenEnd, wrapAdvice } from "./text-width.ts";
import { backendText, durationText } from "./words.ts";

/** One thing that a row's cells cannot say. */
export interface Detail {
  readonly text: string;
  readonly tone: Tone;
}

/** What the row itself shows. */
export interface Shown {
  readonly backend: "full" | "short" | "no";
  readonly available: boolean;
}

/**
 * Remembers what was said, for what is the same row after row (why all verdicts are unknown): true for what was not
 * said yet.
 */
export type IsNews = (topic: string, text: string) => boolean;

/** A detail takes no more lines than this, on a terminal. */
const mostLines = 4;
/** Things to remember; what comes beyond is said every time. */
const mostRemembered = 1000;

export function createIsNews(): IsNews {
  const said = new Map<string, Set<string>>();
  return (topic, text) => {
    let texts = said.get(topic);
    if (texts === undefined) {
      texts = new Set();
      said.set(topic, texts);
    }
    if (texts.has(text)) return false;
    if (texts.size < mostRemembered) texts.add(text);
    return true;
  };
}

/** What must be read beneath the row of this trace; most have nothing. */
export function rowDetails(trace: Trace, shown: Shown, style: Style, isNews: IsNews): readonly Detail[] {
  const { roundTrip, verdict } = trace;
  const details: Detail[] = [];
  addBackend(details, trace, shown, style);
  if (roundTrip.status === null || roundTrip.status >= 400) addAnswer(details, roundTrip);
  if (verdict.decision === "denied") addDenial(details, trace);
  if (trace.diagnosis !== null) addDiagnosis(details, trace, trace.diagnosis, isNews);
  for (const term of termsToSay(trace)) {
    if (isNews("term", term)) details.push({ text: glossary[term].sentence, tone: "faint" });
  }
  addUnknown(details, trace, isNews);
  if (roundTrip.throttledMs !== null || roundTrip.retryAfterMs !== null) addWaits(details, roundTrip);
  for (const warning of roundTrip.warnings) details.push({ text: `warning: ${warning}`, tone: "doubt" });
  if (roundTrip.impersonation !== null) {
    const user = impersonationText(roundTrip.impersonation);
    if (isNews("as", user)) details.push({ text: `as ${user}`, tone: "faint" });
  }
  return details;
}

/** The detail in lines of at most `width` columns, each beginning with `indent`; width null is one line. */
export function renderDetail(detail: Detail, width: number | null, indent: string, style: Style): string {
  const text = sanitize(detail.text);
  if (width === null) return `${indent}${style.paint(detail.tone, text)}\n`;
  const room = width - indent.length;
  let lines = wrapAdvice(shortenEnd(text, room * mostLines, style.glyphs.ellipsis), room);
  if (lines.length > mostLines) {
    const rest = lines.slice(mostLines - 1).join(" ");
    lines = [...lines.slice(0, mostLines - 1), shortenEnd(rest, room, style.glyphs.ellipsis)];
  }
  return lines.map((line) => `${indent}${style.paint(detail.tone, line)}\n`).join("");
}

/** The backend's name, where the row has no room for it, and whether it is available, where that needs words. */
function addBackend(details: Detail[], { target, apiService }: Trace, shown: Shown, style: Style): void {
  const named = shown.backend === "no" || (shown.backend === "short" && target.kind === "Service");
  const available = apiService?.available ?? "True";
  const said = available === "True" && (shown.available || target.kind !== "Service");
  if (said && !named) return;
  const parts = [
    named && target.kind !== "Unresolved" ? `${style.glyphs.arrow} ${backendText(target)}` : "",
    said || available === "Unknown" ? "" : availabilityText(apiService),
  ].filter((part) => part !== "");
  if (parts.length > 0)
    details.push({ text: parts.join(", "), tone: available === "False" ? "bad" : "faint" });
}

/** Why something is not known, once for each reason: "availability, backend and RBAC unknown: no cluster was asked". */
function addUnknown(details: Detail[], { apiService, target, verdict }: Trace, isNews: IsNews): void {
  if (apiService?.available !== "Unknown" && verdict.decision !== "unknown" && !target.reason) return;
  const whys: (readonly [topic: string, reason: string])[] = [];
  const addWhy = (topic: string, reason: string): void => {
    if (reason !== "" && isNews(topic, reason)) whys.push([topic, reason]);
  };
  if (apiService?.available === "Unknown") addWhy("availability", apiService.message);
  if (target.kind === "Unresolved") addWhy("backend", target.reason);
  if (verdict.decision === "unknown") addWhy("RBAC", verdict.reason);
  for (const reason of new Set(whys.map(([, why]) => why))) {
    const topics = whys.filter(([, why]) => why === reason).map(([topic]) => topic);
    details.push({ text: `${inWords(topics)} unknown: ${reason}`, tone: "doubt" });
  }
  if (target.kind !== "Unresolved" && target.reason && isNews("target", target.reason)) {
    details.push({ text: `backend: ${target.reason}`, tone: "doubt" });
  }
}

function inWords(topics: readonly string[]): string {
  const last = topics.at(-1) ?? "";
  return topics.length < 2 ? last : `${topics.slice(0, -1).join(", ")} and ${last}`;
}

function addAnswer(details: Detail[], roundTrip: RoundTrip): void {
  const text = messageText(roundTrip);
  if (text !== "") details.push({ text, tone: roundTrip.outcome === "unattributed" ? "doubt" : "bad" });
}

function addDenial(details: Detail[], { verdict, roundTrip }: Trace): void {
  const message = roundTrip.message ?? "";
  if (verdict.reason === "") {
    const why =
      verdict.source === "snapshot" ? "no rule in the snapshot allows it" : "the server gives no reason";
    if (message === "") details.push({ text: `denied: ${why}`, tone: "bad" });
  } else if (!message.includes(verdict.reason)) {
    details.push({ text: `denied: ${verdict.reason}`, tone: "bad" });
  }
}

/** Facts to tell below a row; flow and JSON have all of them. */
const mostFacts = 2;

/** Who said no, in one sentence, what proves it that is not in the row or the lines above, and what to type next. */
function addDiagnosis(details: Detail[], trace: Trace, diagnosis: Diagnosis, isNews: IsNews): void {
  const { roundTrip, apiService, target } = trace;
  const { party, cause, summary, advice } = diagnosis;
  // That a program behind the proxy answered is worth a line, whatever it meant.
  const isTold = cause !== "Unknown" || party === "Pod" || party === "Kubelet";
  if (isTold && isNews("diagnosis", summary)) details.push({ text: summary, tone: "bad" });
  const further = furtherEvidence(trace);
  for (const line of further) {
    // The same a second later is the same.
    if (isNews("evidence", line.replace(/, it is \S+ here$/, "")))
      details.push({ text: line, tone: "plain" });
  }
  const said = [roundTrip.message, apiService?.message, target.reason, ...further];
  for (const fact of factsText(diagnosis, said).slice(0, mostFacts)) {
    if (isNews("fact", fact)) details.push({ text: fact, tone: "bad" });
  }
  const [first = ""] = advice;
  if (first !== "" && isNews("advice", first)) details.push({ text: adviceText(first), tone: "doubt" });
}

function addWaits(details: Detail[], { throttledMs, retryAfterMs, outcome }: RoundTrip): void {
  if (throttledMs !== null) {
    details.push({ text: `held back ${durationText(throttledMs)} by client-side throttling`, tone: "doubt" });
  }
  if (retryAfterMs !== null) {
    const who = outcome === "failed" ? "the client waits" : "the server asks to wait";
    details.push({ text: `${who} ${durationText(retryAfterMs)} before a retry`, tone: "doubt" });
  }
}
