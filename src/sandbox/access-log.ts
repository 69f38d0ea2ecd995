/** One answered request. Never a body or any other header: they may hold credentials. */
export interface AccessLogEntry {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** 0 when the connection was cut instead. */
  readonly status: number;
  /** Who authenticated; "" when nobody did (401). */
  readonly user: string;
  readonly impersonatedUser?: string;
  readonly auditId: string;
  /** "kubectl/v1.35.0 (linux/amd64) kubernetes/…" */
  readonly userAgent: string;
  /** The client's end of the connection: requests of one port came on one connection. */
  readonly clientPort: number;
  /** "1.1", "2.0" */
  readonly httpVersion: string;
  /** RFC 3339, in UTC. */
  readonly startedAt: string;
  /** To the answer's headers. */
  readonly durationMs: number;
}

export interface AccessLog {
  readonly entries: readonly AccessLogEntry[];
  add(entry: AccessLogEntry): void;
}

/** @param onRequest called with each entry as it is added, before the client has the answer's headers */
export function createAccessLog(onRequest?: (entry: AccessLogEntry) => void): AccessLog {
  const entries: AccessLogEntry[] = [];
  return {
    entries,
    add(entry) {
      entries.push(entry);
      onRequest?.(entry);
    },
  };
}
