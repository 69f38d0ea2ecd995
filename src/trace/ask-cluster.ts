import { parseRequestInfo } from "../api/request-info.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { CredentialFacts } from "../cluster/credential-facts.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import { namedHookOf } from "./admission/named-hook.ts";
import { type Admission, ofExtensionServer, resolveAdmission } from "./admission/resolve-admission.ts";
import { basePathOf } from "./cluster-choice.ts";
import { resolveConnect } from "./connect.ts";
import { askCredentials } from "./diagnosis/authentication.ts";
import type { Failed } from "./diagnosis/finding.ts";
import { resolveFlowControl } from "./flow-control.ts";
import { mayHaveFailedBehind, type Placement, resolvePlacement } from "./placement.ts";
import type { ResolveOptions } from "./resolve-trace.ts";
import type { Trace } from "./trace.ts";
import { resolveVerdict } from "./verdict.ts";

/** All that a cluster says of a request, and of what stands behind it. */
export interface Asked {
  readonly known: Failed;
  /** Of the user's own credentials; null where they are nothing to the matter. */
  readonly credentials: CredentialFacts | null;
}

/** At most two questions follow one another; three with detail, and where what stands behind bears upon a failure. Never throws. */
export async function askCluster(
  roundTrip: RoundTrip,
  cluster: Cluster,
  { detail, own = false }: Pick<ResolveOptions, "detail" | "own">,
): Promise<Asked> {
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
  return { known, credentials };
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
