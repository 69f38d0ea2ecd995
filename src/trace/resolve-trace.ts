import { parseRequestInfo, type RequestInfo } from "../api/request-info.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { CredentialFacts } from "../cluster/credential-facts.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import type { ClusterChoice } from "./cluster-choice.ts";
import { isPluginFailure } from "./diagnosis/authentication.ts";
import { diagnose } from "./diagnosis/diagnose.ts";
import type { Failed } from "./diagnosis/finding.ts";
import { onCluster } from "./diagnosis/on-cluster.ts";
import { type PathPlacement, placeWithoutCluster } from "./place-without-cluster.ts";
import type { Trace } from "./trace.ts";
import { verdictWithoutCluster } from "./verdict.ts";

export interface ResolveOptions {
  /** Which cluster to ask about a request of this URL. */
  readonly clusterOf: (url: string) => Promise<ClusterChoice> | ClusterChoice;
  /** Ask for what stands behind in any case: only outputs that show it need it, and what has failed. */
  readonly detail: boolean;
  /** The requests are those of the user whose kubeconfig asks the cluster; of a log nobody knows whose they were. */
  readonly own?: boolean;
}

/**
 * Joins what the log says of one exchange with what the cluster says of it. Never throws: what cannot be known is
 * `Unresolved` or `unknown` and says why.
 * Without a cluster the Trace is there at once, not as a promise: a log may hold a million of them.
 */
export function resolveTrace(roundTrip: RoundTrip, options: ResolveOptions): Trace | Promise<Trace> {
  const choice = options.clusterOf(roundTrip.url);
  if (choice instanceof Promise) return choice.then((chosen) => join(roundTrip, chosen, options));
  return join(roundTrip, choice, options);
}

/** Who has just seen his login fail is not asked to log in once more. */
const noPlugin = "the credential plugin failed, and is not run again to ask the cluster";

function join(
  roundTrip: RoundTrip,
  choice: ClusterChoice,
  options: Pick<ResolveOptions, "detail" | "own">,
): Trace | Promise<Trace> {
  const hasNoLogin = options.own === true && isPluginFailure(roundTrip);
  if (choice.cluster !== null && !hasNoLogin) return ask(roundTrip, choice, options);
  const reason = choice.cluster === null ? choice.reason : noPlugin;
  const { requestInfo, placement } = readWithoutCluster(roundTrip, reason);
  const { apiService, target } = placement;
  const verdict = verdictWithoutCluster(roundTrip, requestInfo, reason);
  return newTrace({ roundTrip, requestInfo, apiService, target, verdict }, null, "");
}

interface Reading {
  readonly requestInfo: RequestInfo;
  readonly placement: PathPlacement;
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

let asking: Promise<typeof import("./ask-cluster.ts")> | null = null;

/** What asks is loaded with the first question: it is much, and offline there is none. */
async function ask(
  roundTrip: RoundTrip,
  { cluster, kubectlFlags = "" }: Extract<ClusterChoice, { readonly cluster: Cluster }>,
  options: Pick<ResolveOptions, "detail" | "own">,
): Promise<Trace> {
  asking ??= import("./ask-cluster.ts");
  const { known, credentials } = await (await asking).askCluster(roundTrip, cluster, options);
  return newTrace(known, credentials, kubectlFlags);
}

function newTrace(known: Failed, credentials: CredentialFacts | null, kubectlFlags: string): Trace {
  const diagnosis = diagnose(known, credentials);
  const { roundTrip, requestInfo, apiService, target, verdict } = known;
  const { flowControl, connect, admission, admissionReason } = known;
  return {
    apiVersion: "kubectl-trace/v1alpha1",
    kind: "Trace",
    roundTrip,
    requestInfo,
    apiService,
    target,
    verdict,
    ...(flowControl === undefined ? {} : { flowControl }),
    ...(admission === undefined ? {} : { admission }),
    ...(admissionReason === undefined ? {} : { admissionReason }),
    diagnosis: diagnosis === null ? null : onCluster(diagnosis, kubectlFlags),
    ...(connect === undefined ? {} : { connect }),
  };
}
