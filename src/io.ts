import type { Readable, Writable } from "node:stream";

/** All that a command knows of the process around it. Made in main.ts; tests make their own. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the working folder. */
  readonly cwd: string;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Columns of the terminal on stdout; null when it is none. */
  readonly columns: number | null;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}
