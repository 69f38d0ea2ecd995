import { createWriteStream, openSync } from "node:fs";
import { finished, type Writable } from "node:stream";
import { TraceError, UsageError } from "../errors.ts";

/** A stream that text is written to, with what a pipe needs: waiting for slow readers, silence after closed ones. */
export interface TextSink {
  write(text: string): void;
  /** Resolves when the stream takes more. */
  drain(): Promise<void>;
  /** Everything is written; a file is closed. Throws TraceError when that failed, unless the reader has gone away. */
  end(): Promise<void>;
  /** The reader has gone away: writing does nothing any more. */
  readonly closed: boolean;
}

/** Many small pieces are gathered into one write. */
const gatherChars = 64 * 1024;
/** Ten times as fast as a stream's own encoding of a long string. */
const utf8 = new TextEncoder();

/** @param keepOpen true for the process's own streams, which others write to as well */
export function openTextSink(stream: Writable, keepOpen: boolean): TextSink {
  let gathered = "";
  let closed = false;
  let failure: string | null = null;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    closed = true;
    // A reader who has gone away wants no more. Anything else, such as a full disk, has lost what was to be kept.
    if (error.code !== "EPIPE") failure = error.code ?? error.message;
  });
  const flush = () => {
    if (gathered !== "" && !closed) stream.write(utf8.encode(gathered));
    gathered = "";
  };
  return {
    get closed() {
      return closed;
    },
    write(text) {
      gathered += text;
      if (gathered.length >= gatherChars) flush();
    },
    async drain() {
      flush();
      if (stream.writableNeedDrain && !closed) await settled(stream, "drain");
    },
    async end() {
      flush();
      if (!closed && keepOpen) await new Promise<void>((resolve) => stream.write("", () => resolve()));
      else if (!closed) await new Promise<void>((resolve) => finished(stream.end(), () => resolve()));
      // The stream tells of its error after the callbacks of its writes.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (failure !== null)
        throw new TraceError(`the output cannot be written: ${failure}`, "is the disk full?");
    },
  };
}

/** The event, or the end of the stream in whatever way. */
export async function settled(stream: Writable, event: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      for (const name of [event, "error", "close"]) stream.off(name, done);
      resolve();
    };
    for (const name of [event, "error", "close"]) stream.once(name, done);
  });
}

/** Opens a file for writing at once, so that a wrong path is known before any work is done. Throws UsageError. */
export function openFileSink(path: string, hint: string): TextSink {
  try {
    return openTextSink(createWriteStream(path, { fd: openSync(path, "w") }), false);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new UsageError(`cannot write ${path}: ${code}`, hint);
  }
}
