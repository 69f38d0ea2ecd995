import type { BodyFacts } from "./body.ts";
import type { ClientEvent } from "./client-event.ts";
import { matches, pathOf } from "./evidence.ts";
import { type Exchange, isError, openExchange, setStatus } from "./exchange.ts";
import { finalError } from "./final-error.ts";
import type { Phases } from "./round-trip.ts";

/** Exchanges that are answered and still open for their headers, statistics, body and the client's own words about them. */
export interface Held {
  add(exchange: Exchange): void;
  last(): Exchange | null;
  /** Takes back every answer that was inferred and is not handed on: a line is missing. */
  retract(): void;
  /** Hands on what the next request or answer shows to be over; `idle`: nothing is in flight, so everything is. */
  release(idle: boolean): void;
  /** false: no exchange that this body can be the body of. */
  takeBody(facts: BodyFacts, idle: boolean): boolean;
  /** false: these are the statistics of an answer that was not logged. */
  takeStatistics(ms: number, phases: Phases): boolean;
  takeNote(event: Extract<ClientEvent, { kind: "retryAfter" | "warning" | "failure" }>): void;
  takeText(line: string, idle: boolean): void;
  /** What the client says of one group/version: an inferred answer that does not fit it is taken back. */
  takeDiscovery(groupVersion: string, statuses: readonly number[]): void;
  dialFailed(error: string): void;
  /** Whether an exchange with that status still waits for its body. */
  lacksBody(status: number): boolean;
  wantsBody(): boolean;
  wantsText(): boolean;
}

const maxHeld = 64;

export function createHeld(emit: (exchange: Exchange) => void): Held {
  let held: Exchange[] = [];
  let dialError: string | null = null;
  let statisticsSeen = false;
  const owedStatistics: number[] = [];

  function hand(exchange: Exchange): void {
    if (
      statisticsSeen &&
      !exchange.hasStatistics &&
      exchange.durationMs !== null &&
      owedStatistics.length < 1000
    ) {
      owedStatistics.push(exchange.durationMs);
    }
    emit(exchange);
  }

  function open(exchange: Exchange): boolean {
    return (
      !exchange.alone &&
      ((statisticsSeen && !exchange.hasStatistics) || (isError(exchange) && !exchange.hasBody))
    );
  }

  function release(idle: boolean): void {
    if (held.length === 0) return;
    const kept = idle || !held.some(open) ? [] : held.filter(open).slice(-maxHeld);
    for (const exchange of held) if (kept.length === 0 || !kept.includes(exchange)) hand(exchange);
    held = kept;
  }

  function retract(): void {
    held = held.map((one) => (one.inferred ? retracted(one) : one));
  }

  function takeBody(facts: BodyFacts, idle: boolean): boolean {
    if (facts.kind === "unknown" || facts.kind === "success") return idle;
    const code = facts.kind === "status" ? facts.code : 0;
    const fits = held.filter((one) => one.url !== "" && !one.hasBody && bodyFits(one, code, facts.kind));
    const [only] = fits;
    if (fits.length !== 1 || only === undefined) return false;
    takeError(only, facts);
    return true;
  }

  function noted(exchange: Exchange | undefined, message: string, reason: string | null): void {
    if (exchange === undefined || exchange.message !== null) return;
    exchange.message = message || null;
    exchange.statusReason ??= reason;
  }

  return {
    add(exchange) {
      if (exchange.outcome === "failed" && dialError !== null && exchange.alone) exchange.message = dialError;
      if (exchange.outcome !== "pending") dialError = null;
      held.push(exchange);
      if (held.length > 4 * maxHeld) release(true);
    },
    last: () => held.at(-1) ?? null,
    retract,
    release,
    takeBody,
    takeStatistics(ms, phases) {
      statisticsSeen = true;
      const fits = held.filter((one) => !one.hasStatistics && one.durationMs === ms && one.url !== "");
      const owed = owedStatistics.indexOf(ms);
      if (owed !== -1) {
        owedStatistics.splice(owed, 1);
        return true;
      }
      const [only] = fits;
      if (fits.length === 1 && only !== undefined) only.phases = phases;
      for (const one of fits) one.hasStatistics = true;
      return fits.length > 0;
    },
    takeNote(event) {
      if (event.kind === "warning") {
        const last = held.length === 1 ? held[0] : undefined;
        if (last !== undefined && last.warnings.length < 50) last.warnings.push(event.text);
      } else if (event.kind === "retryAfter") {
        const same = held.filter((one) => one.url === event.url);
        if (same.length === 1 && same[0] !== undefined) same[0].retryAfterMs ??= event.ms;
      } else {
        const failed = held.filter((one) => one.outcome === "failed" && event.error.includes(one.url));
        if (failed.length === 1)
          noted(failed[0], finalError(event.error, failed[0]?.url ?? "").message, null);
      }
    },
    takeText(line, idle) {
      const [only] = held;
      if (!idle || only === undefined || held.length !== 1 || only.url === "") return;
      const found = finalError(line, only.url);
      if (isError(only) && found.statuses.includes(only.status ?? 0))
        noted(only, found.message, found.reason);
      else if (found.warning !== null && only.warnings.length < 50) only.warnings.push(found.warning);
    },
    takeDiscovery(groupVersion, statuses) {
      const own = held.filter((one) => matches(one.url, pathOf(groupVersion), true));
      const fits = own.some((one) => statuses.includes(one.status ?? 0));
      if (
        !fits &&
        held.some((one) => one.inferred && (own.includes(one) || statuses.includes(one.status ?? 0)))
      )
        retract();
    },
    dialFailed(error) {
      dialError = error;
    },
    lacksBody: (status) => held.some((one) => one.status === status && !one.hasBody),
    wantsBody: () => held.some((one) => one.status === null || (isError(one) && !one.hasBody)),
    wantsText: () => held.length === 1,
  };
}

function retracted(exchange: Exchange): Exchange {
  const { method, url, at, requestHeaders, throttledMs, alone, status } = exchange;
  const request = {
    method,
    url,
    at,
    headers: requestHeaders,
    throttledMs,
    alone,
    lastMs: null,
    framed: false,
    doubtful: true,
    proven: null,
  };
  const open = openExchange(request, "unattributed", at);
  open.candidates = status === null ? [] : [status];
  return open;
}

/** A truncated Status lacks its code (0): the one open error is meant. A text is no answer of an API that succeeded. */
function bodyFits(exchange: Exchange, code: number, kind: "status" | "text"): boolean {
  if (exchange.outcome === "unattributed")
    return kind === "status" && code !== 0 && exchange.durationMs !== null && exchange.alone;
  return exchange.outcome === "response" && isError(exchange) && (code === 0 || code === exchange.status);
}

function takeError(exchange: Exchange, facts: Extract<BodyFacts, { kind: "status" | "text" }>): void {
  exchange.hasBody = true;
  if (exchange.outcome === "unattributed" && facts.kind === "status") setStatus(exchange, facts.code, null);
  const message = facts.kind === "status" ? facts.message : facts.text;
  exchange.message = message || exchange.message;
  if (facts.kind === "status") exchange.statusReason = facts.reason || null;
}
