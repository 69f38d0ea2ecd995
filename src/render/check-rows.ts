import type { CheckBreak, CheckItem, CheckReport, CheckWarning, CheckWebhook } from "./check-report.ts";
import {
  type CheckState,
  causeOf,
  detailOf,
  messageOf,
  sentenceOf,
  stateOf,
  titleOf,
} from "./check-words.ts";
import { sanitize } from "./sanitize.ts";
import { adviceText, factsText } from "./sentences.ts";
import { backendText } from "./words.ts";

/** A line of a report, whatever it is about. Every text but `name` and `context` is safe to print: one line each. */
export interface CheckRow {
  readonly about: "APIService" | "context" | "webhook" | "connection";
  readonly context: string | undefined;
  /** "v1beta1.metrics.k8s.io", "ValidatingWebhookConfiguration/NAME/WEBHOOK". */
  readonly name: string;
  /** The name, and which context it is of. */
  readonly title: string;
  readonly state: CheckState;
  /** A word of the API's own: True, False; ready, down. */
  readonly availability: string;
  /** Why, in one word; of one that is ok what its condition says. */
  readonly reason: string;
  /** Stays the same from run to run. */
  readonly cause: string;
  readonly message: string;
  /** "MissingEndpoints: no addresses". */
  readonly detail: string;
  readonly sentence: string;
  /** "" where there is none to be named. */
  readonly backend: string;
  readonly isLocal: boolean;
  /** failurePolicy; "" for what has none. */
  readonly policy: string;
  /** Why it is accepted; "" when it is not, or when nobody says. */
  readonly acceptedReason: string;
  /** What the cause means; "" where nobody knows. */
  readonly meaning: string;
  /** What else was seen behind it, and what breaks with it. */
  readonly facts: readonly string[];
  /** What to do. */
  readonly advice: readonly string[];
  /** Each with its cause. */
  readonly warnings: readonly (CheckWarning & { readonly text: string })[];
}

export function itemRowsOf({ items }: CheckReport): readonly CheckRow[] {
  return items.map(newItemRow);
}

export function webhookRowsOf({ webhooks = [] }: CheckReport): readonly CheckRow[] {
  return webhooks.map(newWebhookRow);
}

/** One for each cluster of whose connection there are warnings: it stands, so that is all there is to say of it. */
export function connectionRowsOf({ warnings = [] }: CheckReport): readonly CheckRow[] {
  const contexts = [...new Set(warnings.map(({ context }) => context))];
  return contexts.map((context) =>
    newConnectionRow(
      context,
      warnings.filter((one) => one.context === context),
    ),
  );
}

/** APIServices and contexts first, then webhooks, then connections. */
export function rowsOf(report: CheckReport): readonly CheckRow[] {
  return [...itemRowsOf(report), ...webhookRowsOf(report), ...connectionRowsOf(report)];
}

/** What could not be found out beside, safe to print: one line each. */
export function notesOf({ notes = [] }: CheckReport): readonly string[] {
  return notes.map(sanitize);
}

function newItemRow(item: CheckItem): CheckRow {
  const { apiService, context, target, diagnosis, probe } = item;
  const seen = diagnosis === undefined ? [] : factsText(diagnosis, [apiService.message, probe?.message]);
  // Of a Service that is not there the condition says so.
  const isGone = diagnosis?.cause === "ServiceNotFound" || diagnosis === undefined;
  const reason = target.kind === "Service" && !isGone ? (target.reason ?? "") : "";
  // A fact may have said it.
  const unseen = reason === "" || seen.some((fact) => fact.includes(reason)) ? [] : [`backend: ${reason}`];
  return {
    about: item.asked === false ? "context" : "APIService",
    context,
    name: apiService.name,
    title: titleOf(item),
    state: stateOf(item),
    availability: apiService.available,
    reason: item.ok || apiService.available !== "True" ? sanitize(apiService.reason) : causeOf(item),
    cause: causeOf(item),
    message: messageOf(item),
    detail: detailOf(item),
    sentence: sentenceOf(item),
    backend: target.kind === "Unresolved" ? "" : sanitize(backendText(target)),
    isLocal: target.kind === "Local",
    policy: "",
    acceptedReason: sanitize(item.acceptedReason ?? ""),
    meaning: diagnosis === undefined || diagnosis.cause === "Unknown" ? "" : sanitize(diagnosis.summary),
    facts: [...[...seen, ...unseen].map(sanitize), ...breakLines(item.breaks ?? [])],
    advice: [...(diagnosis?.advice ?? []).map(adviceText), item.hint ?? ""]
      .filter((line) => line !== "")
      .map(sanitize),
    warnings: warningsOf(item.warnings),
  };
}

