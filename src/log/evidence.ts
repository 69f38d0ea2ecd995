import type { BodyFacts } from "./body.ts";
import { type Exchange, isError, type PendingRequest } from "./exchange.ts";
import type { PooledAnswer } from "./pool.ts";

/**
 * What other lines prove about requests whose answers cannot be told apart: a body that names its own group/version came
 * with a 2xx answer to the one request for it; client-go's complaint about one group/version names its status.
 */
export interface Evidence {
  body(facts: BodyFacts, pool: readonly PooledAnswer[]): void;
  /** false: no request in flight is meant. */
  discovery(groupVersion: string, statuses: readonly number[]): boolean;
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
      if (statuses.length === 0) return true;
      const request = onlyRequest([], waiting, pathOf(groupVersion), true);
      prove(request, (status) => statuses.includes(status));
      return request !== null;
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
