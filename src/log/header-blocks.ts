import { type Exchange, longestHoldMs, type Moment, type PendingRequest } from "./exchange.ts";
import { isKeptHeader } from "./fast-line.ts";
import { addHeader, type HeaderFacts, newHeaderFacts } from "./headers.ts";
import { klogMsAt, msBetween } from "./klog-header.ts";

/**
 * The printf entries `Request Headers:` and `Response Headers:` and the lines after them, one entry a header. Nothing in
 * them says whose they are: they are taken only where nobody else's can stand.
 */
export interface HeaderBlocks {
  /** The request that the next lines describe; null for none. */
  describe(request: PendingRequest | null): void;
  /** `only`: no other request still waits for its headers. */
  ofRequest(only: boolean, at: Moment): void;
  /** The answer that may have them; null when there may be several. */
  ofResponse(last: Exchange | null, at: Moment): void;
  header(name: string, value: string, ms: number | null): void;
  /** Any other entry ends a block. */
  end(): void;
  /** Takes a header line from its bytes; false when it must be read in full. */
  take(bytes: Buffer, start: number, message: number, end: number): boolean;
}

/** Milliseconds that pass at most between two lines of one block on a machine that is not busy. */
const idlePauseMs = 1;

export function createHeaderBlocks(): HeaderBlocks {
  let target: HeaderFacts | null = null;
  let describing: PendingRequest | null = null;
  let lastMs: number | null = null;
  let pauseMs = idlePauseMs;

  /** The lines of one block follow each other at once: after a pause they may be another's. */
  function follows(before: number | null, ms: number | null): boolean {
    return before === null || ms === null || Math.abs(msBetween(before, ms)) <= pauseMs;
  }

  function begin(of: { readonly framed: boolean } | null, at: Moment): void {
    pauseMs = of?.framed ? longestHoldMs : idlePauseMs;
    lastMs = at.ms;
  }

  function header(name: string, value: string, ms: number | null): void {
    step(ms);
    if (target !== null) addHeader(target, name, value);
  }

  /** A line of a block, logged at that moment. */
  function step(ms: number | null): void {
    if (!follows(lastMs, ms)) target = null;
    lastMs = ms;
    if (describing === null) return;
    if (follows(describing.lastMs, ms)) describing.lastMs = ms;
    else describing = null;
  }

  return {
    describe(request) {
      describing = request;
    },
    ofRequest(only, at) {
      target = null;
      begin(describing, at);
      if (only && describing !== null) target = describing.headers = newHeaderFacts();
    },
    ofResponse(last, at) {
      target = describing = null;
      begin(last, at);
      if (last === null || !last.alone || last.headers !== null || last.requestHeaders === null) return;
      if (follows(last.at.ms, at.ms)) target = last.headers = newHeaderFacts();
    },
    header,
    end() {
      target = null;
    },
    take(bytes, start, message, end) {
      if (target === null && describing === null) return true;
      // Most headers are only counted: their line need not become text.
      if (!isKeptHeader(bytes, message + 4) && hasPlainName(bytes, message + 4)) {
        step(klogMsAt(bytes, start + 1));
        if (target !== null) target.count++;
        return true;
      }
      const line = bytes.toString("latin1", message + 4, end);
      const colon = line.indexOf(": ");
      if (colon === -1 || line.includes("\x1b")) return false;
      header(line.slice(0, colon), line.slice(colon + 2), klogMsAt(bytes, start + 1));
      return true;
    },
  };
}

/** Whether letters and hyphens, a colon and a space stand there. */
function hasPlainName(bytes: Buffer, start: number): boolean {
  let at = start;
  while (isNameByte(bytes[at] ?? 0)) at++;
  return at > start && bytes[at] === 58 && bytes[at + 1] === 32;
}

function isNameByte(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte === 45;
}