function newWebhookRow(webhook: CheckWebhook): CheckRow {
  const { configuration, context, target, diagnosis, failurePolicy, ok } = webhook;
  const name = [configuration.kind, configuration.name, webhook.webhook].join("/");
  const of = context === undefined ? "" : ` in context ${sanitize(context)}`;
  const title = `${sanitize(name)}${of}`;
  const state = stateOfWebhook(webhook);
  const cause = diagnosis?.cause ?? "Unknown";
  const message =
    diagnosis?.summary.replace(/^\w+: /, "") ?? (target.kind === "Unresolved" ? target.reason : "");
  const why = sanitize(webhook.acceptedReason ?? "");
  const accepted = state === "accepted" ? `, which is accepted${why && ` (${why})`}` : "";
  const policy = sanitize(failurePolicy);
  const down = `cannot be called (failurePolicy ${policy})${accepted}: ${cause}: ${sanitize(message)}`;
  return {
    about: "webhook",
    context,
    name,
    title,
    state,
    availability: ok === null ? "unknown" : ok ? "ready" : "down",
    reason: ok === false ? cause : "",
    cause,
    message: sanitize(message),
    detail: `${cause}: ${sanitize(message)}`,
    sentence: `${title} ${ok === null ? "cannot be looked at" : ok ? "can be called" : down}`,
    backend: sanitize(target.kind === "Unresolved" ? target.reason : backendText(target)),
    isLocal: false,
    policy,
    acceptedReason: why,
    meaning: "",
    facts: (diagnosis?.evidence ?? []).map(sanitize),
    advice: (diagnosis?.advice ?? []).map((line) => sanitize(adviceText(line))),
    warnings: warningsOf(webhook.warnings),
  };
}

function newConnectionRow(context: string | undefined, warnings: readonly CheckWarning[]): CheckRow {
  const title = context === undefined ? "connection" : `connection of context ${sanitize(context)}`;
  return {
    about: "connection",
    context,
    name: "connection",
    title,
    state: "available",
    availability: "",
    reason: "",
    cause: "",
    message: "",
    detail: "",
    sentence: `${title} stands`,
    backend: "",
    isLocal: false,
    policy: "",
    acceptedReason: "",
    meaning: "",
    facts: [],
    advice: [],
    warnings: warningsOf(warnings),
  };
}

function stateOfWebhook({ ok, accepted, failurePolicy }: CheckWebhook): CheckState {
  if (ok === null) return "unknown";
  if (ok) return "available";
  if (accepted === true) return "accepted";
  return failurePolicy === "Ignore" ? "ignored" : "unavailable";
}

function warningsOf(warnings: readonly CheckWarning[] = []): CheckRow["warnings"] {
  return warnings.map((one) => ({ ...one, text: sanitize(`${one.cause}: ${one.message}`) }));
}

/** More than these are counted. */
const mostBreaks = 5;

function breakLines(breaks: readonly CheckBreak[]): readonly string[] {
  const shown = breaks.slice(0, mostBreaks).map(breakLine);
  const more = breaks.length - shown.length;
  return more === 0 ? shown : [...shown, `breaks ${more} more`];
}

function breakLine({ kind, namespace, name, since, message }: CheckBreak): string {
  const of = namespace === "" ? name : `${namespace}/${name}`;
  return sanitize(`breaks ${kind} ${of}${since === undefined ? "" : ` since ${since}`}: ${message}`);
}

/** Those that fail the check first, then what is accepted or to be warned of, then the rest; those with a Service before Local ones. */
export function worstFirst(left: CheckRow, right: CheckRow): number {
  return ranks[left.state] - ranks[right.state] || Number(left.isLocal) - Number(right.isLocal);
}

const ranks: Readonly<Record<CheckState, number>> = {
  unavailable: 0,
  unasked: 0,
  accepted: 1,
  ignored: 1,
  unknown: 2,
  available: 2,
};

/** What is in order and says nothing: formats for people leave it out. */
export function isQuietRow(row: CheckRow): boolean {
  if (row.warnings.length > 0) return false;
  if (row.about === "webhook") return row.state === "available" || row.state === "unknown";
  return row.state === "available" && row.isLocal;
}

/** What is true of each API that is not Available, whoever complains. Source of truth: k/k pkg/controller/namespace/deletion. */
export function consequenceOf({ items }: CheckReport): string {
  const isDown = items.some(
    ({ ok, accepted, target, apiService }) =>
      !ok && accepted !== true && target.kind === "Service" && apiService.available === "False",
  );
  return isDown
    ? "while an API is not available, discovery (kubectl's, helm's) has none of its resources, and a Namespace that is deleted stays Terminating"
    : "";
}
