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

/**
 * Milliseconds of a Go duration that may also have whole days, which Go has not: "14d" is 336h, "1d12h" is 36h; null for anything
 * else, and for a number without a unit.
 */
export function parseDuration(text: string): number | null {
  const [, days, rest = ""] = /^(?:(\d+)d)?(.*)$/s.exec(text) ?? [];
  const milliseconds =
    days !== undefined && rest === "" ? 0 : /^\d+$/.test(rest) ? null : parseGoDuration(rest);
  return milliseconds === null || milliseconds < 0 ? null : Number(days ?? 0) * 86_400_000 + milliseconds;
}
