import type { Party } from "../diagnosis/diagnosis.ts";
import { word } from "../diagnosis/shell-word.ts";
import type { Trace } from "../trace.ts";
import { costOf } from "./cost.ts";
import type { Timing } from "./find-slow.ts";
import { requestParts } from "./request-parts.ts";
import { newFinding, type SlowFinding } from "./slow.ts";
import { isStream, type Placed } from "./time-line.ts";

/** An answer that comes later is slow: what Kubernetes promises of a request for one object (its SLO of API calls), at the 99th percentile. */
const slowAnswerMs = 1000;
/** APIs and requests that are named. */
const mostNamed = 3;

/** Aggregated APIs that give no good answer, and kept the command waiting. */
export function unavailableApis({ requests }: Pick<Timing, "requests">): SlowFinding[] {
  return slowestApis(requests).flatMap((name) => {
    const own = (request: Placed) => isBadApi(request) && nameOf(request) === name;
    const costMs = costOf(requests, own);
    if (costMs < slowAnswerMs) return [];
    const answers = requests.filter(own);
    const statuses = [...new Set(answers.map(({ trace }) => trace.roundTrip.status))].join(", ");
    const times = answers.length === 1 ? "one request" : `${answers.length} requests`;
    return newFinding(
      "UnavailableAPIService",
      costMs,
      `${name} answered ${times} with ${statuses}, and kept the command waiting`,
      `kubectl trace check ${word(name, "APISERVICE")}`,
      "mend it, or delete its APIService when what served it is gone for good: other commands wait for it, too",
    );
  });
}

/** Names of those that may have cost anything worth a word. */
function slowestApis(requests: readonly Placed[]): readonly string[] {
  const sums = new Map<string, number>();
  for (const request of requests.filter(isBadApi)) {
    const name = nameOf(request);
    sums.set(name, (sums.get(name) ?? 0) + request.bar.to - request.bar.sent);
  }
  const slow = [...sums].filter(([, ms]) => ms >= slowAnswerMs).sort((a, b) => b[1] - a[1]);
  return slow.slice(0, mostNamed).map(([name]) => name);
}

/** A webhook, or something before the API server, says nothing of the API that was asked. */
const ofOthers: ReadonlySet<Party> = new Set<Party>(["Admission", "ConversionWebhook", "Proxy"]);

/** An API that is not kube-apiserver's own, or of which that is not known, and that the answer says is broken. */
function isBadApi({ trace }: Placed): boolean {
  const { apiService, target, roundTrip, diagnosis } = trace;
  if (apiService === null || target.kind === "Local" || (roundTrip.status ?? 0) < 500) return false;
  return diagnosis === null || !ofOthers.has(diagnosis.party);
}

function nameOf({ trace }: Placed): string {
  return trace.apiService?.name ?? "";
}

/** Requests whose answer took long, but for those of an API that gives no good one. */
export function slowRequests({ requests }: Pick<Timing, "requests">): SlowFinding[] {
  return requests
    .filter((request) => request.answered && !isBadApi(request) && !isStream(request.trace))
    .map(({ trace }) => ({ trace, ms: requestParts(trace.roundTrip)?.serverMs ?? 0 }))
    .filter(({ ms }) => ms >= slowAnswerMs)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, mostNamed)
    .map(({ trace, ms }) => {
      const { method } = trace.roundTrip;
      return newFinding(
        "SlowRequest",
        ms,
        `the answer to ${method} ${trace.requestInfo.path} took long`,
        ...requestAdvice(trace),
      );
    });
}

function requestAdvice({ apiService, target, requestInfo, roundTrip }: Trace): string[] {
  if (target.kind === "Service" && apiService !== null)
    return [`kubectl trace check ${word(apiService.name, "APISERVICE")}`];
  if (requestInfo.verb === "list") return ["ask for less: one namespace, a label selector, one object"];
  if (/^(?:POST|PUT|PATCH|DELETE)$/.test(roundTrip.method) && requestInfo.isResourceRequest)
    return [
      "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
      "a webhook that is asked about every write may be what takes the time",
    ];
  return [];
}
