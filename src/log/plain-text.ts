import { createFinder } from "./fast-line.ts";

/** What is known so far of the log that a line stands in. */
export interface Seen {
  /** It has klog headers: lines without one are text. */
  readonly headed: boolean;
  /** It has entries in JSON. */
  readonly json: boolean;
  /** How much stood before the last entry's header: so much stands before the program's own text, or nearly. */
  readonly prefixed: number;
}

export interface PlainTextFilter {
  /**
   * Whether a line that does not begin with a klog header is certainly text that tells nothing. `wantsText`: the client's own
   * words could still tell something about its last answer.
   */
  is(bytes: Buffer, start: number, end: number, seen: Seen, wantsText: boolean): boolean;
}

/** Beginnings of lines that may be client-go's without a header, or JSON, or an elision. */
const mayMatter = /^[ \t>|]*(?:[A-Z]{3,30} h|"|R|curl|HTTP|\{|[.[(<\xe2=-]|$|[A-Za-z-]+:)/;
const escapeByte = 27;
const carriageReturn = 13;
const openBrace = 123;
/** Elided lines are short. */
const longestElision = 40;
/** By so much the prefixes of two lines may differ: a line's number has one digit more. */
const slack = 2;

export function createPlainTextFilter(): PlainTextFilter {
  /** Every klog header has it, and few other texts. */
  const anyFile = createFinder("go:");

  /** Whether an entry may begin behind a prefix or behind other text. */
  function hasHeader(bytes: Buffer, start: number, end: number): boolean {
    return (
      anyFile.within(bytes, start, end) && /\.go:\d{1,7}["\]]/.test(bytes.toString("latin1", start, end))
    );
  }

  return {
    is(bytes, start, end, seen, wantsText) {
      if (bytes[start] === escapeByte || bytes[start] === carriageReturn) return false;
      const tells = seen.headed
        ? seen.prefixed > 0
          ? tellsBehindPrefix(bytes, start + seen.prefixed, end, wantsText)
          : tellsSomething(bytes[start], end - start, seen.json, wantsText)
        : (wantsText && beginsKubectlLine(bytes[start])) || mayMatter.test(beginning(bytes, start, end));
      return !tells && !hasHeader(bytes, start, end);
    },
  };
}

function beginning(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("latin1", start, Math.min(end, start + longestElision));
}

/** kubectl's own words begin with few letters: E, e, U, T, W. */
function beginsKubectlLine(first: number | undefined): boolean {
  return first === 69 || first === 101 || first === 85 || first === 84 || first === 87;
}

/** The same of a line whose text begins near `at`. */
function tellsBehindPrefix(bytes: Uint8Array, at: number, end: number, wantsText: boolean): boolean {
  if (end - at < longestElision) return true;
  if (!wantsText) return false;
  for (let i = at - slack; i <= at + slack; i++)
    if (beginsKubectlLine(bytes[i]) || bytes[i] === escapeByte) return true;
  return false;
}

/** An elision begins with a mark, or an ellipsis. */
function tellsSomething(
  first: number | undefined,
  length: number,
  jsonSeen: boolean,
  wantsText: boolean,
): boolean {
  if (first === undefined || length === 0) return false;
  if (first === openBrace) return jsonSeen;
  if (beginsKubectlLine(first)) return wantsText;
  return length < longestElision && (first < 65 || first === 91 || first === 0xe2);
}
