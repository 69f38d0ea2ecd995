const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Milliseconds of a Go duration ("1m30s", "250ms", "1.5h", "0"); null for anything that Go's
 * time.ParseDuration refuses.
 */
export function parseGoDuration(text: string): number | null {
  const match = /^([+-]?)((?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.exec(text);
  if (match === null) return /^[+-]?0$/.test(text) ? 0 : null;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += Number(number) * (unitMs[unit ?? ""] ?? 0);
  }
  return match[1] === "-" ? -total : total;
}

/**
 * Milliseconds of kubectl's `--request-timeout`: a whole number of seconds or a Go duration; 0 is no limit.
 * null when it is neither, or negative. Source of truth: client-go/tools/clientcmd/helpers.go (ParseTimeout).
 */
export function parseRequestTimeout(text: string): number | null {
  const milliseconds = /^[+-]?\d+$/.test(text) ? Number(text) * 1000 : parseGoDuration(text);
  return milliseconds === null || milliseconds < 0 || !Number.isFinite(milliseconds) ? null : milliseconds;
}
