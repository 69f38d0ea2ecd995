import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
  ERR_STRING_TOO_LONG: "it is too large",
};

/** The whole text of a file, of standard input for "-". Throws UsageError when there is none to be had. */
export async function readTextFile(file: string, io: Io): Promise<string> {
  try {
    if (file !== "-") {
      return await readFile(resolve(io.cwd, file), "utf8");
    }
    const chunks: Buffer[] = [];
    for await (const chunk of io.stdin) {
      chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks).toString("utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "it cannot be read";
    throw new UsageError(
      `cannot read ${file}: ${reasons[code] ?? code}`,
      "give it a file of YAML or JSON, or -",
    );
  }
}
