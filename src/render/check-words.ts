import type { CheckItem, CheckReport, CheckWebhook } from "./check-report.ts";
import { sanitize } from "./sanitize.ts";

/* What the formats of `check` call things. Texts are safe to print: one line, no control characters. */

/**
 * accepted: broken, as a baseline says it may be. unasked: the context could not be asked at all. Of webhooks also ignored: down, but
 * its failurePolicy lets requests pass; unknown: what is behind it cannot be seen.
 */
export type CheckState = "available" | "accepted" | "ignored" | "unavailable" | "unasked" | "unknown";

export function stateOf({ ok, accepted, asked }: CheckItem): CheckState {
  if (asked === false) return "unasked";
  if (ok) return "available";
  return accepted === true ? "accepted" : "unavailable";
}

/** Why it is not available, in one word that stays the same from run to run: the cause, or else the condition's reason. */
export function causeOf(item: CheckItem): string {
  const { apiService, diagnosis } = item;
  const cause = diagnosis?.cause ?? "Unknown";
  if (isBrokenYetAvailable(item)) return cause;
  return cause === "Unknown" ? sanitize(apiService.reason) || "NotAvailable" : cause;
}

/** "v1beta1.metrics.k8s.io", with " in context prod" where the item says its context; "context prod" for a context itself. */
export function titleOf({ apiService, context, asked }: CheckItem): string {
  if (asked === false) return `context ${sanitize(context ?? "")}`;
  const name = sanitize(apiService.name);
  return context === undefined ? name : `${name} in context ${sanitize(context)}`;
}

/** The item in one sentence: "v1beta1.metrics.k8s.io is not available: MissingEndpoints: no addresses". */
export function sentenceOf(item: CheckItem): string {
  switch (stateOf(item)) {
    case "available":
      return `${titleOf(item)} is available`;
    case "unasked":
      return `${titleOf(item)} cannot be asked: ${messageOf(item)}`;
    default:
      return `${titleOf(item)} ${complaintOf(item)}${acceptance(item)}: ${detailOf(item)}`;
  }
}

/** A probe found it broken, whatever its condition says. */
function isBrokenYetAvailable({ ok, apiService, probe }: CheckItem): boolean {
  return !ok && apiService.available === "True" && probe?.ok === false;
}

function complaintOf(item: CheckItem): string {
  return isBrokenYetAvailable(item) ? "is Available, but broken" : "is not available";
}

/** "MissingEndpoints: no addresses": the cause, and what else the cluster says of it. */
export function detailOf(item: CheckItem): string {
  const message = messageOf(item);
  return message === "" ? causeOf(item) : `${causeOf(item)}: ${message}`;
}

/** What the probe got, the condition's message, or why the context cannot be asked. */
export function messageOf(item: CheckItem): string {
  return sanitize((isBrokenYetAvailable(item) ? item.probe?.message : undefined) ?? item.apiService.message);
}

/** "", ", which is accepted" or ", which is accepted (known outage)". */
function acceptance(item: CheckItem): string {
  if (item.accepted !== true) return "";
  const why = sanitize(item.acceptedReason ?? "");
  return `, which is accepted${why && ` (${why})`}`;
}

/** The whole report in one sentence, without its "ok:". */
export function summaryOf({ ok, items, webhooks }: CheckReport): string {
  const count = (state: CheckState) => items.filter((item) => stateOf(item) === state).length;
  const [broken, accepted, unasked] = [count("unavailable"), count("accepted"), count("unasked")];
  const asked = items.length - unasked;
  const parts = [
    ...(asked === 0 ? [] : [availability(items, asked, broken, accepted)]),
    ...(webhooks === undefined || (webhooks.length === 0 && (asked === 0 || unasked > 0))
      ? []
      : [webhooksText(webhooks)]),
    ...(unasked === 0 ? [] : [`${unasked} of ${contextsOf(items)} contexts cannot be asked`]),
  ];
  return parts.join("; ") || (ok ? "there is no APIService with a Service" : "nothing was asked");
}

function availability(items: readonly CheckItem[], asked: number, broken: number, accepted: number): string {
  const [first] = items;
  if (items.length === 1 && first !== undefined) {
    return `${titleOf(first)} ${first.ok ? "is available" : complaintOf(first)}${acceptance(first)}`;
  }
  const known = accepted === 0 ? "" : `, ${accepted} ${broken === 0 ? "" : "more "}${are(accepted)} accepted`;
  if (broken > 0) {
    const complaint = items.some(isBrokenYetAvailable) ? "not available or broken" : "not available";
    return `${broken} of ${asked} APIServices ${are(broken)} ${complaint}${known}`;
  }
  return accepted === 0
    ? `all ${asked} APIServices are available`
    : `${asked - accepted} of ${asked} APIServices ${are(asked - accepted)} available${known}`;
}

/** "1 of 3 webhooks is down, which is accepted or ignored", "3 webhooks can be called, 1 more cannot be looked at". */
function webhooksText(webhooks: readonly CheckWebhook[]): string {
  // Also of a file that has none: that nobody looked must not pass for all is well.
  if (webhooks.length === 0) return "no webhooks were found";
  const down = webhooks.filter(({ ok }) => ok === false);
  const harmless = down.filter(
    ({ accepted, failurePolicy }) => accepted === true || failurePolicy === "Ignore",
  );
  const unseen = webhooks.filter(({ ok }) => ok === null).length;
  const beside = unseen === 0 ? "" : `, ${unseen} cannot be looked at`;
  if (down.length > 0) {
    const pass = harmless.length === 0 ? "" : `, ${harmless.length} of them accepted or ignored`;
    return `${down.length} of ${webhooks.length} webhooks ${are(down.length)} down${pass}${beside}`;
  }
  const up = webhooks.length - unseen;
  return `${up} of ${webhooks.length} webhooks can be called${beside}`;
}

function are(count: number): string {
  return count === 1 ? "is" : "are";
}

/** How many contexts the items are of. */
export function contextsOf(items: readonly { readonly context?: string | undefined }[]): number {
  return new Set(items.map(({ context }) => context)).size;
}
