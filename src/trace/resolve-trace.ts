import { parseRequestInfo, type RequestInfo } from "../api/request-info.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import { namedHookOf } from "./admission/named-hook.ts";
import { type Admission, ofExtensionServer, resolveAdmission } from "./admission/resolve-admission.ts";
import { basePathOf, type ClusterChoice } from "./cluster-choice.ts";
import { diagnose, type Failed } from "./diagnosis/diagnose.ts";
import { type Placement, placeWithoutCluster, resolvePlacement } from "./placement.ts";
import type { Trace } from "./trace.ts";
import { resolveVerdict, verdictWithoutCluster } from "./verdict.ts";

export interface ResolveOptions {
  /** Which cluster to ask about a request of this URL. */
  readonly clusterOf: (url: string) => Promise<ClusterChoice> | ClusterChoice;
  /** Also ask for the Service and its endpoints: only outputs that show them need it. */
  readonly detail: boolean;
}

/**
 * Joins what the log says of one exchange with what the cluster says of it. Never throws: what cannot be known is
 * `Unresolved` or `unknown` and says why. At most two requests follow one another, with detail three.
 * Without a cluster the Trace is there at once, not as a promise: a log may hold a million of them.
 */
export function resolveTrace(roundTrip: RoundTrip, options: ResolveOptions): Trace | Promise<Trace> {
  const choice = options.clusterOf(roundTrip.url);
  if (choice instanceof Promise) return choice.then((chosen) => join(roundTrip, chosen, options.detail));
  return join(roundTrip, choice, options.detail);
}

function join(roundTrip: RoundTrip, choice: ClusterChoice, detail: boolean): Trace | Promise<Trace> {
  if (choice.cluster !== null) return ask(roundTrip, choice.cluster, detail);
  const { requestInfo, placement } = readWithoutCluster(roundTrip, choice.reason);
  const { apiService, target } = placement;
  const verdict = verdictWithoutCluster(roundTrip, requestInfo, choice.reason);
  return newTrace({ roundTrip, requestInfo, apiService, target, verdict });
}

interface Reading {
  readonly requestInfo: RequestInfo;
  readonly placement: Placement;
}

const readings = new Map<string, Reading>();
/** A long log repeats its URLs. So many are remembered, then all are forgotten: memory stays flat. */
const mostReadings = 2000;

/** What method and URL alone tell: pure, so remembered. */
function readWithoutCluster(roundTrip: RoundTrip, reason: string): Reading {
  const key = `${roundTrip.method} ${roundTrip.url} ${reason}`;
  const known = readings.get(key);
  if (known !== undefined) return known;
  const requestInfo = parseRequestInfo(roundTrip.method, roundTrip.url);
  const reading = { requestInfo, placement: placeWithoutCluster(roundTrip, requestInfo, reason) };
  if (readings.size >= mostReadings) readings.clear();
  readings.set(key, reading);
  return reading;
}

async function ask(roundTrip: RoundTrip, cluster: Cluster, detail: boolean): Promise<Trace> {
  const requestInfo = parseRequestInfo(roundTrip.method, roundTrip.url, basePathOf(cluster));
  const [placement, verdict, admission] = await Promise.all([
    resolvePlacement(roundTrip, requestInfo, cluster, detail),
    resolveVerdict(roundTrip, requestInfo, cluster),
    resolveAdmission(roundTrip, requestInfo, cluster, detail),
  ]);
  return newTrace({
    roundTrip,
    requestInfo,
    ...placement,
    verdict,
    ...admissionParts(admission, placement, roundTrip),
  });
}

function admissionParts(
  admission: Admission | null,
  { target }: Placement,
  { message }: RoundTrip,
): Pick<Trace, "admission" | "admissionReason"> {
  if (admission === null) return {};
  const { hooks, reason } =
    target.kind === "Service" ? ofExtensionServer(admission, namedHookOf(message ?? "")) : admission;
  return { admission: hooks, ...(reason === "" ? {} : { admissionReason: reason }) };
}

function newTrace(known: Failed): Trace {
  const { roundTrip, requestInfo, apiService, target, verdict, admission, admissionReason } = known;
  const diagnosis = diagnose(known);
  return {
    apiVersion: "kubectl-trace/v1alpha1",
    kind: "Trace",
    roundTrip,
    requestInfo,
    apiService,
    target,
    verdict,
    ...(admission === undefined ? {} : { admission }),
    ...(admissionReason === undefined ? {} : { admissionReason }),
    diagnosis,
  };
}
