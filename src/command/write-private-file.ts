import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { exitCodes, TraceError } from "../errors.ts";

/**
 * Writes a file that only its owner may read. Readers see the old text or the new one, never half of it: it is
 * written beside the file and then takes its place. Throws TraceError when it cannot be written.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new TraceError(
      `cannot write ${path}: ${code}`,
      "--to takes a file in a folder that exists and can be written to",
      exitCodes.no,
      { cause: error },
    );
  }
}
