import type { Admission } from "./admission.ts";
import {
  beginsLikeHeader,
  type FastHeader,
  fastHeader,
  isKeptHeader,
  plainSlice,
  transportLine,
  wholeBodyOf,
} from "./fast-line.ts";
import { isKlogTime, type KlogHeader } from "./klog-header.ts";
import type { LineKind } from "./parser.ts";
import { createPlainTextFilter, type Seen } from "./plain-text.ts";
import type { OpenEntry } from "./source.ts";

/** Reads the lines that are exactly as klog writes them from their bytes: nearly all, and many of them tell nothing. */
export interface FastReader {
  /** The kind of a line; null when it must be read in full. */
  read(bytes: Buffer, start: number, end: number): LineKind | null;
}

/** What it needs of the reader of whole lines. */
export interface FastReaderOptions {
  readonly admission: Admission;
  readonly open: ReadonlyMap<string, OpenEntry>;
  /** Every line's kind matters, not only what it tells. */
  readonly exact: boolean;
  readonly seen: Seen;
  /** Reads the first line of an entry of the client that wrote last. */
  readonly readEntry: (line: string, header: KlogHeader) => LineKind;
  /** Takes a line into an open entry; false when it does not belong to it. */
  readonly takeInto: (tag: string, entry: OpenEntry, line: string) => boolean;
}

export function createFastReader(options: FastReaderOptions): FastReader {
  const { admission, open, exact, seen, readEntry, takeInto } = options;
  const plainText = createPlainTextFilter();

  function readText(bytes: Buffer, start: number, end: number): LineKind | null {
    const wantsText = admission.last()?.wantsText() ?? false;
    return plainText.is(bytes, start, end, seen, wantsText) ? "text" : null;
  }

  function readHeaded(bytes: Buffer, start: number, end: number): LineKind | null {
    const header = fastHeader(bytes, start, end);
    const client = header === null ? null : admission.lastIs(header.pid);
    if (header === null || client === null) return null;
    const { message } = header;
    const fileLine = transportLine(bytes, header.file, message);
    if (fileLine === -1) {
      const of = exact || client.wantsBody() ? null : wholeBodyOf(bytes, message, end);
      if (of === null) return null;
      client.skipBody(of);
      return "transport";
    }
    if (bytes[message] === 32) return client.takeHeader(bytes, start, message, end) ? "transport" : null;
    return readTransport(bytes, start, end, header, fileLine);
  }

  function readTransport(
    bytes: Buffer,
    start: number,
    end: number,
    { pid, message }: FastHeader,
    fileLine: number,
  ): LineKind | null {
    const line = isKlogTime(bytes, start + 1) ? plainSlice(bytes, start, end) : null;
    if (line === null) return null;
    return readEntry(line, {
      severity: "I",
      time: line.slice(1, 21),
      pid: String(pid),
      file: "round_trippers.go",
      fileLine,
      end: message - start,
    });
  }

  /** A line of the one entry that is open: of a block, or the block's end. */
  function readContinued(bytes: Buffer, start: number, end: number): LineKind | null {
    const isEnd = bytes[start] === 32 && bytes[start + 1] === 62;
    if ((bytes[start] !== 9 && !isEnd) || open.size > 1) return null;
    const entry = open.get("");
    if (entry === undefined || entry.prefix.end > 0 || entry.structured === null) return null;
    if (!isEnd && tellsNothing(bytes, start, entry)) return entry.kind;
    const line = plainSlice(bytes, start, end);
    return line !== null && takeInto("", entry, line) ? entry.kind : null;
  }

  return {
    read(bytes, start, end) {
      if (open.size > 0) return readContinued(bytes, start, end);
      return beginsLikeHeader(bytes, start) ? readHeaded(bytes, start, end) : readText(bytes, start, end);
    },
  };
}

/** Whether a line of a block can be dropped: that there were headers at all is kept. */
function tellsNothing(bytes: Buffer, start: number, entry: OpenEntry): boolean {
  if (entry.kept === null) return true;
  if (entry.structured?.block !== "headers" || isKeptHeader(bytes, start + 1)) return false;
  if (entry.kept.length === 0) entry.kept.push("-: -");
  return true;
}
