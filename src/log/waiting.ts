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
const maxCharacters = 16 << 20;

export function createWaiting(): Waiting {
  const all = new Set<PendingRequest>();
  const byKey = new Map<string, Set<PendingRequest>>();
  let characters = 0;
  return {
    all,
    add(request) {
      all.add(request);
      characters += request.url.length;
      const key = keyOf(request.method, request.url);
      const same = byKey.get(key);
      if (same === undefined) byKey.set(key, new Set([request]));
      else same.add(request);
    },
    remove(request) {
      if (!all.delete(request)) return;
      characters -= request.url.length;
      const key = keyOf(request.method, request.url);
      const same = byKey.get(key);
      same?.delete(request);
      if (same?.size === 0) byKey.delete(key);
    },
    find: (method, url) => (all.size === 0 ? null : first(byKey.get(keyOf(method, url)) ?? [])),
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
