/** What the client held back before it logged the request itself. */
export interface Throttled {
  add(method: string, url: string, ms: number): void;
  /** How long that request waited; null when it did not. It is told once. */
  take(method: string, url: string): number | null;
}

const mostHeldBack = 1000;

export function createThrottled(): Throttled {
  const waited = new Map<string, number>();
  return {
    add(method, url, ms) {
      if (waited.size < mostHeldBack) waited.set(`${method} ${url}`, ms);
    },
    take(method, url) {
      if (waited.size === 0) return null;
      const key = `${method} ${url}`;
      const ms = waited.get(key) ?? null;
      waited.delete(key);
      return ms;
    },
  };
}
