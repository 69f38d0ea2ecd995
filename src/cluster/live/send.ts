import { parseRequestInfo } from "../../api/request-info.ts";
import { ClusterError } from "../../errors.ts";
import { type Impersonation, newRoundTrip, type RoundTrip, withoutUserInfo } from "../../log/round-trip.ts";
import type { Connection, ConnectionAnswer } from "../connection/connection.ts";
import { type Headers, headerOf } from "../connection/transport.ts";
import type { Failure } from "../connection/transport-failure.ts";
import { oneSafeLine } from "../safe-text.ts";
import { mediaType, parseApiStatus, parseJson } from "./api-answer.ts";

export interface TracedRequest {
  /** Upper case. */
  readonly method: string;
  /** Path and query below the server's base path. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | string;
  /** Takes the answer's body as it comes; it is thrown away without. */
  readonly onBody?: (chunk: Uint8Array) => void | Promise<void>;
  /** Is told why there was no whole answer, and what to do about it. */
  readonly onFailure?: (failure: Failure) => void;
  readonly as?: Impersonation;
  readonly signal?: AbortSignal;
  readonly source?: RoundTrip["source"];
}

/** An error's body is a small Status: more than this is not kept for its message. */
const maxStatusBytes = 256 << 10;
/** Without --request-timeout an answer may go on for ever (a watch), but it has to begin. */
const defaultHeadersTimeoutMs = 30_000;

/**
 * Sends one request and tells of it what a log of it would tell, with its phases.
 * @throws ClusterError for credentials of the kubeconfig that cannot be sent; a request that fails is a RoundTrip, also one of which a
 *   credential plugin gave no credentials, as with kubectl.
 */
export async function sendRequest(connection: Connection, request: TracedRequest): Promise<RoundTrip> {
  const { settings } = connection;
  const kept: Uint8Array[] = [];
  let size = 0;
  const answer = await connection.request({
    method: request.method,
    path: request.path,
    ...(request.headers === undefined ? {} : { headers: request.headers }),
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(request.as === undefined ? {} : { as: request.as }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    ...(settings.requestTimeoutMs === null
      ? { headersTimeoutMs: defaultHeadersTimeoutMs }
      : { timeoutMs: settings.requestTimeoutMs }),
    onBody: (chunk) => {
      size += chunk.length;
      if (size <= maxStatusBytes) kept.push(Buffer.from(chunk));
      else kept.length = 0;
      return request.onBody?.(chunk);
    },
  });
  if (!answer.ok && answer.failure.kind === "credentials" && !isOfPlugin(answer.failure)) {
    throw new ClusterError(answer.failure.message, answer.failure.hint);
  }
  if (!answer.ok) request.onFailure?.(answer.failure);
  const common = newRoundTrip({
    method: request.method,
    url: withoutUserInfo(settings.server + request.path),
    outcome: answer.ok || answer.status !== null ? "response" : "failed",
    source: request.source ?? { file: "-", line: 0 },
    impersonation: request.as ?? settings.impersonation,
    durationMs: answer.durationMs,
    phasesMs: answer.phasesMs,
    status: answer.status,
  });
  return answer.ok
    ? {
        ...common,
        ...fromAnswer(answer, Buffer.concat(kept), strangeMessage(answer, request, settings.server)),
      }
    : { ...common, message: answer.failure.message };
}

/** As exec-plugin.ts words it. */
function isOfPlugin({ message }: Failure): boolean {
  return message.startsWith('credential plugin "');
}

type Answered = ConnectionAnswer & { readonly ok: true };

/** @param strange why this is no answer of the API at all; null when it may be one */
function fromAnswer(answer: Answered, body: Uint8Array, strange: string | null): Partial<RoundTrip> {
  const { headers, status } = answer;
  const auditIds = valuesOf(headers["audit-id"]);
  const said =
    status >= 400 && mediaType(headers) === "application/json" ? parseApiStatus(parseJson(body)) : null;
  return {
    statusText: answer.statusText || null,
    message: said?.message || plainMessage(status, headers, body) || strange,
    statusReason: said?.reason || null,
    warnings: parseWarnings(headers["warning"]),
    auditId: auditIds[0] ?? null,
    relayed: auditIds.length > 1 && new Set(auditIds).size === 1,
    flowSchemaUid: headerOf(headers, "x-kubernetes-pf-flowschema-uid") || null,
    priorityLevelUid: headerOf(headers, "x-kubernetes-pf-prioritylevel-uid") || null,
    fromCache: false,
    retryAfterMs: parseRetryAfter(headerOf(headers, "retry-after")),
  };
}

/** The values of a repeated header: HTTP/2 has them with commas between. */
function valuesOf(header: string | readonly string[] | undefined): readonly string[] {
  const values = typeof header === "string" ? header.split(",") : (header ?? []);
  return values.map((value) => value.trim()).filter((value) => value !== "");
}

/** A page of HTML comes from a proxy or a login in front of the server, whatever its status. */
function strangeMessage({ headers }: Answered, request: TracedRequest, server: string): string | null {
  if (mediaType(headers) !== "text/html" || mayAnswerHtml(request)) return null;
  return `not a Kubernetes API answer: text/html from ${new URL(server).host}`;
}

/** What stands behind `proxy` answers as it likes; the profiler and the server's own logs have pages. */
function mayAnswerHtml({ method, path }: TracedRequest): boolean {
  const info = parseRequestInfo(method, path, "");
  return info.isResourceRequest ? info.subresource === "proxy" : /^\/(debug|logs)(\/|$)/.test(info.path);
}

/** The aggregator's own errors are one line of plain text. */
function plainMessage(status: number, headers: Headers, body: Uint8Array): string | null {
  if (status < 400 || mediaType(headers) !== "text/plain") return null;
  return oneSafeLine(Buffer.from(body.subarray(0, 1000)).toString(), 200) || null;
}

/** Texts of the 299 warnings (RFC 7234 5.5, as apimachinery/pkg/util/net/http.go reads them). */
export function parseWarnings(header: string | readonly string[] | undefined): readonly string[] {
  const text = typeof header === "string" ? header : (header ?? []).join(", ");
  return [...text.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = ""]) =>
    quoted.replace(/\\(.)/g, "$1"),
  );
}

/** Milliseconds of a Retry-After in seconds; null for anything else. */
export function parseRetryAfter(text: string): number | null {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1000 : null;
}
