import { readSnapshot, type Snapshot } from "../cluster/snapshot/snapshot.ts";
import type { Io } from "../io.ts";
import { readTextFile } from "./read-text-file.ts";

/** The snapshot in a file, "-" for standard input. Throws UsageError when it cannot be read or is none. */
export async function readSnapshotFile(file: string, io: Io): Promise<Snapshot> {
  return readSnapshot(await readTextFile(file, io), file === "-" ? "standard input" : file);
}
