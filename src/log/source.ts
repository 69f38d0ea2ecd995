import type { ClientEvent } from "./client-event.ts";
import { type Continuation, continuationOf } from "./continuation.ts";
import { entryEvent } from "./entry-event.ts";
import type { KlogHeader } from "./klog-header.ts";
import type { LineKind } from "./parser.ts";
import type { Prefix } from "./prefix.ts";
import { parseStructured, readPairs, type StructuredEntry } from "./structured.ts";
import { withoutPadding } from "./text.ts";
import { parseTransportMessage } from "./transport-line.ts";

/** An entry whose lines are still coming. */
export interface OpenEntry {
  readonly header: KlogHeader | null;
  readonly prefix: Prefix;
  readonly lineNumber: number;
  kind: LineKind;
  readonly transport: boolean;
  readonly structured: StructuredEntry | null;
  readonly continuation: Continuation | null;
  /** The lines of the block or body that are kept, when they can tell something. */
  readonly kept: string[] | null;
  keptSize: number;
}

const maxKept = 128 << 10;

export interface ReadEntry {
  readonly event: ClientEvent | null;
  /** null when the entry is complete. */
  readonly open: OpenEntry | null;
}

export interface EntryStart {
  readonly header: KlogHeader | null;
  readonly prefix: Prefix;
  readonly lineNumber: number;
  readonly kind: LineKind;
  readonly transport: boolean;
  /** The body of an answer can tell something. */
  readonly wantsBody: boolean;
  /** Bytes of the body that is expected, when known. */
  readonly bodyLength: number | null;
}

/** Reads the first line of an entry. `message` is the line without its header. */
export function readEntry(message: string, start: EntryStart): ReadEntry {
  if (message.charCodeAt(0) === 34) {
    const structured = parseStructured(message, 0);
    if (structured !== null) return readStructured(structured, start);
  }
  const event = start.transport ? parseTransportMessage(message) : entryEvent(message, new Map(), false);
  const continuation = start.transport
    ? null
    : continuationOf(message, start.header?.severity === "F", start.bodyLength);
  if (continuation === null) return { event, open: null };
  const kept = event?.kind === "body" && event.of === "response" && start.wantsBody ? [message] : null;
  return {
    event: event?.kind === "body" ? null : event,
    open: openEntry(start, null, continuation, kept),
  };
}

function readStructured(structured: StructuredEntry, start: EntryStart): ReadEntry {
  if (structured.block === null)
    return { event: entryEvent(structured.message, structured.values, start.transport), open: null };
  return {
    event: null,
    open: openEntry(start, structured, null, keptOf(structured, start)),
  };
}

function openEntry(
  { header, prefix, lineNumber, kind, transport }: EntryStart,
  structured: StructuredEntry | null,
  continuation: Continuation | null,
  kept: string[] | null,
): OpenEntry {
  return { header, prefix, lineNumber, kind, transport, structured, continuation, kept, keptSize: 0 };
}

function keptOf(structured: StructuredEntry, start: EntryStart): string[] | null {
  const wanted =
    start.transport ||
    start.kind === "problem" ||
    (structured.message === "Response Body" && start.wantsBody);
  return wanted ? [] : null;
}

/**
 * Takes a further line into the entry.
 *   taken: it belongs to it; done: and is its last one; over: it does not belong to it, the entry was over or was cut off.
 */
export function continueEntry(open: OpenEntry, line: string): "taken" | "done" | "over" {
  if (open.structured !== null) return continueBlock(open, open.structured, line);
  if (open.continuation === null || !open.continuation.takes(line)) return "over";
  keepLine(open, line);
  return open.continuation.over ? "done" : "taken";
}

function continueBlock(open: OpenEntry, structured: StructuredEntry, padded: string): "taken" | "done" {
  const line = withoutPadding(padded);
  if (!isBlockEnd(line)) {
    keepLine(open, line.charCodeAt(0) === 9 ? line.slice(1) : line.replace(/^ {4}(?: {4})?/, ""));
    return "taken";
  }
  if (structured.block !== null && open.kept !== null)
    structured.values.set(structured.block, open.kept.join("\n"));
  if (open.kept !== null) open.kept.length = 0;
  open.keptSize = 0;
  structured.block = null;
  readPairs(line, line.indexOf(">") + 1, structured);
  return structured.block === null ? "done" : "taken";
}

function isBlockEnd(line: string): boolean {
  const first = line.charCodeAt(0);
  return (first === 32 || first === 62) && /^ {0,1}>(?:$| [^\s=]{1,100}=)/.test(line.slice(0, 110));
}

/** Keeps a line of a block, when the block can tell something and is not too long. */
function keepLine(open: OpenEntry, line: string): void {
  if (open.kept === null || open.keptSize > maxKept) return;
  const part = line.length > maxKept ? line.slice(0, maxKept) : line;
  open.keptSize += part.length + 1;
  open.kept.push(part);
}

/** What an entry of several lines means. One that was cut off tells what its first line did: a URL, and its status. */
export function closeEntry(open: OpenEntry): ClientEvent | null {
  if (open.structured !== null) {
    if (open.structured.block !== null && !(open.transport && open.structured.values.has("url"))) return null;
    return entryEvent(open.structured.message, open.structured.values, open.transport);
  }
  return open.kept === null ? null : entryEvent(open.kept.join("\n"), new Map(), false);
}
