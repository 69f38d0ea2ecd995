import type { Answer } from "./client-event.ts";
import {
  answeredExchange,
  type Exchange,
  longestHoldMs,
  type Moment,
  openExchange,
  type PendingRequest,
  setStatus,
} from "./exchange.ts";
import { msBetween } from "./klog-header.ts";
import { possibleAnswers } from "./matching.ts";

/** An answer whose entry does not say what it answers. */
export interface PooledAnswer {
  readonly answer: Answer;
  readonly at: Moment;
  /** The requests that it may belong to. */
  readonly requests: readonly PendingRequest[];
}

/** No client needs this long from logging a request to sending it. */
const longestStartMs = 500;

/** A machine that is not busy holds it up for less. */
const idleStartMs = 2;

/**
 * Milliseconds from the last line about the request to the start that the answer's own time and duration tell; null without times.
 * The start cannot be before the request's line, and comes right after it.
 */
function startDelay(answer: Answer, at: Moment, from: number | null): number | null {
  if (from === null || at.ms === null) return null;
  return msBetween(from, at.ms) - answer.ms;
}

/** Whether an answer may be that of a request, by their times. */
export function mayAnswer(request: PendingRequest, answer: Answer, at: Moment): boolean {
  if (answer.ms < 0) return false;
  const delay = startDelay(answer, at, request.at.ms);
  return delay === null || (delay >= -0.5 - answer.ms / 1000 && delay <= longestStartMs);
}

/** Whether the times leave no room for another request between the two: lines may have been cut out of the log. */
function fitsWell(request: PendingRequest, answer: Answer, at: Moment): boolean {
  if (request.doubtful) return false;
  const delay = startDelay(answer, at, request.lastMs);
  return (
    delay === null || delay <= (request.framed ? longestHoldMs : Math.max(idleStartMs, 1 + answer.ms / 2))
  );
}

/** An exchange of the one request that an answer may belong to: unattributed when lines may be missing. */
export function pairOne(request: PendingRequest, pooled: PooledAnswer): Exchange {
  const { answer, at } = pooled;
  const fits = fitsWell(request, answer, at) && request.proven?.(answer.status ?? 0) !== false;
  if (!fits) return unattributed(request, statusesOf([pooled]));
  const exchange = answeredExchange(request, answer, at);
  exchange.inferred = true;
  return exchange;
}

/** More than these are told apart no more: each may have had any of the answers. */
const maxMatching = 400;

/** The exchanges of a set of overlapping requests and answers. One exchange a request, and one for each answer too many. */
export function pairAll(requests: readonly PendingRequest[], pool: readonly PooledAnswer[]): Exchange[] {
  const exchanges =
    requests.length > maxMatching || pool.length > maxMatching
      ? pairCrowd(requests, pool)
      : pairFew(requests, pool);
  return [...exchanges, ...orphansOf(pool, requests.length)];
}

function pairFew(requests: readonly PendingRequest[], pool: readonly PooledAnswer[]): Exchange[] {
  const possible = requests.length === pool.length ? assign(requests, pool) : null;
  return requests.map((request, q) => {
    const answers = possible?.[q]?.map((a) => pool[a]).filter((one) => one !== undefined);
    if (answers === undefined) return leftOver(request, pool);
    const [only] = answers;
    return answers.length === 1 && only !== undefined ? pairOne(request, only) : agreeing(request, answers);
  });
}

function pairCrowd(requests: readonly PendingRequest[], pool: readonly PooledAnswer[]): Exchange[] {
  const [first] = pool;
  const statuses = statusesOf(pool);
  if (first === undefined) return requests.map((request) => openExchange(request, "pending", request.at));
  const same = requests.length === pool.length && allEqual(pool, first.answer);
  return requests.map((request) =>
    same && !request.doubtful && request.proven?.(first.answer.status ?? 0) !== false
      ? agreed(request, first.answer, null)
      : unattributed(request, statuses),
  );
}

function assign(requests: readonly PendingRequest[], pool: readonly PooledAnswer[]): number[][] | null {
  const sets = pool.map((pooled) => new Set(pooled.requests));
  const byTime = requests.map((request) => pool.flatMap((_, a) => (sets[a]?.has(request) ? [a] : [])));
  const proven = byTime.map((list, q) =>
    list.filter((a) => requests[q]?.proven?.(pool[a]?.answer.status ?? -1) !== false),
  );
  return possibleAnswers(proven, pool.length);
}

/** What all possible answers agree in is certain; the rest is not known. */
function agreeing(request: PendingRequest, answers: readonly PooledAnswer[]): Exchange {
  const [first] = answers;
  const certain =
    first !== undefined &&
    allEqual(answers, first.answer) &&
    answers.some(({ answer, at }) => fitsWell(request, answer, at));
  if (!certain) return unattributed(request, statusesOf(answers));
  const { ms } = first.answer;
  return agreed(request, first.answer, answers.every(({ answer }) => answer.ms === ms) ? ms : null);
}

function allEqual(pool: readonly PooledAnswer[], { status, statusText }: Answer): boolean {
  return (
    status !== null &&
    pool.every(({ answer }) => answer.status === status && answer.statusText === statusText)
  );
}

function agreed(request: PendingRequest, answer: Answer, ms: number | null): Exchange {
  const exchange = openExchange(request, "unattributed", request.at);
  setStatus(exchange, answer.status ?? 0, answer.statusText);
  exchange.durationMs = ms;
  exchange.inferred = true;
  return exchange;
}

/** Requests and answers do not go together: some line is missing. */
function leftOver(request: PendingRequest, pool: readonly PooledAnswer[]): Exchange {
  const possible = pool.filter((pooled) => pooled.requests.includes(request));
  return possible.length === 0
    ? openExchange(request, "pending", request.at)
    : unattributed(request, statusesOf(possible));
}

function unattributed(request: PendingRequest, candidates: readonly number[]): Exchange {
  const exchange = openExchange(request, "unattributed", request.at);
  exchange.candidates = candidates;
  return exchange;
}

/** Distinct status codes in log order. */
function statusesOf(pool: readonly PooledAnswer[]): readonly number[] {
  const statuses = new Set<number>();
  for (const { answer } of pool) if (answer.status !== null && answer.status > 0) statuses.add(answer.status);
  return [...statuses];
}

/** The answers that are more than the requests: which ones is known only when all are equal. */
function orphansOf(pool: readonly PooledAnswer[], requests: number): Exchange[] {
  if (pool.length <= requests) return [];
  const [first] = pool;
  const same = first !== undefined && allEqual(pool, first.answer);
  const statuses = statusesOf(pool);
  return pool.slice(requests).map((pooled) => {
    if (same) return { ...orphan(pooled), durationMs: null, phases: {}, headers: null };
    const exchange = openExchange(null, "unattributed", pooled.at);
    exchange.candidates = statuses;
    return exchange;
  });
}

/** An answer without its request. */
export function orphan({ answer, at }: PooledAnswer): Exchange {
  const exchange = openExchange(null, "unattributed", at);
  exchange.status = answer.status || null;
  exchange.statusText = exchange.status === null ? null : answer.statusText;
  exchange.durationMs = answer.ms < 0 ? null : answer.ms;
  exchange.phases = answer.phases;
  exchange.headers = answer.headers;
  return exchange;
}
