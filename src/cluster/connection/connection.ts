import type { X509Certificate } from "node:crypto";
import type { Impersonation, Phases } from "../../log/round-trip.ts";
import type { ConnectionSettings } from "../kubeconfig/kubeconfig.ts";
import { unlessAborted } from "../unless-aborted.ts";
import type { Credential } from "./credentials.ts";
import { type Deadline, newDeadline } from "./deadline.ts";
import { impersonationHeaders } from "./impersonation.ts";
import { createOpener } from "./opener.ts";
import { proxyFor } from "./proxy.ts";
import { newReading, type Reading, toAnswer } from "./reading.ts";
import type { Headers } from "./transport.ts";
import { describeFailure, type Failure, TransportError } from "./transport-failure.ts";
import { proxyAuthorization } from "./tunnel.ts";

export interface ConnectionOptions {
  /** Of this program, for the User-Agent header. */
  readonly version?: string;
  /** Is standard input a terminal that a credential plugin may use? */
  readonly interactive?: boolean;
  readonly onPluginStderr?: (chunk: Uint8Array) => void;
}

export interface ConnectionRequest {
  readonly method: string;
  /** Path and query below the server's base path: "/api/v1/pods?limit=1". */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | string;
  readonly signal?: AbortSignal;
  /** Limit for the whole exchange in milliseconds; 0 or nothing: none. */
  readonly timeoutMs?: number;
  /** Limit up to the answer's headers. */
  readonly headersTimeoutMs?: number;
  /** A longer body is refused as "too-large"; 32 MiB by default. Not with onBody. */
  readonly maxBytes?: number;
  /** Takes the body as it comes, instead of `body` in the answer. */
  readonly onBody?: (chunk: Uint8Array) => void | Promise<void>;
  /** The user to act as; the connection's own impersonation by default. */
  readonly as?: Impersonation | null;
  /** May it be sent again after a lost connection? By default GET and HEAD. */
  readonly idempotent?: boolean;
}

export type ConnectionAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly statusText: string;
      readonly headers: Headers;
      /** Empty with onBody. */
      readonly body: Uint8Array;
      /** To the answer's headers. */
      readonly durationMs: number;
      readonly phasesMs: Phases;
    }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** Of an answer that was not complete; null when none came. */
      readonly status: number | null;
      readonly durationMs: number;
      readonly phasesMs: Phases;
    };

export interface Connection {
  readonly settings: ConnectionSettings;
  /** Sends one request. Never throws: what went wrong is the answer. */
  request(request: ConnectionRequest): Promise<ConnectionAnswer>;
  /** Those that the servers of the connections in use proved themselves with; none over plain HTTP, or before the first request. */
  certificates(): Promise<readonly X509Certificate[]>;
  /** Closes everything at once; requests under way fail. */
  close(): void;
}

/**
 * A way to the server of `settings`, opened by the first request: one dial tells whether it speaks HTTP/2, which
 * takes all requests on that connection, or HTTP/1.1, which takes up to six.
 */
export function openConnection(settings: ConnectionSettings, options: ConnectionOptions): Connection {
  const closing = new AbortController();
  const server = new URL(settings.server);
  const basePath = server.pathname.replace(/\/+$/, "");
  const opener = createOpener(settings, options, closing.signal);

  const attempt = async (request: ConnectionRequest, deadline: Deadline): Promise<Reading> => {
    const reading = newReading(request, deadline.headersSeen);
    const { signal } = deadline;
    try {
      // A credential plugin may wait for a login in a browser: that is not the server's time.
      reading.credential = await unlessAborted(opener.credential(), signal);
      deadline.start();
      reading.startedAt = performance.now();
      const opened = await unlessAborted(opener.transport(reading.credential), signal);
      await opened.transport.send(
        {
          method: request.method,
          path: basePath + request.path,
          headers: headersOf(request, reading.credential, settings, options),
          body: typeof request.body === "string" ? Buffer.from(request.body) : (request.body ?? null),
          idempotent: isIdempotent(request),
          onSent: () => {
            reading.sentAt = performance.now();
            reading.connectionPhases = opened.takePhases();
          },
          onHeaders: reading.onHeaders,
          onData: reading.onData,
        },
        signal,
      );
    } catch (error) {
      reading.error = error ?? new Error("unknown error");
    }
    return reading;
  };

  const request = async (given: ConnectionRequest): Promise<ConnectionAnswer> => {
    const deadline = newDeadline(given, closing.signal);
    try {
      let reading = await attempt(given, deadline);
      if (wasLostOnOldConnection(reading, given) && !deadline.signal.aborted) {
        reading = await attempt(given, deadline);
      }
      const { credential } = reading;
      if (reading.status === 401 && reading.error === null && credential !== null) {
        const renewed = await opener.renew(credential).catch((error: unknown) => {
          reading.error = error;
          return false;
        });
        if (renewed) reading = await attempt(given, deadline);
      }
      return await toAnswer(reading, given, server);
    } finally {
      deadline.stop();
    }
  };
  return {
    settings,
    request,
    certificates: opener.certificates,
    close: () => {
      closing.abort(new TransportError("aborted", "the connection was closed"));
      opener.close();
    },
  };
}

function headersOf(
  request: ConnectionRequest,
  credential: Credential,
  settings: ConnectionSettings,
  options: ConnectionOptions,
): Readonly<Record<string, string | readonly string[]>> {
  const as = request.as === undefined ? settings.impersonation : request.as;
  const proxy = settings.server.startsWith("http:") ? proxyFor(settings) : null;
  const [forProxy] = proxy?.protocol.startsWith("http") ? proxyAuthorization(proxy) : [];
  return {
    accept: "application/json",
    "user-agent": options.version === undefined ? "kubectl-trace" : `kubectl-trace/${options.version}`,
    ...(forProxy === undefined ? {} : { "proxy-authorization": forProxy.slice(forProxy.indexOf(" ") + 1) }),
    ...(credential.authorization === "" ? {} : { authorization: credential.authorization }),
    ...request.headers,
    ...impersonationHeaders(as),
  };
}

function isIdempotent(request: ConnectionRequest): boolean {
  return request.idempotent ?? (request.method === "GET" || request.method === "HEAD");
}

/** A server may close an idle connection at the moment a request goes out on it. */
function wasLostOnOldConnection(reading: Reading, request: ConnectionRequest): boolean {
  return (
    reading.error !== null &&
    reading.status === null &&
    reading.sentAt !== null &&
    reading.connectionPhases === null &&
    isIdempotent(request) &&
    describeFailure(reading.error, "").kind === "reset"
  );
}
