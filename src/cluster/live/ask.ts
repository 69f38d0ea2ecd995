import type { Impersonation } from "../../log/round-trip.ts";
import type { Answer } from "../cluster.ts";
import type { Connection, ConnectionAnswer } from "../connection/connection.ts";
import { headerOf } from "../connection/transport.ts";
import type { FailureKind } from "../connection/transport-failure.ts";
import { limitConcurrency } from "../limit-concurrency.ts";
import { parseApiAnswer } from "./api-answer.ts";

export interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly accept?: string;
  readonly body?: unknown;
  /** null: as the connection's own user. */
  readonly as: Impersonation | null;
}

/** `isAbsent`: the API itself says that there is no such thing, which a proxy's own 404 does not. */
export type Asked = Answer<unknown> & { readonly isAbsent: boolean };

export type Ask = (question: Question) => Promise<Asked>;

export interface AskOptions {
  readonly signal?: AbortSignal;
  /** Questions under way at once; 12 by default: all that a write in detail begins with. */
  readonly concurrency?: number;
  /** Time spent waiting for answers in all, after which no more is asked; a minute by default. */
  readonly totalTimeoutMs?: number;
  /** How long a server that cannot be reached is not tried again; half a minute by default. */
  readonly quietMs?: number;
}

/** These say that no other question would fare better. */
const lasting: ReadonlySet<FailureKind> = new Set([
  "dns",
  "refused",
  "unreachable",
  "unknown-authority",
  "certificate-expired",
  "name-mismatch",
  "client-certificate",
  "tls",
  "plain-http",
  "proxy",
  "credentials",
] as const);
/** And these do as long as nothing was ever answered. */
const lastingAtFirst: ReadonlySet<FailureKind> = new Set(["timeout", "reset", "other"] as const);

const defaultTimeoutMs = 10_000;
const maxRetries = 2;
const maxRetryWaitMs = 2000;

/**
 * Asks an API server small questions: few at a time, each within the connection's --request-timeout (ten seconds
 * without one). A server that cannot be reached is tried once; what else is asked gets the same reason at once.
 */
export function createAsk(connection: Connection, options: AskOptions): Ask {
  const { settings } = connection;
  const timeoutMs = settings.requestTimeoutMs ?? defaultTimeoutMs;
  const budget = newBudget(timeoutMs === 0 ? Number.POSITIVE_INFINITY : (options.totalTimeoutMs ?? 60_000));
  const limited = limitConcurrency(options.concurrency ?? 12);
  const host = new URL(settings.server).host;
  let hasAnswered = false;
  let unreachable: { readonly refusal: Asked; readonly until: number } | null = null;

  const send = async (question: Question): Promise<ConnectionAnswer> =>
    await connection.request({
      method: question.method,
      path: question.path,
      headers: {
        ...(question.accept === undefined ? {} : { accept: question.accept }),
        ...(question.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
      ...(question.as === null ? {} : { as: question.as }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      timeoutMs,
      // All of these only read, the reviews too: they may be sent again.
      idempotent: true,
    });

  const askOnce = async (question: Question): Promise<Asked> => {
    let answer = await send(question);
    for (let retry = 0; retry < maxRetries && isThrottled(answer); retry += 1) {
      const seconds = answer.ok ? Number(headerOf(answer.headers, "retry-after")) : 0;
      await pause(Math.min(seconds * 1000 || 100, maxRetryWaitMs), options.signal);
      answer = await send(question);
    }
    if (answer.ok) {
      hasAnswered = true;
      return parseApiAnswer(answer, host);
    }
    const { kind, message, hint } = answer.failure;
    const failed = { ...refusal(message), status: answer.status, ...(hint === "" ? {} : { hint }) };
    if (lasting.has(kind) || (lastingAtFirst.has(kind) && !hasAnswered)) {
      unreachable = {
        refusal: { ...failed, status: null },
        until: performance.now() + (options.quietMs ?? 30_000),
      };
    }
    return failed;
  };

  return async (question) =>
    await limited(async () => {
      if (options.signal?.aborted) return refusal("interrupted");
      if (unreachable !== null && performance.now() < unreachable.until) return unreachable.refusal;
      if (budget.isSpent()) return refusal("the server answers too slowly: nothing more is asked");
      const done = budget.begin();
      try {
        return await askOnce(question);
      } finally {
        done();
      }
    });
}

function refusal(reason: string): Asked & { readonly ok: false } {
  return { ok: false, reason, status: null, isAbsent: false };
}

function isThrottled(answer: ConnectionAnswer): boolean {
  return answer.ok && answer.status === 429 && headerOf(answer.headers, "retry-after") !== "";
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, milliseconds);
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    }
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** Counts the time in which at least one question was open. */
function newBudget(limitMs: number): { isSpent(): boolean; begin(): () => void } {
  let spent = 0;
  let open = 0;
  let since = 0;
  return {
    isSpent: () => spent + (open > 0 ? performance.now() - since : 0) >= limitMs,
    begin: () => {
      if (open === 0) since = performance.now();
      open += 1;
      return () => {
        open -= 1;
        if (open === 0) spent += performance.now() - since;
      };
    },
  };
}
