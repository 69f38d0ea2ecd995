import type { KlogHeader } from "./klog-header.ts";
import type { LineKind } from "./parser.ts";

export interface LineResult {
  readonly kind: LineKind;
  /** Where an entry in the middle of a text line begins. */
  readonly at: number;
}

const reused: { kind: LineKind; at: number } = { kind: "text", at: 0 };

/** The result of reading a line; one object is reused, as there is one for each line. */
export function lineResult(kind: LineKind, at: number): LineResult {
  reused.kind = kind;
  reused.at = at;
  return reused;
}

/** Whether a message is a logged body, in either format. */
export function isBody(message: string): boolean {
  return /^"?Re(?:quest|sponse) Body/.test(message.slice(0, 20));
}

/** Entries that kubectl writes only at -v=6 and above are "transport": nobody sees them who did not ask for them. */
export function kindOf(message: string, header: KlogHeader | null, transport: boolean): LineKind {
  if (header !== null && header.severity !== "I") return "problem";
  if (transport) return "transport";
  const verbose =
    isBody(message) ||
    /^"?(?:Config loaded from file|[Rr]eturning cached discovery info)/.test(message.slice(0, 40));
  return verbose ? "transport" : "info";
}
