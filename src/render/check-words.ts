import type { CheckItem, CheckReport } from "./check.ts";
import { sanitize } from "./sanitize.ts";

/* What the formats of `check` call things. Texts are safe to print: one line, no control characters. */

/** accepted: not available, as a baseline says it may be. unasked: the context could not be asked at all. */
export type CheckState = "available" | "accepted" | "unavailable" | "unasked";

export function stateOf({ ok, accepted, asked }: CheckItem): CheckState {
  if (asked === false) return "unasked";
  if (ok) return "available";
  return accepted === true ? "accepted" : "unavailable";
}

/** Why it is not available, in one word that stays the same from run to run: the cause, or else the condition's reason. */
export function causeOf({ apiService, diagnosis }: CheckItem): string {
  const cause = diagnosis?.cause ?? "Unknown";
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
      return `${titleOf(item)} is not available${acceptance(item)}: ${detailOf(item)}`;
  }
}

/** "MissingEndpoints: no addresses": the cause, and what else the cluster says of it. */
export function detailOf(item: CheckItem): string {
  const message = messageOf(item);
  return message === "" ? causeOf(item) : `${causeOf(item)}: ${message}`;
}

/** The condition's message, or why the context cannot be asked. */
export function messageOf({ apiService }: CheckItem): string {
  return sanitize(apiService.message);
}

/** "", ", which is accepted" or ", which is accepted (known outage)". */
function acceptance(item: CheckItem): string {
  if (item.accepted !== true) return "";
  const why = sanitize(item.acceptedReason ?? "");
  return `, which is accepted${why && ` (${why})`}`;
}

/** What fails the gate first, then what is accepted, then the rest; those with a Service before Local ones. */
export function brokenFirst(left: CheckItem, right: CheckItem): number {
  return rank(left) - rank(right) || Number(isLocal(left)) - Number(isLocal(right));
}

function rank(item: CheckItem): number {
  return item.ok ? 2 : item.accepted === true ? 1 : 0;
}

/** Local ones that are available are many and say nothing: formats for people leave them out. */
export function isQuiet(item: CheckItem): boolean {
  return item.ok && isLocal(item);
}

function isLocal({ target }: CheckItem): boolean {
  return target.kind === "Local";
}

/** The whole report in one sentence, without its "ok:". */
export function summaryOf({ ok, items }: CheckReport): string {
  const count = (state: CheckState) => items.filter((item) => stateOf(item) === state).length;
  const [broken, accepted, unasked] = [count("unavailable"), count("accepted"), count("unasked")];
  const asked = items.length - unasked;
  const parts = [
    ...(asked === 0 ? [] : [availability(items, asked, broken, accepted)]),
    ...(unasked === 0 ? [] : [`${unasked} of ${contextsOf(items)} contexts cannot be asked`]),
  ];
  return parts.join("; ") || (ok ? "there is no APIService with a Service" : "nothing was asked");
}

function availability(items: readonly CheckItem[], asked: number, broken: number, accepted: number): string {
  const [first] = items;
  if (items.length === 1 && first !== undefined) {
    return `${titleOf(first)} is ${first.ok ? "" : "not "}available${acceptance(first)}`;
  }
  const known = accepted === 0 ? "" : `, ${accepted} ${broken === 0 ? "" : "more "}${are(accepted)} accepted`;
  if (broken > 0) return `${broken} of ${asked} APIServices ${are(broken)} not available${known}`;
  return accepted === 0
    ? `all ${asked} APIServices are available`
    : `${asked - accepted} of ${asked} APIServices ${are(asked - accepted)} available${known}`;
}

function are(count: number): string {
  return count === 1 ? "is" : "are";
}

/** How many contexts the items are of. */
export function contextsOf(items: readonly CheckItem[]): number {
  return new Set(items.map(({ context }) => context)).size;
}
