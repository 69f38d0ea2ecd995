import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { whyUnreadable } from "./read-text-file.ts";
import { sanitizeLines } from "./terminal-text.ts";

/** The body that `--data` names: the text itself, `@file`, or `-` for standard input. Throws UsageError. */
export async function readRequestBody(data: string | null, io: Io): Promise<Uint8Array | null> {
  if (data === null) return null;
  if (data === "-") return Buffer.concat(await io.stdin.toArray());
  if (!data.startsWith("@")) return Buffer.from(data);
  return await readFile(resolve(io.cwd, data.slice(1))).catch((error: unknown) => {
    throw new UsageError(
      `cannot read ${data.slice(1)}: ${whyUnreadable(error)}`,
      "--data takes a body, @file or -",
    );
  });
}

export interface BodyWriter {
  readonly write: (chunk: Uint8Array) => void;
  /** On a terminal, what follows begins on a line of its own. */
  readonly end: () => void;
}

/** Passes an answer's body on: as it is, or without acting controls to a terminal. */
export function createBodyWriter(stream: Io["stdout"], isTerminal: boolean): BodyWriter {
  if (!isTerminal) return { write: (chunk) => void stream.write(Buffer.from(chunk)), end: () => {} };
  const decoder = new TextDecoder();
  let last = "\n";
  return {
    write: (chunk) => {
      const text = sanitizeLines(decoder.decode(chunk, { stream: true }));
      last = text.at(-1) ?? last;
      stream.write(text);
    },
    end: () => {
      if (last !== "\n") stream.write("\n");
    },
  };
}
