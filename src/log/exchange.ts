import type { Answer } from "./client-event.ts";
import type { HeaderFacts } from "./headers.ts";
import { type Outcome, type Phases, type RoundTrip, withoutUserInfo } from "./round-trip.ts";

/** Where and when an entry stands in the log. */
export interface Moment {
  readonly line: number;
  /** klog's text; null without a header. */
  readonly time: string | null;
  /** The same as milliseconds, for differences; null when unknown. */
  readonly ms: number | null;
}

/** A busy machine may hold a client up for so long in the middle of what it does at once. */
export const longestHoldMs = 20;

/** A request that the log announced and that has no answer yet. */
export interface PendingRequest {
  readonly method: string;
  readonly url: string;
  readonly at: Moment;
  /** When the last line that describes it was logged: it was sent just after. */
  lastMs: number | null;
  headers: HeaderFacts | null;
  readonly throttledMs: number | null;
  /** No other request of this client was in flight at any time of its life so far. */
  alone: boolean;
  /** Its own headers or body stand in the log as entries of their own, and nothing of its client was missing before it. */
  readonly framed: boolean;
  /** Lines are missing around it: an answer cannot be taken for its own. */
  doubtful: boolean;
  /** Statuses that other lines prove or allow; null when nothing is known. */
  proven: ((status: number) => boolean) | null;
}

/** A request that only its answer tells of. */
export function unloggedRequest(
  method: string,
  url: string,
  at: Moment,
  throttledMs: number | null,
  alone: boolean,
): PendingRequest {
  return {
    method,
    url,
    at,
    lastMs: null,
    headers: null,
    throttledMs,
    alone,
    framed: false,
    doubtful: false,
    proven: null,
  };
}

/** A RoundTrip in the making: answered, or given up, and still open for what the next lines say about it. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly at: Moment;
  outcome: Outcome;
  status: number | null;
  statusText: string | null;
  durationMs: number | null;
  phases: Phases;
  headers: HeaderFacts | null;
  readonly requestHeaders: HeaderFacts | null;
  message: string | null;
  statusReason: string | null;
  warnings: string[];
  retryAfterMs: number | null;
  throttledMs: number | null;
  candidates: readonly number[];
  readonly alone: boolean;
  readonly framed: boolean;
  hasBody: boolean;
  hasStatistics: boolean;
  /** The answer did not name its request: nothing else was in flight, or the times told. */
  inferred: boolean;
}

/** An exchange of which only the request is known, or nothing at all. */
export function openExchange(request: PendingRequest | null, outcome: Outcome, at: Moment): Exchange {
  return {
    method: request?.method ?? "",
    url: request?.url ?? "",
    at,
    outcome,
    status: null,
    statusText: null,
    durationMs: null,
    phases: {},
    headers: null,
    requestHeaders: request?.headers ?? null,
    message: null,
    statusReason: null,
    warnings: [],
    retryAfterMs: null,
    throttledMs: request?.throttledMs ?? null,
    candidates: [],
    alone: request?.alone ?? true,
    framed: request?.framed ?? false,
    hasBody: false,
    hasStatistics: false,
    inferred: false,
  };
}

/** An exchange with an answer that is certainly its own. */
export function answeredExchange(request: PendingRequest, answer: Answer, at: Moment): Exchange {
  const exchange = openExchange(request, "unattributed", at);
  exchange.durationMs = answer.ms < 0 ? null : answer.ms;
  exchange.phases = answer.phases;
  exchange.headers = answer.headers;
  exchange.hasStatistics = answer.status === null;
  if (answer.status !== null) setStatus(exchange, answer.status, answer.statusText);
  return exchange;
}

export function setStatus(exchange: Exchange, status: number, statusText: string | null): void {
  exchange.outcome = status === 0 ? "failed" : "response";
  exchange.status = status === 0 ? null : status;
  exchange.statusText = status === 0 ? null : statusText;
}

export function roundTripOf(exchange: Exchange, file: string): RoundTrip {
  const { headers, status } = exchange;
  return {
    method: exchange.method,
    url: withoutUserInfo(exchange.url),
    outcome: exchange.outcome,
    status,
    statusText: exchange.statusText,
    durationMs: exchange.durationMs,
    phasesMs: exchange.phases,
    time: exchange.at.time,
    message: exchange.message ?? strangeMessage(exchange),
    warnings: headers !== null && headers.warnings.length > 0 ? headers.warnings : exchange.warnings,
    auditId: headers?.auditId ?? null,
    flowSchemaUid: headers?.flowSchemaUid ?? null,
    priorityLevelUid: headers?.priorityLevelUid ?? null,
    relayed: headers !== null && headers.count > 0 ? headers.relayed : null,
    fromCache: headers !== null && headers.count > 0 ? headers.fromCache : null,
    throttledMs: exchange.throttledMs,
    retryAfterMs: headers?.retryAfterMs ?? exchange.retryAfterMs,
    statusReason: exchange.statusReason,
    impersonation: exchange.requestHeaders?.impersonation ?? null,
    candidates: exchange.candidates,
    source: { file, line: exchange.at.line },
  };
}

/**
 * A page of a login or a proxy is no success, whatever its status; on what kube-apiserver hands on, such as a proxied program's page,
 * there is its Audit-Id.
 */
function strangeMessage({ outcome, headers, status }: Exchange): string | null {
  const isPage = outcome === "response" && headers?.isPage === true && headers.auditId === null;
  return isPage && status !== null && status < 400 ? "not a Kubernetes API answer: text/html" : null;
}

/** Whether the answer says that something went wrong. */
export function isError(exchange: Exchange): boolean {
  return exchange.outcome === "failed" || (exchange.status !== null && exchange.status >= 400);
}
