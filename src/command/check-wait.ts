import { setTimeout as delay } from "node:timers/promises";
import type { Answer } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { ClusterError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { CheckReport } from "../render/check-report.ts";
import { createCheckProgress } from "./check-progress.ts";
import type { CheckSource } from "./check-source.ts";

export interface WaitOptions {
  /** How long to wait for all to be available; null: not at all. */
  readonly waitMs: number | null;
  /** What the APIServices come to; waiting ends when it is ok. Counts as part of a look. */
  readonly newReport: (objects: readonly KubeObject[]) => Promise<Answer<CheckReport>>;
  /** What progress calls the cluster. */
  readonly cluster: string;
  /** Pause before the second look, in milliseconds; it grows to five times that. */
  readonly firstPauseMs?: number;
}

/**
 * Looks once; with `waitMs` again and again, less and less often, until all is available or the time is up, and
 * says on stderr what it waits for whenever that changes. Gives the last report, or that Ctrl-C was pressed.
 * Throws ClusterError when there never was an answer, at once when the cluster refuses to give one.
 */
export async function waitForReport(
  source: CheckSource,
  { waitMs, newReport, cluster, firstPauseMs = 1000 }: WaitOptions,
  io: Pick<Io, "now" | "signal" | "stderr" | "stderrIsTerminal" | "columns">,
): Promise<CheckReport | "interrupted"> {
  const waits = waitMs !== null && waitMs > 0;
  const deadline = waits ? io.now() + waitMs : Number.POSITIVE_INFINITY;
  const progress = createCheckProgress({
    write: (line) => io.stderr.write(line),
    cluster,
    columns: io.stderrIsTerminal ? (io.columns ?? defaultColumns) : null,
  });
  let last: CheckReport | null = null;
  let failure: Failed = { reason: "no answer in time" };
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, firstPauseMs * 5)) {
    const answer = await within(look(source, newReport), deadline - io.now(), io.signal);
    if (answer === "interrupted") {
      return answer;
    }
    if (answer !== "late" && answer.ok) {
      last = answer.value;
      if (last.ok || !waits) {
        return last;
      }
      progress.report(last);
    } else if (answer !== "late") {
      failure = answer;
      if (!waits || isRefusal(answer.status)) {
        throw cannotAsk(source, failure);
      }
      progress.failure(failure.reason);
    }
    const left = deadline - io.now();
    if (left <= 0) {
      return last ?? fail(cannotAsk(source, failure));
    }
    if ((await within(never, Math.min(pause, left), io.signal)) === "interrupted") {
      return "interrupted";
    }
  }
}

async function look(source: CheckSource, newReport: WaitOptions["newReport"]): Promise<Looked> {
  const objects = await source.read();
  if (!objects.ok) return objects;
  const report = await newReport(objects.value);
  // Only they are asked for beside, and only of them no answer is none at all.
  return report.ok ? report : { ...report, what: "webhooks" };
}

type Looked = Answer<CheckReport> & { readonly what?: string };

/** Of a terminal on stderr, when stdout is none that could tell. */
const defaultColumns = 80;

/** Waiting does not help who may not ask. */
function isRefusal(status: number | null): boolean {
  return status === 401 || status === 403;
}

type Failed = Pick<Looked & { readonly ok: false }, "reason" | "hint" | "what">;

function cannotAsk(source: CheckSource, { reason, hint, what = "APIServices" }: Failed): ClusterError {
  return new ClusterError(
    `cannot read the ${what} of ${source.title}: ${reason}`,
    hint ?? "kubectl get apiservices asks the same; its output as YAML or JSON can be checked with -f",
  );
}

function fail(error: ClusterError): never {
  throw error;
}

const never = new Promise<never>(() => {});
/** What a timer can hold: about 24 days. */
const longest = 2 ** 31 - 1;

async function within<T>(
  work: Promise<T>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<T | "late" | "interrupted"> {
  const done = new AbortController();
  const timer = delay(Math.max(0, Math.min(milliseconds, longest)), "late" as const, {
    signal: AbortSignal.any([signal, done.signal]),
  }).catch(() => "interrupted" as const);
  try {
    return await Promise.race([work, timer]);
  } finally {
    done.abort();
  }
}
