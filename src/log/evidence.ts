import type { BodyFacts } from "./body.ts";
import { type Exchange, isError, type PendingRequest } from "./exchange.ts";
import type { Held } from "./held.ts";
import type { PooledAnswer } from "./pool.ts";

/**
 * What other lines prove about requests whose answers cannot be told apart: a body that names its own group/version came
 * with a 2xx answer to the one request for it; client-go's complaint about one group/version names its status.
 */
export interface Evidence {
  body(facts: BodyFacts, pool: readonly PooledAnswer[]): void;
  /** false: no request in flight is meant. */
  discovery(groupVersion: string, statuses: readonly number[]): boolean;
  /** Whether a body may be that of an answer that is in no exchange yet, or in one that lacks its status. */
  isContested(facts: BodyFacts, pool: readonly PooledAnswer[]): boolean;
  /** Gives the exchanges of a pool the messages that can be of one of them only. `held`: others that lack theirs. */
  settle(exchanges: readonly Exchange[], held: Held): void;
  /** Nothing is in flight: what comes now belongs to nothing before. */
  idle(): void;
}

const maxErrors = 100;

export function createEvidence(waiting: ReadonlySet<PendingRequest>): Evidence {
  let errors: Extract<BodyFacts, { kind: "status" | "text" }>[] = [];
  /** Statuses of answers that could not be told apart: a body with one of them may be of any of those. */
  const untold = new Set<number>();
  return {
    body(facts, pool) {
      if (facts.kind === "success") {
        prove(onlyRequest(pool, waiting, facts.path, facts.exact), (status) => status >= 200 && status < 300);
      } else if (facts.kind !== "unknown" && errors.length < maxErrors) errors.push(facts);
    },
    discovery(groupVersion, statuses) {
      if (statuses.length === 0) return true;
      const request = onlyRequest([], waiting, pathOf(groupVersion), true);
      prove(request, (status) => statuses.includes(status));
      return request !== null;
    },
    isContested(facts, pool) {
      if (facts.kind !== "status" && facts.kind !== "text") return false;
      const code = facts.kind === "status" ? facts.code : 0;
      const fits = (status: number) => (code === 0 ? status >= 400 : status === code);
      return pool.some(({ answer }) => fits(answer.status ?? 0)) || [...untold].some(fits);
    },
    settle(exchanges, held) {
      const byStatus = new Map<number, Exchange | null>();
      for (const exchange of exchanges) {
        for (const status of exchange.candidates) untold.add(status);
        const { status } = exchange;
        if (isError(exchange) && status !== null)
          byStatus.set(status, byStatus.has(status) ? null : exchange);
      }
      for (const [status, only] of byStatus)
        if (only !== null && !untold.has(status) && !held.lacksBody(status)) explain(only, errors);
      errors = [];
    },
    idle() {
      errors = [];
      untold.clear();
    },
  };
}

/** Gives an exchange the message of the one Status with its code. */
function explain(exchange: Exchange, errors: readonly BodyFacts[]): void {
  const own = errors.filter((facts) => facts.kind === "status" && facts.code === exchange.status);
  const [only] = own;
  if (own.length !== 1 || only?.kind !== "status") return;
  exchange.message = only.message || null;
  exchange.statusReason = only.reason || null;
  exchange.hasBody = true;
}

function prove(request: PendingRequest | null, holds: (status: number) => boolean): void {
  if (request !== null) request.proven = holds;
}

/** The one unanswered request for that path; null when there are several, or none. */
function onlyRequest(
  pool: readonly PooledAnswer[],
  waiting: ReadonlySet<PendingRequest>,
  path: string,
  exact: boolean,
): PendingRequest | null {
  if (waiting.size > 600) return null;
  let found: PendingRequest | null = null;
  for (const request of waiting) {
    if (!matches(request.url, path, exact)) continue;
    if (found !== null) return null;
    found = request;
  }
  if (found === null || pool.length === 0) return found;
  const only = found;
  return pool.some((pooled) => pooled.requests.length === 0 || pooled.requests.includes(only)) ? found : null;
}

/** The path that lists the resources of one group/version. */
export function pathOf(groupVersion: string): string {
  return groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
}

/** Whether the URL's path is that path, or begins with it. A base path may stand before it. */
export function matches(url: string, path: string, exact: boolean): boolean {
  const at = url.indexOf(path, url.indexOf("://") + 3);
  if (at === -1) return false;
  const next = url.charAt(at + path.length);
  return next === "" || next === "?" || (!exact && next === "/");
}
