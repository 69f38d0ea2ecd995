import { isHexDumpLine } from "./hex-dump.ts";

/**
 * The lines that continue a printf entry, which has neither quotes nor an end mark: JSON until its braces close, a hex dump
 * while it looks like one, HTML until its end tag, a text of known length, anything else until the next entry.
 */
export interface Continuation {
  /** Whether the line belongs to the entry. After `false` or `over` the entry is complete. */
  takes(line: string): boolean;
  readonly over: boolean;
}

/** What kubectl itself writes to stderr between its log entries. */
const kubectlLine =
  /^(?:Error from server|[Ee]rror: |Error: |Unable to connect to |The connection to the server |Warning:|No resources found|Please enter |Enter |See '|If you don't see a command prompt)/;

export function isKubectlLine(line: string): boolean {
  return kubectlLine.test(line.slice(0, 100));
}

/** null: the entry is its first line alone. `length`: bytes of the body, when the answer's headers said so. */
export function continuationOf(message: string, fatal: boolean, length: number | null): Continuation | null {
  if (fatal) return { takes: () => true, over: false };
  const body = /^(Request|Response) Body:/.exec(message.slice(0, 20));
  const dump = /^server response object: (?:%s\[)?/.exec(message.slice(0, 40));
  if (dump !== null) return json(message.slice(dump[0].length));
  if (body === null) return null;
  const text = message.slice(body[0].length);
  if (text === "" || text === " ") return hexDump();
  return bodyContinuation(text.slice(1), body[1] === "Request", length);
}

function bodyContinuation(text: string, ofRequest: boolean, length: number | null): Continuation | null {
  if (isTruncated(text)) return null;
  if (/^[{[]/.test(text)) return json(text);
  if (ofRequest) return untilEntry();
  if (length !== null && length > text.length + 1) return counted(length - text.length - 1);
  if (length !== null) return null;
  if (/^<(?:!doctype|html|\?xml)/i.test(text)) return /<\/html>/i.test(text) ? null : html();
  return /^(?:---|#|apiVersion:|kind:|data:|metadata:)/.test(text) ? untilEntry() : null;
}

function isTruncated(line: string): boolean {
  return line.endsWith(" chars]") && / \[truncated \d{1,15} chars\]$/.test(line.slice(-40));
}

/** Takes the lines that belong to the entry, each by itself, up to one that ends it. */
function lineByLine(belongs: (line: string) => boolean, ends: (line: string) => boolean): Continuation {
  let over = false;
  return {
    takes(line) {
      if (!belongs(line)) return false;
      over = isTruncated(line) || ends(line);
      return true;
    },
    get over() {
      return over;
    },
  };
}

const isOfBody = (line: string): boolean => !isKubectlLine(line);
const endsNothing = (): boolean => false;

function untilEntry(): Continuation {
  return lineByLine(isOfBody, endsNothing);
}

function html(): Continuation {
  return lineByLine(isOfBody, (line) => /<\/html>/i.test(line));
}

function hexDump(): Continuation {
  return lineByLine(isHexDumpLine, endsNothing);
}

function counted(bytes: number): Continuation {
  let left = bytes;
  return lineByLine(
    () => true,
    (line) => {
      left -= line.length + 1;
      return left <= 0;
    },
  );
}

function json(first: string): Continuation | null {
  const balance = createBalance();
  balance.take(first);
  if (balance.closed()) return null;
  return lineByLine(isOfBody, (line) => {
    balance.take(line);
    return balance.closed();
  });
}

function createBalance(): { take(text: string): void; closed(): boolean } {
  let depth = 0;
  let quoted = false;
  let escaped = false;
  return {
    take(text) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (escaped) escaped = false;
        else if (code === 92) escaped = quoted;
        else if (code === 34) quoted = !quoted;
        else if (!quoted && (code === 123 || code === 91)) depth++;
        else if (!quoted && (code === 125 || code === 93)) depth--;
      }
      if (!quoted) escaped = false;
    },
    closed: () => depth <= 0 && !quoted,
  };
}
