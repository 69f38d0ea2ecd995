import type { Writable } from "node:stream";
import { settled } from "./text-sink.ts";

/** A stream that many small pieces go to: a write for each would cost a system call and memory. */
export interface ByteSink {
  /** Keeps the piece until flush(), without a copy. */
  write(bytes: Uint8Array): void;
  /** Hands on what is kept: to be called after each chunk of input, so that nothing waits for the next. */
  flush(): void;
  /** Resolves when the stream takes more, or is closed. */
  drain(): Promise<void>;
}

export function openByteSink(stream: Writable): ByteSink {
  let kept: Uint8Array[] = [];
  return {
    write(bytes) {
      kept.push(bytes);
    },
    flush() {
      if (kept.length > 0 && !stream.destroyed) stream.write(Buffer.concat(kept));
      kept = [];
    },
    async drain() {
      if (stream.writableNeedDrain && !stream.destroyed) await settled(stream, "drain");
    },
  };
}
