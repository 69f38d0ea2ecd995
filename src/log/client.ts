import { bodyFacts } from "./body.ts";
import type { Answer, ClientEvent } from "./client-event.ts";
import { createEvidence } from "./evidence.ts";
import {
  answeredExchange,
  type Exchange,
  type Moment,
  type PendingRequest,
  unloggedRequest,
} from "./exchange.ts";
import { createHeaderBlocks } from "./header-blocks.ts";
import { createHeld } from "./held.ts";
import { createIntegrity } from "./integrity.ts";
import { mayAnswer, orphan, type PooledAnswer, pairAll, pairOne } from "./pool.ts";
import { createThrottled } from "./throttled.ts";
import { unnamedAnswer } from "./transport-line.ts";
import { createWaiting } from "./waiting.ts";

/** One client program whose log lines are read: it pairs its requests with their answers. */
export interface Client {
  take(event: ClientEvent, at: Moment): void;
  /** Takes a printf header line from its bytes; false when it must be read in full. */
  takeHeader(bytes: Buffer, start: number, message: number, end: number): boolean;
  /** A line of the program that is no log entry ("Error from server …"). */
  takeText(line: string): void;
  /** Lines are missing here. */
  gap(): void;
  /** A body whose text tells nothing was there. */
  skipBody(of: "request" | "response"): void;
  /** Whether a body of that length could still tell something: reading it costs time. */
  wantsBody(): boolean;
  /** Whether a plain line could still tell something about the last answer. */
  wantsText(): boolean;
  /** Length of the body that comes next, when it is certain. */
  bodyLength(): number | null;
  end(): void;
}

/** Above this many requests in flight, answers without a URL are told apart no more: only what all of them share is. */
const crowd = 512;
const maxPool = 100_000;

