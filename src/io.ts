import type { Readable, Writable } from "node:stream";

/** All that a command knows of the process around it. Made in main.ts; tests make their own. */
export interface Io {
  /** Of this program. */
  readonly version: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the working folder. Throws UsageError when that has been removed. */
  readonly cwd: string;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Columns of the terminal on stdout; null when it is none. */
  readonly columns: number | null;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** The wall clock. */
  readonly date: () => Date;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP, with the signal's name as its reason. */
  readonly signal: AbortSignal;
  /** Calls back at every such signal; gives a function that ends that. */
  readonly onSignal: (listener: (name: NodeJS.Signals) => void) => () => void;
}
