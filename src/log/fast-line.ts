/** Looks at the bytes of a line for what can be told without decoding it: most lines of a log need no more. */

const zero = 48;
const space = 32;

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= 57;
}

/** Whether a line begins like a klog header: a severity and a digit. */
export function beginsLikeHeader(bytes: Uint8Array, start: number): boolean {
  const byte = bytes[start];
  return (byte === 73 || byte === 87 || byte === 69 || byte === 70) && isDigit(bytes[start + 1]);
}

export interface FastHeader {
  pid: number;
  /** Index of the source file's name. */
  file: number;
  /** Index of the message. */
  message: number;
}

const transportFile = Buffer.from("round_trippers.go:");
const header: FastHeader = { pid: 0, file: 0, message: 0 };

/** Reads `Immdd hh:mm:ss.uuuuuu PPPPPPP file:line] ` of an entry of severity I; null for anything unusual. One object is reused. */
export function fastHeader(bytes: Uint8Array, start: number, end: number): FastHeader | null {
  if (
    bytes[start] !== 73 ||
    bytes[start + 5] !== space ||
    bytes[start + 14] !== 46 ||
    bytes[start + 21] !== space
  )
    return null;
  let at = start + 22;
  while (bytes[at] === space) at++;
  let pid = 0;
  const digits = at;
  for (let byte = bytes[at]; byte !== undefined && isDigit(byte) && at < digits + 9; byte = bytes[++at])
    pid = pid * 10 + byte - zero;
  if (at === digits || bytes[digits] === zero || bytes[at] !== space) return null;
  header.pid = pid;
  header.file = at + 1;
  const limit = Math.min(end, at + 120);
  while (at < limit && bytes[at] !== 93) at++;
  if (bytes[at] !== 93 || bytes[at + 1] !== space) return null;
  header.message = at + 2;
  return header;
}

/** Line of the source file, when that is round_trippers.go; -1 for any other. `message` is the index of the message. */
export function transportLine(bytes: Uint8Array, file: number, message: number): number {
  const from = file + transportFile.length;
  const to = message - 2;
  if (to <= from || to > from + 7) return -1;
  for (let i = 0; i < transportFile.length; i++) if (bytes[file + i] !== transportFile[i]) return -1;
  let line = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === undefined || !isDigit(byte)) return -1;
    line = line * 10 + byte - zero;
  }
  return line;
}

/** Whether a header whose name begins here may be one whose value is kept. */
export function isKeptHeader(bytes: Uint8Array, name: number): boolean {
  switch (bytes[name]) {
    case 65: // Au, not Accept
    case 97:
      return bytes[name + 1] === 117;
    case 67: // Content-Length; Content-Type only of text/html, or text/h…
    case 99:
      return bytes[name + 8] === 76 || bytes[name + 8] === 108 || bytes[name + 19] === 104;
    case 68: // Date
    case 85: // User-Agent
    case 75: // Keep-Alive
    case 80: // Pragma
    case 83:
    case 86:
      return false;
    default:
      return true;
  }
}

/**
 * Whose body the message is, when that ends on its line: cut, quoted, or JSON from its first brace to the brace at the line's end.
 * `start` is the index of the message.
 */
export function wholeBodyOf(
  bytes: Uint8Array,
  start: number,
  lineEnd: number,
): "request" | "response" | null {
  const of = bytes[start + (bytes[start] === 34 ? 3 : 2)] === 113 ? "request" : "response";
  return isWholeBody(bytes, start, lineEnd) ? of : null;
}

function isWholeBody(bytes: Uint8Array, start: number, lineEnd: number): boolean {
  let end = lineEnd;
  if (bytes[end - 1] === 13) end--;
  const quoted = bytes[start] === 34;
  const at = quoted ? start + 1 : start;
  if (bytes[at] !== 82) return false;
  const name = at + (bytes[at + 2] === 113 ? 7 : 8);
  if (bytes[name] !== space || bytes[name + 1] !== 66 || bytes[name + 4] !== 121) return false;
  if (quoted) return bytes[name + 5] === 34 && bytes[name + 12] === 34 && bytes[end - 1] === 34;
  if (bytes[name + 5] !== 58 || bytes[name + 7] !== 123) return false;
  return (
    bytes[end - 1] === 125 || (bytes[end - 1] === 93 && bytes[end - 2] === 115 && bytes[end - 7] === space)
  );
}

/** The text of a line that has neither colours nor a carriage return; null for one that has. */
export function plainSlice(bytes: Buffer, start: number, end: number): string | null {
  if (bytes[end - 1] === 13) return null;
  const text = bytes.toString("latin1", start, end);
  return text.includes("\x1b") ? null : text;
}

/** Finds one string in a buffer, again and again from later places, looking at each byte once. */
export interface Finder {
  /** Whether it stands between `start` and `end`. Places asked for one buffer must not go back. */
  within(bytes: Buffer, start: number, end: number): boolean;
}

export function createFinder(text: string): Finder {
  const needle = Buffer.from(text, "latin1");
  let buffer: Buffer | null = null;
  let next = -1;
  return {
    within(bytes, start, end) {
      if (bytes !== buffer || next < start) {
        if (bytes !== buffer || next !== -1) next = bytes.indexOf(needle, start);
        if (next === -1) next = Number.MAX_SAFE_INTEGER;
        buffer = bytes;
      }
      return next < end;
    },
  };
}
