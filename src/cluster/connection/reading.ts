import { STATUS_CODES } from "node:http";
import type { Phases } from "../../log/round-trip.ts";
import type { ConnectionAnswer, ConnectionRequest } from "./connection.ts";
import type { Credential } from "./credentials.ts";
import type { Headers } from "./transport.ts";
import { describeFailure, type Failure, TransportError } from "./transport-failure.ts";

/** What is known of one try to get an answer, filled in as it comes. */
export interface Reading {
  credential: Credential | null;
  startedAt: number;
  sentAt: number | null;
  headersAt: number | null;
  /** Of the connection the request went out on, when it is the first one there. */
  connectionPhases: Phases | null;
  status: number | null;
  headers: Headers;
  error: unknown;
  readonly chunks: Uint8Array[];
  readonly onHeaders: (status: number, headers: Headers) => void;
  readonly onData: (chunk: Uint8Array) => void | Promise<void>;
}

const defaultMaxBytes = 32 << 20;

/** `onHeadersSeen` is told when the answer begins. A 401 is held back: it may be followed by a better try. */
export function newReading(request: ConnectionRequest, onHeadersSeen: () => void): Reading {
  const limit = request.maxBytes ?? defaultMaxBytes;
  let received = 0;
  const reading: Reading = {
    credential: null,
    startedAt: performance.now(),
    sentAt: null,
    headersAt: null,
    connectionPhases: null,
    status: null,
    headers: {},
    error: null,
    chunks: [],
    onHeaders: (status, headers) => {
      reading.headersAt = performance.now();
      reading.status = status;
      reading.headers = headers;
      onHeadersSeen();
    },
    onData: (chunk) => {
      if (request.onBody !== undefined && reading.status !== 401) return request.onBody(chunk);
      received += chunk.length;
      if (received > limit) {
        throw new TransportError("too-large", `the answer is larger than ${limit >> 20} MiB`);
      }
      reading.chunks.push(chunk);
    },
  };
  return reading;
}

/** Hands over what was held back, then says how it went. */
export async function toAnswer(
  reading: Reading,
  request: ConnectionRequest,
  server: URL,
): Promise<ConnectionAnswer> {
  const durationMs = Math.max(0, Math.trunc((reading.headersAt ?? performance.now()) - reading.startedAt));
  const phasesMs = phasesOf(reading);
  const { status, headers } = reading;
  if (reading.error !== null || status === null) {
    return { ok: false, failure: failureOf(reading.error, server), status, durationMs, phasesMs };
  }
  let body = Buffer.concat(reading.chunks);
  if (request.onBody !== undefined && body.length > 0) {
    await request.onBody(body);
    body = Buffer.alloc(0);
  }
  const statusText = STATUS_CODES[status] ?? "";
  return { ok: true, status, statusText, headers, body, durationMs, phasesMs };
}

/** As client-go logs them: those of the dial for a new connection, getConnection for one that is used again. */
function phasesOf(reading: Reading): Phases {
  const { startedAt, sentAt, headersAt, connectionPhases } = reading;
  if (sentAt === null) return {};
  return {
    ...(connectionPhases ?? { getConnection: Math.trunc(sentAt - startedAt) }),
    ...(headersAt === null ? {} : { serverProcessing: Math.trunc(headersAt - sentAt) }),
  };
}

function failureOf(error: unknown, server: URL): Failure {
  const failure = describeFailure(error, server.host);
  const isPlain = server.protocol === "http:";
  return isPlain && (failure.kind === "reset" || failure.message.startsWith("the answer is not HTTP"))
    ? { ...failure, hint: "is the server https://, not http://" }
    : failure;
}
