/**
 * How long ago, as kubectl and the API server print ages: two units while it is short, one when it is long.
 * Source of truth: apimachinery/pkg/util/duration/duration.go (HumanDuration).
 */
export function renderAge(timestamp: string, now: Date): string {
  const since = now.getTime() - Date.parse(timestamp);
  if (Number.isNaN(since)) return "<unknown>";
  if (since < -1000) return "<invalid>";
  const seconds = Math.max(0, Math.floor(since / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  if (days < 8) return two(days, "d", hours % 24, "h");
  if (days < 2 * 365) return `${days}d`;
  if (days < 8 * 365) return two(Math.floor(days / 365), "y", days % 365, "d");
  return `${Math.floor(days / 365)}y`;
}

function two(first: number, firstUnit: string, second: number, secondUnit: string): string {
  return second === 0 ? `${first}${firstUnit}` : `${first}${firstUnit}${second}${secondUnit}`;
}
