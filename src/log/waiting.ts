import type { PendingRequest } from "./exchange.ts";

/** The requests of one client that have no answer yet, in the order of the log. Their memory is bounded. */
export interface Waiting {
  readonly all: ReadonlySet<PendingRequest>;
  add(request: PendingRequest): void;
  remove(request: PendingRequest): void;
  /** The oldest one of that method and URL. */
  find(method: string, url: string): PendingRequest | null;
  /** The oldest one when there are more than memory should hold. */
  overflow(): PendingRequest | null;
}

const maxRequests = 150_000;
/** So few are found by looking at each; an index is kept of more. */
const fewRequests = 16;
const maxCharacters = 16 << 20;

export function createWaiting(): Waiting {
  const all = new Set<PendingRequest>();
  let byKey: Map<string, Set<PendingRequest>> | null = null;
  let characters = 0;

  function index(byKey: Map<string, Set<PendingRequest>>, request: PendingRequest): void {
    const key = keyOf(request.method, request.url);
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, new Set([request]));
    else same.add(request);
  }

  function indexAll(): Map<string, Set<PendingRequest>> {
    const whole = new Map<string, Set<PendingRequest>>();
    for (const request of all) index(whole, request);
    return whole;
  }

  return {
    all,
    add(request) {
      all.add(request);
      characters += request.url.length;
      if (byKey !== null) index(byKey, request);
      else if (all.size > fewRequests) byKey = indexAll();
    },
    remove(request) {
      if (!all.delete(request)) return;
      characters -= request.url.length;
      if (all.size === 0) byKey = null;
      if (byKey === null) return;
      const key = keyOf(request.method, request.url);
      const same = byKey.get(key);
      same?.delete(request);
      if (same?.size === 0) byKey.delete(key);
    },
    find(method, url) {
      if (byKey !== null) return first(byKey.get(keyOf(method, url)) ?? []);
      for (const request of all) if (request.url === url && request.method === method) return request;
      return null;
    },
    overflow: () => (all.size > maxRequests || characters > maxCharacters ? first(all) : null),
  };
}

function keyOf(method: string, url: string): string {
  return `${method} ${url}`;
}

function first(requests: Iterable<PendingRequest>): PendingRequest | null {
  for (const request of requests) return request;
  return null;
}
