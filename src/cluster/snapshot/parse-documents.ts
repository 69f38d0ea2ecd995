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

/** JSON is YAML too, but its own parser is many times faster; what it refuses gets its message from YAML's. */
function parseJson(text: string): readonly unknown[] | null {
  if (!/^\s*[{[]/.test(text)) {
    return null;
  }
  try {
    return [JSON.parse(text)];
  } catch {
    return null;
  }
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
