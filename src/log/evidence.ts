import type { BodyFacts } from "./body.ts";
import { type Exchange, isError, type PendingRequest } from "./exchange.ts";
import type { PooledAnswer } from "./pool.ts";

/**
 * What other lines prove about requests whose answers cannot be told apart: a body that names its own group/version came
 * with a 2xx answer to the one request for it; client-go's complaint about one group/version names its status.
 */
export interface Evidence {
  body(facts: BodyFacts, pool: readonly PooledAnswer[]): void;
  discovery(groupVersion: string, statuses: readonly number[]): void;
  /** Gives an exchange the message of the one error answer it can be. */
  errorOf(exchange: Exchange): Exchange;
}

const maxErrors = 100;

export function createEvidence(waiting: ReadonlySet<PendingRequest>): Evidence {
  let errors: Extract<BodyFacts, { kind: "status" | "text" }>[] = [];
  return {
    body(facts, pool) {
      if (facts.kind === "success") {
        prove(onlyRequest(pool, waiting, facts.path, facts.exact), (status) => status >= 200 && status < 300);
      } else if (facts.kind !== "unknown" && errors.length < maxErrors) errors.push(facts);
    },
    discovery(groupVersion, statuses) {
      if (statuses.length === 0) return;
      const path = groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
      prove(onlyRequest([], waiting, path, true), (status) => statuses.includes(status));
    },
    errorOf(exchange) {
      if (!isError(exchange)) return exchange;
      const own = errors.filter((facts) => facts.kind === "status" && facts.code === exchange.status);
      const [only] = own;
      if (own.length === 1 && only?.kind === "status") {
        exchange.message = only.message || null;
        exchange.statusReason = only.reason || null;
        exchange.hasBody = true;
      }
      errors = errors.filter((facts) => facts !== only);
      return exchange;
    },
  };
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

function matches(url: string, path: string, exact: boolean): boolean {
  const at = url.indexOf(path, url.indexOf("://") + 3);
  if (at === -1) return false;
  const next = url.charAt(at + path.length);
  return next === "" || next === "?" || (!exact && next === "/");
}
