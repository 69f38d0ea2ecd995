import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import { TraceError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { AccessLogEntry } from "../sandbox/access-log.ts";
import { codeOf } from "./error-code.ts";

/** Where the sandbox's requests are kept, one JSON object a line. */
export interface AccessLogFile {
  /** Appends it at once: whoever gets the answer finds it there. Never throws. */
  readonly add: (entry: AccessLogEntry) => void;
  /** Resolves when one could not be written, such as on a full disk; nothing is written after it. */
  readonly failed: Promise<void>;
  /** Throws TraceError when one could not be written. */
  readonly assertComplete: () => void;
}

/**
 * Opens it before anything is asked, so that a wrong path is known; what it holds already stays.
 * @param file undefined: nothing is kept. Throws UsageError when it cannot be written.
 */
export function openAccessLog(file: string | undefined, io: Pick<Io, "cwd">): AccessLogFile {
  if (file === undefined) return { add: () => {}, failed: new Promise(() => {}), assertComplete: () => {} };
  const path = resolve(io.cwd, file);
  const append = (text: string): void => appendFileSync(path, text, { mode: 0o600 });
  try {
    append("");
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${codeOf(error)}`, "--access-log takes the path of a file");
  }
  let failure: string | null = null;
  let fail = (): void => {};
  const failed = new Promise<void>((done) => {
    fail = done;
  });
  return {
    failed,
    add(entry) {
      if (failure !== null) return;
      try {
        append(`${JSON.stringify(entry)}\n`);
      } catch (error) {
        failure = codeOf(error);
        fail();
      }
    },
    assertComplete() {
      if (failure === null) return;
      throw new TraceError(`not every request is in ${file}: ${failure}`, "is the disk full?");
    },
  };
}
