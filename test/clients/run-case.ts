import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RoundTrip } from "../../src/log/round-trip.ts";
import { type Comparison, compareLogs, createRandom, isAttributed, parseInPieces } from "./compare-logs.ts";
import type { MatrixServer } from "./matrix-server.ts";
import { runClient } from "./run-client.ts";

export interface ClientCase {
  /** "kubectl 1.35", for the messages. */
  readonly client: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly level: number;
  /** stdout and stderr through one pipe; otherwise stderr alone. */
  readonly joined: boolean;
  readonly until: RegExp | null;
  /** It asks another address, where nobody listens. */
  readonly unreachable: boolean;
}

/** Runs a client at a level and compares its log with what the server saw of it. */
export async function runCase(one: ClientCase, { sandbox, env, reset }: MatrixServer): Promise<Comparison> {
  reset();
  const before = sandbox.accessLog.length;
  const args = [`-v=${one.level}`, ...one.args];
  const log = await runClient({ ...one, args }, env);
  const name = `${one.client} ${args.join(" ")}${one.joined ? "" : " 2>&1 >/dev/null"}`;
  const roundTrips = parseInPieces(log, createRandom(name));
  const result = one.unreachable
    ? compareWithEntries(roundTrips, log)
    : compareLogs(roundTrips, sandbox.accessLog.slice(before), new URL(sandbox.url).origin);
  if (result.problems.length === 0) return result;
  return { ...result, problems: [`${name}: ${result.problems.join("; ")} (${keep(name, log)})`] };
}

/** Nobody saw the requests: as many must be found as the log has entries of one, none of them answered. */
function compareWithEntries(roundTrips: readonly RoundTrip[], log: Buffer): Comparison {
  const text = log.toString("latin1");
  const announced = text.match(/ round_trippers\.go:\d+\] (?:[A-Z]+ https:\S+$|curl |"Request" )/gm);
  const ended = text.match(/ round_trippers\.go:\d+\] (?:.* in \d+ milliseconds$|"Response" )/gm);
  const entries = (announced ?? ended ?? []).length;
  const open = roundTrips.filter(
    ({ outcome, status, url }) => outcome !== "response" && status === null && url !== "",
  );
  const problems =
    entries > 0 && open.length === entries && roundTrips.length === entries
      ? []
      : [`${open.length} of ${roundTrips.length} without an answer, the log has ${entries}`];
  return { requests: roundTrips.length, attributed: roundTrips.filter(isAttributed).length, problems };
}

/** The log of a failure stays, so that it can be looked at. */
function keep(name: string, log: Buffer): string {
  const folder = join(tmpdir(), "kubectl-trace-failed-logs");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name.replace(/[^\w.=-]+/g, "_").slice(0, 150)}.log`);
  writeFileSync(path, log);
  return path;
}
