import { parseRequestInfo, type RequestInfo } from "../api/request-info.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { CredentialFacts } from "../cluster/credential-facts.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import { namedHookOf } from "./admission/named-hook.ts";
import { type Admission, ofExtensionServer, resolveAdmission } from "./admission/resolve-admission.ts";
import { basePathOf, type ClusterChoice } from "./cluster-choice.ts";
import { resolveConnect } from "./connect.ts";
import { askCredentials, isPluginFailure } from "./diagnosis/authentication.ts";
import { diagnose } from "./diagnosis/diagnose.ts";
import type { Failed } from "./diagnosis/finding.ts";
import { onCluster } from "./diagnosis/on-cluster.ts";
import { resolveFlowControl } from "./flow-control.ts";
import { mayHaveFailedBehind, type Placement, placeWithoutCluster, resolvePlacement } from "./placement.ts";
import type { Trace } from "./trace.ts";
import { resolveVerdict, verdictWithoutCluster } from "./verdict.ts";

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
 * `Unresolved` or `unknown` and says why. At most two requests follow one another; three with detail, and where what stands behind
 * bears upon a failure.
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

async function ask(
  roundTrip: RoundTrip,
  { cluster, kubectlFlags = "" }: Extract<ClusterChoice, { readonly cluster: Cluster }>,
  { detail, own = false }: Pick<ResolveOptions, "detail" | "own">,
): Promise<Trace> {
  const requestInfo = parseRequestInfo(roundTrip.method, roundTrip.url, basePathOf(cluster));
  const verdict = resolveVerdict(roundTrip, requestInfo, cluster, own);
  const request = { roundTrip, requestInfo, verdict, own, detail, now: Date.now() };
  const [placement, flowControl, connect, credentials, admission] = await Promise.all([
    resolvePlacement(request, cluster),
    resolveFlowControl(roundTrip, cluster, detail),
    detail || mayHaveFailedBehind(roundTrip) ? resolveConnect(requestInfo, roundTrip.url, cluster) : null,
    askCredentials(roundTrip, cluster, own),
    resolveAdmission(roundTrip, requestInfo, cluster, detail),
  ]);
  const known = {
    roundTrip,
    requestInfo,
    ...placement,
    verdict: await verdict,
    isForeign: !own,
    ...(flowControl === null ? {} : { flowControl }),
    ...(connect === null ? {} : { connect }),
    ...admissionParts(admission, placement, roundTrip),
  };
  return newTrace(known, credentials, kubectlFlags);
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
