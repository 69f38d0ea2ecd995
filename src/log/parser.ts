import type { OnlyClient } from "./admission.ts";
import { createDecoder } from "./encoding.ts";
import { roundTripOf } from "./exchange.ts";
import { lineHandler } from "./forward.ts";
import { createLineSplitter, maxLine } from "./lines.ts";
import { createLogReader } from "./log-reader.ts";
import type { RoundTrip } from "./round-trip.ts";

/**
 * What a raw line of the input is, for whoever forwards it:
 *   text       not a log entry: the program's own output
 *   transport  an HTTP round trip's line, header or body, which only -v=6 and above print
 *   info       any other klog entry of severity I
 *   problem    a klog entry of severity W, E or F
 * Lines that continue an entry have the kind of the entry.
 */
export type LineKind = "text" | "transport" | "info" | "problem";

export interface LogParserOptions {
  /** Name for `source.file`: a path, or "-" for standard input. */
  readonly file: string;
  /** Called once for each exchange, as soon as nothing later in the log can change it. */
  readonly onRoundTrip: (roundTrip: RoundTrip) => void;
  /**
   * Called with every byte of the input once, in order, at most one line a call. A last line without
   * its line feed that cannot become a log entry (a prompt) is handed on at once, not held back. UTF-16 is handed on as UTF-8.
   */
  readonly onLine?: (bytes: Uint8Array, kind: LineKind) => void;
}

export interface LogParser {
  /** Takes the next bytes, cut anywhere. Never throws, whatever they are. The chunk may be reused afterwards. */
  write(chunk: Uint8Array): void;
  /** The input is over: what is still open is reported as pending. */
  end(): void;
  /** The one program that sent all the requests; null when there is none, or more than one. */
  client(): OnlyClient | null;
}

/** Reads the verbose log of a Kubernetes client, in any of its formats and mixed with anything else. */
export function createLogParser(options: LogParserOptions): LogParser {
  const reader = createLogReader(
    (exchange) => options.onRoundTrip(roundTripOf(exchange, options.file)),
    options.onLine !== undefined,
  );
  const splitter = createLineSplitter(lineHandler(reader, options.onLine ?? null));
  const decoder = createDecoder((bytes) => {
    for (let at = 0; at < bytes.length; at += maxLine) splitter.write(bytes.subarray(at, at + maxLine));
  });
  return {
    write: (chunk) => decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
    end() {
      decoder.end();
      splitter.end();
      reader.end();
    },
    client: reader.client,
  };
}
