/*
 * Characters that act on a terminal instead of being seen on it: C0, DEL and C1 controls, bidirectional marks,
 * overrides and isolates, zero-width and filler characters, line and paragraph separators, variation selectors,
 * tags, and halves of surrogate pairs. All are rare in honest text, so one test of the whole string is the usual cost.
 */
const hostileBeyondC0 =
  "\\x7f-\\x9f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e" +
  "\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}";

const hostile = new RegExp(`[\\x00-\\x1f${hostileBeyondC0}\\p{Cs}]`, "u");
const hostileRun = new RegExp(`\\r?\\n|[\\x00-\\x1f${hostileBeyondC0}\\p{Cs}]`, "gu");
const hostileButLineFeed = new RegExp(`[\\x00-\\x09\\x0b-\\x1f${hostileBeyondC0}\\p{Cs}]`, "u");
/** JSON.stringify, and a YAML string in double quotes, have escaped the rest already. */
const hostileInJson = new RegExp(`[${hostileBeyondC0}]`, "gu");

const printableAscii = /^[\x20-\x7e]*$/;
const beyondAscii = /[\x7f-\uffff]/;

/**
 * Text from a log or a cluster, made safe to print on one line of a terminal: it cannot move the cursor, colour,
 * reorder or hide anything. Line breaks become " ↵ " (those at the end go), tabs a space, every other such character
 * its escape as Go quotes it (`\x1b`, `\u202e`), half a surrogate pair U+FFFD. Any other text stays as it is.
 */
export function sanitize(text: string): string {
  if (printableAscii.test(text) || !hostile.test(text)) return text;
  return withoutFinalBreaks(text).replaceAll(hostileRun, visible);
}

/** The common case, told apart at the cost of one look: nothing to replace, and every character takes one column. */
export function isPrintableAscii(text: string): boolean {
  return printableAscii.test(text);
}

/** Does the text hold a character that `sanitize` would replace, line feeds aside? */
export function actsOnTerminal(text: string): boolean {
  return hostileButLineFeed.test(text);
}

/** JSON text in which every hostile character is an escape (`\u009b`); line feeds between its tokens stay. */
export function escapeJson(json: string): string {
  if (!beyondAscii.test(json)) return json;
  return json.replaceAll(hostileInJson, (match) => match.split("").map(unicodeEscape).join(""));
}

/** Text of a YAML document whose every string is in double quotes, with an escape for every hostile character. */
export function escapeYaml(yaml: string): string {
  if (!beyondAscii.test(yaml)) return yaml;
  return yaml.replaceAll(hostileInJson, (match) => codePointEscape(match.codePointAt(0) ?? 0));
}

/** The text with U+FFFD for every half of a surrogate pair, which neither UTF-8 nor YAML can say. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, "\ufffd");
}

/** By hand: a pattern that ends in `$` takes quadratic time over many line breaks. */
function withoutFinalBreaks(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  return text.slice(0, end);
}

function visible(match: string): string {
  if (match.endsWith("\n")) return " ↵ ";
  if (match === "\t") return " ";
  if (match === "\r") return "\\r";
  const codePoint = match.codePointAt(0) ?? 0;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return "\ufffd";
  return codePoint < 0x80 ? `\\x${hex(codePoint, 2)}` : codePointEscape(codePoint);
}

function codePointEscape(codePoint: number): string {
  return codePoint > 0xffff ? `\\U${hex(codePoint, 8)}` : `\\u${hex(codePoint, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function unicodeEscape(codeUnit: string): string {
  return `\\u${hex(codeUnit.charCodeAt(0), 4)}`;
}
