import type { LineHandler } from "./lines.ts";
import type { LogReader } from "./log-reader.ts";
import type { LineKind } from "./parser.ts";

type OnLine = (bytes: Uint8Array, kind: LineKind) => void;

/** Gives each line to the reader, and each byte with the kind of its line to `onLine`. */
export function lineHandler(reader: LogReader, onLine: OnLine | null): LineHandler {
  let restKind: LineKind = "text";
  /** The beginning of the current line has been handed on as text. */
  let begun = false;

  function forward(bytes: Buffer, start: number, end: number, terminated: boolean, kind: LineKind): void {
    if (onLine === null || (start === end && !terminated)) return;
    const copy = Buffer.allocUnsafe(end - start + (terminated ? 1 : 0));
    bytes.copy(copy, 0, start, end);
    if (terminated) copy[copy.length - 1] = 10;
    onLine(copy, kind);
  }

  return {
    line(bytes, start, end, terminated) {
      const { kind, at } = reader.line(bytes, start, end, begun);
      if (at > start) forward(bytes, start, at, false, "text");
      forward(bytes, at, end, terminated, kind);
      begun = false;
      restKind = kind;
    },
    rest(bytes, start, end, terminated) {
      reader.rest(bytes, start, end, terminated);
      forward(bytes, start, end, terminated, restKind);
    },
    releasable(tail) {
      if (onLine === null) return 0;
      const count = reader.releasable(tail, begun);
      if (count > 0) {
        forward(tail, 0, count, false, "text");
        begun = true;
      }
      return count;
    },
  };
}
