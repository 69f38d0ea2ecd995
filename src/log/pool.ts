import type { Answer } from "./client-event.ts";
import {
  answeredExchange,
  type Exchange,
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

/**
 * Milliseconds from the last line about the request to the start that the answer's own time and duration tell; null without times.
 * The start cannot be before the request's line, and comes right after it.
 */
function startDelay(
  _request: PendingRequest,
  answer: Answer,
  at: Moment,
  from: number | null,
): number | null {
  if (from === null || at.ms === null) return null;
  return msBetween(from, at.ms) - answer.ms;
}

/** Whether an answer may be that of a request, by their times. */
export function mayAnswer(request: PendingRequest, answer: Answer, at: Moment): boolean {
  if (answer.ms < 0) return false;
  const delay = startDelay(request, answer, at, request.at.ms);
  return delay === null || (delay >= -0.5 - answer.ms / 1000 && delay <= longestStartMs);
}

/** Whether the times leave no room for another request between the two: lines may have been cut out of the log. */
function fitsWell(request: PendingRequest, answer: Answer, at: Moment): boolean {
  if (request.doubtful) return false;
  const delay = startDelay(request, answer, at, request.lastMs);
  return delay === null || delay <= Math.max(2, 1 + answer.ms / 2);
}

/** An exchange of the one request that an answer may belong to: unattributed when lines may be missing. */
export function pairOne(request: PendingRequest, pooled: PooledAnswer): Exchange {
  const { answer, at } = pooled;
  if (fitsWell(request, answer, at) && request.proven?.(answer.status ?? 0) !== false)
    return answeredExchange(request, answer, at);
  return unattributed(request, [pooled]);
}

/** The exchanges of a set of overlapping requests and answers. One exchange a request, and one for each answer too many. */
export function pairAll(requests: readonly PendingRequest[], pool: readonly PooledAnswer[]): Exchange[] {
  const possible = requests.length === pool.length ? assign(requests, pool) : null;
  const exchanges = requests.map((request, q) => {
    const answers = possible?.[q]?.map((a) => pool[a]).filter((one) => one !== undefined);
    if (answers === undefined) return leftOver(request, pool);
    const [only] = answers;
    return answers.length === 1 && only !== undefined ? pairOne(request, only) : agreeing(request, answers);
  });
  return [...exchanges, ...pool.slice(requests.length).map((_, i) => orphan(pool, pool.length - 1 - i))];
}

const maxMatching = 400;

function assign(requests: readonly PendingRequest[], pool: readonly PooledAnswer[]): number[][] | null {
  if (requests.length > maxMatching) return requests.map(() => pool.map((_, a) => a));
  const sets = pool.map((pooled) => new Set(pooled.requests));
  const byTime = requests.map((request) => pool.flatMap((_, a) => (sets[a]?.has(request) ? [a] : [])));
  const proven = byTime.map((list, q) =>
    list.filter((a) => requests[q]?.proven?.(pool[a]?.answer.status ?? -1) !== false),
  );
  return possibleAnswers(proven, pool.length) ?? null;
}

/** What all possible answers agree in is certain; the rest is not known. */
function agreeing(request: PendingRequest, answers: readonly PooledAnswer[]): Exchange {
  const [first] = answers;
  if (first === undefined) return unattributed(request, []);
  const { status, statusText, ms } = first.answer;
  const same = answers.every(({ answer }) => answer.status === status && answer.statusText === statusText);
  if (!same || status === null || !answers.some(({ answer, at }) => fitsWell(request, answer, at)))
    return unattributed(request, answers);
  const exchange = openExchange(request, "unattributed", request.at);
  setStatus(exchange, status, statusText);
  if (answers.every(({ answer }) => answer.ms === ms)) exchange.durationMs = ms;
  return exchange;
}

/** Requests and answers do not go together: some line is missing. */
function leftOver(request: PendingRequest, pool: readonly PooledAnswer[]): Exchange {
  const possible =
    pool.length > maxMatching ? pool : pool.filter((pooled) => pooled.requests.includes(request));
  return possible.length === 0
    ? openExchange(request, "pending", request.at)
    : unattributed(request, possible);
}

function unattributed(request: PendingRequest, answers: readonly PooledAnswer[]): Exchange {
  const exchange = openExchange(request, "unattributed", request.at);
  const statuses = new Set(
    answers.map(({ answer }) => answer.status).filter((status) => status !== null && status !== 0),
  );
  exchange.candidates = [...statuses].filter((status) => status !== null);
  return exchange;
}

/** An answer without its request. */
export function orphan(pool: readonly PooledAnswer[], index: number): Exchange {
  const [first] = pool;
  const pooled = pool[index] ?? first;
  const exchange = openExchange(null, "unattributed", pooled?.at ?? { line: 0, time: null, ms: null });
  const same = pool.every(({ answer }) => answer.status === pooled?.answer.status);
  if (pooled === undefined || !same) {
    exchange.candidates = [...new Set(pool.flatMap(({ answer }) => (answer.status ? [answer.status] : [])))];
    return exchange;
  }
  exchange.status = pooled.answer.status || null;
  exchange.statusText = exchange.status === null ? null : pooled.answer.statusText;
  if (pool.length === 1) {
    exchange.durationMs = pooled.answer.ms < 0 ? null : pooled.answer.ms;
    exchange.phases = pooled.answer.phases;
    exchange.headers = pooled.answer.headers;
  }
  return exchange;
}
