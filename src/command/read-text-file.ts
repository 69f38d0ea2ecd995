import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  ERR_STRING_TOO_LONG: "it is too large",
};

/** The whole text of a file, of standard input for "-". Throws UsageError when there is none to be had. */
export async function readTextFile(file: string, io: Io): Promise<string> {
  const path = file === "-" ? null : resolve(io.cwd, file);
  try {
    if (path !== null) return await readFile(path, "utf8");
    const chunks: Buffer[] = [];
    for await (const chunk of io.stdin) {
      chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks).toString("utf8");
  } catch (error) {
    throw new UsageError(
      `cannot read ${file}: ${whyUnreadable(error)}`,
      "give it a file of YAML or JSON, or -",
    );
  }
}

/** Why a file could not be read, for people: "no such file". */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "it cannot be read";
  return reasons[code] ?? code;
}
