/**
 * The few things that are thrown, and what each means for the exit code. Strange input is never an error:
 * it is a value (passed through, `Unresolved`, `unknown`). One catch, in main.ts, prints these.
 */
export const exitCodes = {
  ok: 0,
  /** The answer is no: a check failed, a request failed. */
  no: 1,
  usage: 2,
  /** The cluster cannot be asked. */
  cluster: 3,
  interrupted: 130,
} as const satisfies Record<string, number>;

/**
 * An error for the person at the terminal: printed as `error: <message>` and `hint: <hint>` on stderr.
 * Message and hint are lower case, one line, without a full stop.
 */
export class TraceError extends Error {
  override readonly name: string = "TraceError";
  readonly hint: string;
  readonly exitCode: number;

  constructor(message: string, hint: string, exitCode: number = exitCodes.no, options?: { cause?: unknown }) {
    super(message, options);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The command line is wrong. */
export class UsageError extends TraceError {
  override readonly name = "UsageError";
  constructor(message: string, hint: string) {
    super(message, hint, exitCodes.usage);
  }
}

/** The cluster cannot be asked: no kubeconfig, no such context, no connection, no credentials. */
export class ClusterError extends TraceError {
  override readonly name = "ClusterError";
  constructor(message: string, hint: string, options?: { cause?: unknown }) {
    super(message, hint, exitCodes.cluster, options);
  }
}
