import { headerAt, parseKlogHeader } from "./klog-header.ts";
import { mayBecomePrefix, parsePrefix } from "./prefix.ts";

/** Length of `Lmmdd hh:mm:ss.uuuuuu`. */
const timeLength = 21;
/** No header is longer than that, but for file names nobody has. */
const longestHeader = 160;

/** Where in a line of text an entry of one of those programs begins, the text before it having no line feed; -1 for nowhere. */
export function gluedAt(text: string, pids: readonly string[]): number {
  let first = -1;
  for (const pid of pids) {
    const at = gluedOf(text, pid);
    if (at !== -1 && (first === -1 || at < first)) first = at;
  }
  return first;
}

function gluedOf(text: string, pid: string): number {
  const needle = ` ${pid.padStart(7)} `;
  let at = text.indexOf(needle);
  while (at !== -1) {
    const start = at - timeLength;
    if (start >= 0 && parseKlogHeader(text, start)?.pid === pid) return start;
    at = text.indexOf(needle, at + 1);
  }
  return -1;
}

/** How many characters of an incomplete text line cannot belong to an entry, whatever follows. */
export function safeLength(text: string, pids: readonly string[]): number {
  const glued = gluedAt(text, pids);
  if (glued !== -1) return glued;
  for (let i = Math.max(0, text.length - longestHeader); i < text.length; i++) {
    if (headerAt(text, i) === "partial") return i;
  }
  return text.length;
}

/** Whether an incomplete line can still become a log entry, with any prefix. `bare`: also one without a header. */
export function mayBecomeEntry(begun: string, bare: boolean): boolean {
  const text = begun.replaceAll(/\xc2(?:\xa0|$)/g, " ").replace(/^\r+/, "");
  if (headerAt(text, 0) !== "no") return true;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour may begin
  if (/^\x1b(?:$|\[[0-9;]*$)/.test(text)) return true;
  const rest = text.slice(parsePrefix(text).end);
  if (headerAt(rest, 0) !== "no" || rest.startsWith("{") || rest.startsWith("\x1b") || mayBecomePrefix(rest))
    return true;
  return bare && /^(?:[A-Z]{1,30}(?: h| ?$)|"|R(?:e|$)|c(?:u|$)|HTTP)/.test(rest);
}

/** Whether a line without a header has one of the forms that client-go writes. */
export function isBare(text: string): boolean {
  return (
    /^(?:[A-Z]{3,30} https?:\/\/\S|curl (?:-k )?-v -X|HTTP (?:Trace|Statistics): |Response Status: )/.test(
      text.slice(0, 60),
    ) ||
    /^"(?:Request|Response|Request Body|Response Body|HTTP Trace: [^"]{1,40})" [A-Za-z]+=/.test(
      text.slice(0, 80),
    ) ||
    /^(?:Request|Response) (?:Headers:$|Body: )/.test(text.slice(0, 30))
  );
}
