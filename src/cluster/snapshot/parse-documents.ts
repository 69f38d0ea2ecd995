import { LineCounter, parseAllDocuments } from "yaml";
import { UsageError } from "../../errors.ts";

/**
 * Every document of a text that is JSON or YAML, as plain values. The messages name file and line, never the
 * text itself, which may hold anything.
 * Throws UsageError when the text is neither.
 */
export function parseDocuments(text: string, file: string): readonly unknown[] {
  if (text.includes("\0")) {
    throw new UsageError(`${file} is a binary file`, hint);
  }
  const withoutMark = text.startsWith("\uFEFF") ? text.slice(1) : text;
  return parseJson(withoutMark) ?? parseYaml(withoutMark, file);
}

const hint = "a List, single objects or several documents are read, as YAML or JSON";

/**
 * JSON is YAML too, but its own parser is many times faster, and several objects after one another are no YAML; what it refuses gets
 * its message from YAML's.
 */
function parseJson(text: string): readonly unknown[] | null {
  if (!/^\s*[{[]/.test(text)) {
    return null;
  }
  return parseAll([text]) ?? parseAll(splitJson(text));
}

function parseAll(texts: readonly string[]): readonly unknown[] | null {
  try {
    return texts.length === 0 ? null : texts.map((text): unknown => JSON.parse(text));
  } catch {
    return null;
  }
}

/** The objects and lists of a text that holds nothing else, as kubectl takes them in one file; none when there is more, or less. */
function splitJson(text: string): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let end = 0;
  // Between them nothing but white space, inside of them what begins or ends something.
  const tokens = /\S/g;
  const inside = /["{}[\]]/g;
  for (let at = 0; ; ) {
    const wanted = depth === 0 ? tokens : inside;
    wanted.lastIndex = at;
    const found = wanted.exec(text);
    if (found === null) return depth === 0 ? pieces : [];
    const [token] = found;
    at = token === '"' ? endOfString(text, found.index) : found.index + 1;
    if (token === "{" || token === "[") depth += 1;
    else if (depth === 0) return [];
    if (token === "}" || token === "]") depth -= 1;
    if (depth > 0) continue;
    pieces.push(text.slice(end, at));
    end = at;
  }
}

/** Behind the closing mark of the string that begins at `start`; the text's end where there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') return at + 1;
    if (char === "\\") at += 1;
  }
  return text.length;
}

function parseYaml(text: string, file: string): readonly unknown[] {
  const lineCounter = new LineCounter();
  try {
    return [...parseAllDocuments(text, { lineCounter, prettyErrors: false })].map((document) => {
      const [error] = document.errors;
      if (error !== undefined) {
        const { line } = lineCounter.linePos(error.pos[0]);
        throw new UsageError(`${file}:${line}: invalid YAML: ${lowerFirst(error.message)}`, hint);
      }
      return document.toJS();
    });
  } catch (error) {
    if (error instanceof UsageError) {
      throw error;
    }
    // An alias without its anchor, or so many of them (or so deep a nesting) that reading on would exhaust memory.
    const why = error instanceof Error ? lowerFirst(error.message) : "it cannot be read";
    throw new UsageError(`${file}: invalid YAML: ${why}`, hint);
  }
}

function lowerFirst(message: string): string {
  const [firstLine = ""] = message.split("\n");
  return firstLine.charAt(0).toLowerCase() + firstLine.slice(1);
}
