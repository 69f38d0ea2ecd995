import { unquoteGo } from "./go-quote.ts";

/**
 * klog's structured entries: a quoted message, then ` key=value` pairs; a value of several lines is a `key=<`
 * block that ends with a line ` >`, behind which the pairs go on.
 * Source of truth: k8s.io/klog/v2 internal/serialize/keyvalues.go.
 */
export interface StructuredEntry {
  readonly message: string;
  readonly values: Map<string, string>;
  /** The key whose block the line opens; null when the entry is complete. */
  block: string | null;
}

/** Reads the first line of an entry from `at`; null when it is not a structured one. */
export function parseStructured(line: string, at: number): StructuredEntry | null {
  const message = unquoteGo(line, at);
  if (message === null) return null;
  const entry: StructuredEntry = { message: message.value, values: new Map(), block: null };
  return readPairs(line, message.end, entry) ? entry : null;
}

/** Takes the pairs from `at` to the end of the line into the entry. false: that is no list of pairs. */
export function readPairs(line: string, at: number, entry: StructuredEntry): boolean {
  let position = at;
  while (position < line.length) {
    if (line.charCodeAt(position) !== 32) return false;
    const equals = line.indexOf("=", position);
    if (equals === -1 || equals - position > 200) return line.slice(position).trim() === "";
    const key = line.slice(position + 1, equals);
    if (equals + 2 >= line.length && line.charCodeAt(equals + 1) === 60) {
      entry.block = key;
      return true;
    }
    position = readValue(line, equals + 1, key, entry);
  }
  return true;
}

function readValue(line: string, at: number, key: string, entry: StructuredEntry): number {
  const quoted = unquoteGo(line, at);
  if (quoted !== null) {
    entry.values.set(key, quoted.value);
    return quoted.end;
  }
  const end = plainEnd(line, at);
  entry.values.set(key, line.slice(at, end));
  return end;
}

/** End of a value that is not quoted: compact JSON may hold spaces inside its own strings. */
function plainEnd(line: string, at: number): number {
  let space = line.indexOf(" ", at);
  while (space !== -1 && !/^ [^\s="]{1,100}=/.test(line.slice(space, space + 110)))
    space = line.indexOf(" ", space + 1);
  return space === -1 ? line.length : space;
}
