import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { exitCodes, TraceError } from "../errors.ts";

/**
 * Writes a file that only its owner may read. Readers see the old text or the new one, never half of it: it is
 * written beside the file and then takes its place. A link is followed, and what is no file (/dev/stdout, a named
 * pipe) is written to: taking its place would remove it. Throws TraceError when it cannot be written.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  try {
    if (await isOtherThanFile(path)) await writeFile(path, text);
    else await replaceFile(await realpath(path).catch(() => path), text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new TraceError(
      `cannot write ${path}: ${code}`,
      "--to takes a file in a folder that exists and can be written to",
      exitCodes.no,
      { cause: error },
    );
  }
}

async function isOtherThanFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => !found.isFile(),
    () => false,
  );
}

async function replaceFile(path: string, text: string): Promise<void> {
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
    throw error;
  }
}
