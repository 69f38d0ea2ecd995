import { createLogParser, type LineKind } from "../../src/log/parser.ts";
import type { RoundTrip } from "../../src/log/round-trip.ts";

export interface Parsed {
  readonly roundTrips: readonly RoundTrip[];
  /** The input again, as it was handed on. */
  readonly forwarded: string;
  /** One letter a byte: t(ext), T(ransport), i(nfo), p(roblem). */
  readonly kinds: string;
  /** The bytes that were text. */
  readonly text: string;
}

const letters: Readonly<Record<LineKind, string>> = { text: "t", transport: "T", info: "i", problem: "p" };

/** Parses a log (latin1 text), in pieces of the given sizes when there are some, looking at every line. */
export function parseText(log: string, sizes: readonly number[] = []): Parsed {
  const roundTrips: RoundTrip[] = [];
  let forwarded = "";
  let kinds = "";
  let text = "";
  const parser = createLogParser({
    file: "-",
    onRoundTrip: (roundTrip) => roundTrips.push(roundTrip),
    onLine(bytes, kind) {
      const part = Buffer.from(bytes).toString("latin1");
      forwarded += part;
      kinds += letters[kind].repeat(part.length);
      if (kind === "text") text += part;
    },
  });
  writeIn(parser.write, Buffer.from(log, "latin1"), sizes);
  parser.end();
  return { roundTrips, forwarded, kinds, text };
}

/** The same without looking at lines, as `parse` does. */
export function parseQuietly(log: string): readonly RoundTrip[] {
  const roundTrips: RoundTrip[] = [];
  const parser = createLogParser({ file: "-", onRoundTrip: (roundTrip) => roundTrips.push(roundTrip) });
  parser.write(Buffer.from(log, "latin1"));
  parser.end();
  return roundTrips;
}

function writeIn(write: (chunk: Uint8Array) => void, bytes: Buffer, sizes: readonly number[]): void {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes.length === 0 ? bytes.length : Math.max(1, sizes[i % sizes.length] ?? 1);
    // The chunk is overwritten afterwards: nothing may hold on to it.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    write(chunk);
    chunk.fill(0);
    at += size;
  }
}

/** "GET /path 200" for each, the host left out. */
export function summaryOf(roundTrips: readonly RoundTrip[]): string[] {
  return roundTrips.map(({ method, url, outcome, status }) => {
    const path = url.replace(/^[a-z]+:\/\/[^/]*/, "");
    return `${method} ${path} ${outcome === "response" ? status : outcome}`.trim();
  });
}
