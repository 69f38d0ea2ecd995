/** Header names in lower case. Repeated headers stay apart, as a list. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Exchange {
  readonly method: string;
  /** Path and query, with the server's base path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array | null;
  /** May it be sent beside others on one connection: nothing is lost when it has to be sent twice. */
  readonly idempotent: boolean;
  /** Called when the request goes out on a connection. */
  readonly onSent: () => void;
  readonly onHeaders: (status: number, headers: Headers) => void;
  /** The answer's next bytes; the transport waits for a promise before it reads on. */
  readonly onData: (chunk: Uint8Array) => void | Promise<void>;
}

/** One way to the server over connections that are already understood: HTTP/2 or HTTP/1.1. */
export interface Transport {
  /** false once the server has closed it or asked to leave: the next request needs a new one. */
  isUsable(): boolean;
  /** Sends one request and reads its answer to the end. @throws what went wrong; the signal's reason when aborted. */
  send(exchange: Exchange, signal: AbortSignal): Promise<void>;
  /** Ends all connections at once. */
  destroy(): void;
}

/** The value of a header that comes once; "" when it is missing. */
export function headerOf(headers: Headers, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : (value?.[0] ?? "");
}

/** An answer that ends before its content-length. */
export function incompleteError(): Error {
  return Object.assign(new Error("incomplete answer"), { code: "ECONNRESET" });
}
