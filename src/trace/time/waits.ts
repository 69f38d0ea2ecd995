import { newFinding, noticedMs, type SlowCause, type SlowFinding, slowCauses } from "./slow.ts";
import type { Placed } from "./time-line.ts";

/** Why a client waited before it sent a request anew, and what to type. */
interface Kind {
  readonly cause: SlowCause;
  readonly advice: readonly string[];
}

/** client-go logs as an answer, too, that it waits where none came. Source of truth: client-go/rest/with_retry.go. */
const withoutAnswer: Kind = {
  cause: "RetriedWithoutAnswer",
  advice: [
    "kubectl config view --minify",
    "something on the way cuts connections, or the server's URL leads to another program",
  ],
};
const byFlowControl: Kind = {
  cause: "AskedToWait",
  advice: [
    "kubectl get flowschemas,prioritylevelconfigurations",
    "ask less at a time, or give the user a FlowSchema with a larger share",
  ],
};
const byDisruptionBudget: Kind = {
  cause: "AskedToWait",
  advice: [
    "kubectl get poddisruptionbudgets -A",
    "an eviction waits until other Pods of the application are ready again",
  ],
};
const byServer: Kind = {
  cause: "AskedToWait",
  advice: [
    "kubectl get --raw '/readyz?verbose'",
    "the server is starting, stopping or waits for its storage: it asks for a retry then",
  ],
};
const kinds = [byFlowControl, byDisruptionBudget, byServer, withoutAnswer];

function kindOf({ trace: { roundTrip, requestInfo } }: Placed): Kind {
  if (roundTrip.outcome === "failed") return withoutAnswer;
  if (roundTrip.status !== 429) return byServer;
  return requestInfo.subresource === "eviction" ? byDisruptionBudget : byFlowControl;
}

/** What the client waited before it sent the same request once more. */
export function waits(requests: readonly Placed[]): SlowFinding[] {
  const waited = requests.flatMap((request) => {
    const ms = waitedMs(request, requests);
    return ms === null ? [] : [{ kind: kindOf(request), ms }];
  });
  return kinds.flatMap((kind) => {
    const own = waited.filter((one) => one.kind === kind);
    const costMs = own.reduce((sum, { ms }) => sum + ms, 0);
    const times = own.length === 1 ? "" : `, ${own.length} times`;
    return costMs < noticedMs
      ? []
      : [newFinding(kind.cause, costMs, `${slowCauses[kind.cause]}${times}`, ...kind.advice)];
  });
}

/** A client that gave up did not wait, whatever it was asked to. null: there was nothing to wait for. */
function waitedMs({ trace, bar }: Placed, requests: readonly Placed[]): number | null {
  const { method, url, retryAfterMs } = trace.roundTrip;
  if (retryAfterMs === null) return null;
  const isRetry = ({ trace: { roundTrip }, bar: { sent } }: Placed): boolean =>
    sent >= bar.to && roundTrip.method === method && roundTrip.url === url;
  const gaps = requests.filter(isRetry).map(({ bar: { sent } }) => sent - bar.to);
  return gaps.length === 0 ? null : Math.min(retryAfterMs, ...gaps);
}