/** `startSeen`: the log has lines of the program from before its first request. */
export function createClient(emit: (exchange: Exchange) => void, startSeen: boolean): Client {
  const waiting = createWaiting();
  const held = createHeld(emit);
  const evidence = createEvidence(waiting.all);
  const throttled = createThrottled();
  let pool: PooledAnswer[] = [];
  let crowded = false;
  /** Its answers carry their URL: statistics that fit none belong to one that is over. */
  let namesAnswers = false;
  const integrity = createIntegrity(startSeen);
  const blocks = createHeaderBlocks();

  function request(event: Extract<ClientEvent, { kind: "request" }>, at: Moment): void {
    settlePool();
    held.release(waiting.all.size === 0);
    const alone = waiting.all.size === 0 && pool.length === 0;
    if (alone) evidence.idle();
    const framed = integrity.request(event.url, event.headers === null, alone);
    if (!alone) for (const other of lastOf(waiting.all)) other.alone = false;
    const { method, url, headers } = event;
    const added: PendingRequest = {
      method,
      url,
      at,
      lastMs: at.ms,
      headers,
      throttledMs: throttled.take(method, url),
      alone,
      framed,
      doubtful: false,
      proven: null,
    };
    waiting.add(added);
    blocks.describe(headers === null ? added : null);
    const oldest = waiting.overflow();
    if (oldest === null) return;
    waiting.remove(oldest);
    for (const exchange of pairAll([oldest], [])) held.add(exchange);
  }

  /** Only the requests since the last lonely one can still be marked as alone: usually one. */
  function lastOf(all: ReadonlySet<PendingRequest>): readonly PendingRequest[] {
    return all.size > crowd ? [] : [...all];
  }

  function answer(event: Answer, at: Moment): void {
    blocks.describe(null);
    const { method, url } = event;
    if (method === null || url === null) answerWithoutUrl(event, at);
    else answerWithUrl(event, method, url, at);
  }

  function answerWithUrl(event: Answer, method: string, url: string, at: Moment): void {
    namesAnswers = true;
    integrity.answer();
    held.release(false);
    const found = waiting.find(method, url);
    if (found !== null) waiting.remove(found);
    else if (integrity.requestsLogged) for (const other of lastOf(waiting.all)) other.alone = false;
    const request =
      found ?? unloggedRequest(method, url, at, throttled.take(method, url), waiting.all.size === 0);
    held.add(answeredExchange(request, event, at));
  }

  function answerWithoutUrl(event: Answer, at: Moment): void {
    if (waiting.all.size > 0) held.release(false);
    if (!integrity.sound(waiting.all.size === 1)) doubt();
    integrity.answer();
    crowded = crowded ? waiting.all.size > 0 : waiting.all.size > crowd;
    if (crowded) joinCrowd(event, at);
    else joinPool(event, at);
  }

  function joinPool(event: Answer, at: Moment): void {
    const requests = [...waiting.all].filter((request) => mayAnswer(request, event, at));
    const pooled: PooledAnswer = { answer: event, at, requests };
    const [only] = requests;
    if (only === undefined) addOrphan(pooled);
    else if (requests.length === 1 && !pool.some((other) => other.requests.includes(only))) {
      waiting.remove(only);
      held.add(pairOne(only, pooled));
    } else pool.push(pooled);
    if (pool.length > crowd) finishPool();
  }

  /** Its request is not in the log, so an answer before it may have been inferred wrongly. */
  function addOrphan(pooled: PooledAnswer): void {
    integrity.orphan();
    held.retract();
    doubt();
    held.add(orphan(pooled));
  }

  function joinCrowd(event: Answer, at: Moment): void {
    if (pool.length < maxPool) pool.push({ answer: event, at, requests: [] });
    if (pool.length >= waiting.all.size) finishPool();
  }

  function poolRequests(): PendingRequest[] {
    if (crowded) return [...waiting.all];
    return [...new Set(pool.flatMap((pooled) => pooled.requests))];
  }

  /** Answers that are as many as the requests they may belong to: nothing later can tell them apart. */
  function settlePool(): void {
    if (pool.length > 0 && !crowded && poolRequests().length <= pool.length) finishPool();
  }

  function finishPool(): void {
    if (!integrity.fromStart || !integrity.whole()) doubt();
    const requests = poolRequests();
    const exchanges = pairAll(requests, pool);
    for (const one of requests) waiting.remove(one);
    pool = [];
    crowded = false;
    evidence.settle(exchanges, held);
    for (const exchange of exchanges) held.add(exchange);
  }

  function headers(of: "request" | "response", at: Moment): void {
    if (of === "request") {
      const only = integrity.headerless() <= 1;
      if (!integrity.requestHeaders()) doubt();
      else blocks.ofRequest(only, at);
      return;
    }
    const last = held.last();
    if (last === null && waiting.all.size === 1) doubt();
    blocks.ofResponse(pool.length === 0 && waiting.all.size === 0 ? last : null, at);
  }

  function doubt(): void {
    integrity.broken();
    for (const request of lastOf(waiting.all)) request.doubtful = true;
  }

  function body(of: "request" | "response", text: string): void {
    if (of === "request") {
      integrity.requestBody();
      return;
    }
    const facts = bodyFacts(text);
    if (!integrity.responseBody(facts)) doubt();
    const isIdle = pool.length === 0 && waiting.all.size === 0;
    const isTaken = !evidence.isContested(facts, pool) && held.takeBody(facts, isIdle);
    if (!isTaken) evidence.body(facts, pool);
  }

  function take(event: ClientEvent, at: Moment): void {
    if (event.kind !== "header" && event.kind !== "headers") blocks.end();
    integrity.first(event.kind === "request" || (event.kind === "body" && event.of === "request"));
    switch (event.kind) {
      case "request":
        request(event, at);
        break;
      case "answer":
        answer(event, at);
        break;
      case "headers":
        headers(event.of, at);
        break;
      case "header":
        blocks.header(event.name, event.value, at.ms);
        break;
      case "statistics":
        if (!held.takeStatistics(event.ms, event.phases) && !namesAnswers) answer(unnamedAnswer(event), at);
        break;
      case "throttled":
        throttled.add(event.method, event.url, event.ms);
        break;
      case "body":
        body(event.of, event.text);
        break;
      case "discovery":
        if (!evidence.discovery(event.groupVersion, event.statuses))
          held.takeDiscovery(event.groupVersion, event.statuses);
        break;
      case "dialFailed":
        held.dialFailed(event.error);
        break;
      default:
        held.takeNote(event);
    }
  }

  return {
    take,
    takeHeader: blocks.take,
    takeText: (line) => held.takeText(line, waiting.all.size === 0 && pool.length === 0),
    skipBody(of) {
      blocks.end();
      if (of === "request") integrity.requestBody();
      else if (!integrity.responseBody({ kind: "unknown" })) doubt();
    },
    gap: doubt,
    wantsBody: () => pool.length > 0 || waiting.all.size > 0 || held.wantsBody(),
    wantsText: () => pool.length > 0 || held.wantsText(),
    bodyLength: () => (held.last()?.alone ? (held.last()?.headers?.contentLength ?? null) : null),
    end() {
      if (pool.length > 0) finishPool();
      for (const exchange of pairAll([...waiting.all], [])) held.add(exchange);
      held.release(true);
    },
  };
}
