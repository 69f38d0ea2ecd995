import { createLogParser } from "../../src/log/parser.ts";
import type { RoundTrip } from "../../src/log/round-trip.ts";
import type { AccessLogEntry } from "../../src/sandbox/access-log.ts";

/** What a client's log told, held against what its server saw. */
export interface Comparison {
  /** Requests that the log names. */
  readonly requests: number;
  /** Those of them whose end the parser knows. */
  readonly attributed: number;
  /** One line for each thing that the parser got wrong. */
  readonly problems: readonly string[];
}

export interface Answered extends Pick<AccessLogEntry, "method" | "url" | "status"> {
  readonly auditId: string | null;
}

/**
 * Every request of the access log must be found once, every status must be the true one: that of the same Audit-Id where
 * the log has it, else one that a request of the same method and URL really got.
 * @param origin "https://127.0.0.1:PORT" of the server
 */
export function compareLogs(
  roundTrips: readonly RoundTrip[],
  accessLog: readonly Answered[],
  origin: string,
): Comparison {
  const found = groupBy(roundTrips, ({ method, url }) => `${method} ${pathOf(url, origin)}`);
  const answered = groupBy(accessLog, ({ method, url }) => `${method} ${url}`);
  const keys = new Set([...found.keys(), ...answered.keys()]);
  const problems = [...keys].flatMap((key) => {
    const [trips, entries] = [found.get(key) ?? [], answered.get(key) ?? []];
    return trips.length === entries.length
      ? statusProblems(key, trips, entries)
      : [`${key}: found ${trips.length} times, sent ${entries.length} times`];
  });
  return { requests: roundTrips.length, attributed: roundTrips.filter(isAttributed).length, problems };
}

function pathOf(url: string, origin: string): string {
  return url.startsWith(`${origin}/`) ? url.slice(origin.length) : url;
}

export function isAttributed({ outcome }: RoundTrip): boolean {
  return outcome === "response" || outcome === "failed";
}

function statusProblems(key: string, trips: readonly RoundTrip[], entries: readonly Answered[]): string[] {
  const left = [...entries];
  const problems: string[] = [];
  const sure = trips.filter(isAttributed);
  for (const trip of [...sure.filter(hasAuditId), ...sure.filter((trip) => !hasAuditId(trip))]) {
    const status = trip.status ?? 0;
    const at = left.findIndex(
      (entry) => (trip.auditId ?? entry.auditId) === entry.auditId && answers(entry, status),
    );
    if (at < 0) problems.push(`${key}: ${status} of line ${trip.source.line}, ${statusesOf(left)} is true`);
    else left.splice(at, 1);
  }
  return problems;
}

function hasAuditId({ auditId }: RoundTrip): boolean {
  return auditId !== null;
}

/** client-go keeps the answer to a refused WebSocket upgrade to itself: its log says that none came. */
function answers(entry: Answered, status: number): boolean {
  const isUpgrade = entry.method === "GET" && /\/(?:exec|attach|portforward)(?:\?|$)/.test(entry.url);
  return entry.status === status || (isUpgrade && status === 0);
}

function statusesOf(entries: readonly Answered[]): string {
  return entries.map(({ status }) => status).join(", ") || "nothing";
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** The RoundTrips of a log that comes in pieces of any size. */
export function parseInPieces(log: Uint8Array, random: () => number): RoundTrip[] {
  const found: RoundTrip[] = [];
  const parser = createLogParser({ file: "-", onRoundTrip: (roundTrip) => found.push(roundTrip) });
  for (let at = 0; at < log.length; ) {
    const size = 1 + Math.floor(random() ** 3 * 20_000);
    parser.write(log.subarray(at, at + size));
    at += size;
  }
  parser.end();
  return found;
}

/** Numbers from 0 to 1, the same for the same seed: a failure can be repeated. */
export function createRandom(seed: string): () => number {
  let state = [...seed].reduce((hash, character) => (hash * 31 + character.charCodeAt(0)) | 0, 7);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
