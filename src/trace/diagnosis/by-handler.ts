import { isConnect } from "../../api/connect-request.ts";
import type { RoundTrip } from "../../log/round-trip.ts";
import type { Target, TraceApiService } from "../trace.ts";
import { causeByPod } from "./connect-facts.ts";
import type { Cause, Party } from "./diagnosis.ts";
import { type Failed, type Finding, saidIn } from "./finding.ts";
import { readNotServed } from "./not-served.ts";

/** kube-apiserver and the extension server each write the Audit-Id: it is there twice. */
const relayedEvidence =
  "the answer carries its Audit-Id twice: kube-apiserver relayed that of an extension API server";

export function ofExtensionServer(roundTrip: RoundTrip, trace: Failed): Finding {
  const may =
    roundTrip.status === 403 && trace.verdict.decision === "allowed"
      ? ["kube-apiserver itself allows it"]
      : [];
  const { cause, evidence } = byStatusAlone(roundTrip, trace);
  return { party: "ExtensionServer", cause, evidence: [...evidence, relayedEvidence, ...may] };
}

/** Nobody on the way said no: it was the one that the request was for. */
export function ofHandler(roundTrip: RoundTrip, trace: Failed): Finding {
  const { target, apiService } = trace;
  const byFacts = causeByFacts(trace);
  const { cause, evidence } =
    byFacts === null ? byStatusAlone(roundTrip, trace) : { cause: byFacts, evidence: saidIn(roundTrip) };
  const party = cause === "Unknown" || mayBeKubelets(trace) ? "Unknown" : handlerOf(target, apiService);
  return { party, cause, evidence };
}

/** A failure without words of what is handed on to a kubelet is that one's, or of the way to it, or kube-apiserver's own. */
function mayBeKubelets({ roundTrip, requestInfo }: Failed): boolean {
  return roundTrip.message === null && (roundTrip.status ?? 0) >= 500 && isConnect(requestInfo);
}

/** kubectl does not log the words of a refused exec: what the Pod lacks says as much. */
function causeByFacts({ roundTrip, connect, isForeign }: Failed): Cause | null {
  const { status, message } = roundTrip;
  return !isForeign && status === 400 && message === null && connect?.to === "kubelet"
    ? causeByPod(connect)
    : null;
}

/** Where there is no APIService at all, kube-apiserver itself answers 404; where none was asked for, it may be anyone. */
function handlerOf(target: Target, apiService: TraceApiService | null): Party {
  if (target.kind === "Service") return "ExtensionServer";
  // Of a Local one that is known there is no backend where there is no CRD of that name: kube-apiserver looked for it.
  return target.kind === "Local" || apiService === null || apiService.available === "True"
    ? "APIServer"
    : "Unknown";
}

function byStatusAlone(roundTrip: RoundTrip, trace: Failed): Pick<Finding, "cause" | "evidence"> {
  const cause = statusCause(roundTrip);
  const said = saidIn(roundTrip);
  if (cause !== "NotServed") return { cause, evidence: said };
  // Without the answer's words, a 404 of an object may as well be that of its resource.
  return said.length === 0 && trace.requestInfo.name !== ""
    ? { cause: "Unknown", evidence: said }
    : readNotServed(trace, said);
}

const statusCauses: Readonly<Record<number, Cause>> = {
  400: "BadRequest",
  401: "CredentialsRejected",
  403: "NoRuleAllows",
  405: "MethodNotAllowed",
  406: "BadRequest",
  409: "Conflict",
  410: "Expired",
  413: "BadRequest",
  415: "BadRequest",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  502: "InternalError",
  503: "InternalError",
  504: "ServerTimeout",
};

/** Adapters of metrics have a sentence of their own: "the server could not find the metric requests for pods web". */
const ofObject = /"[^"]*" not found$|^the server could not find the metric /;

function statusCause({ status, message, statusReason }: RoundTrip): Cause {
  if (status === 404) return ofObject.test(message ?? "") ? "ObjectNotFound" : "NotServed";
  if (status === 409) return conflictCause(message ?? "", statusReason);
  return statusCauses[status ?? 0] ?? "Unknown";
}

/** Source of truth: apimachinery/pkg/api/errors/errors.go (NewAlreadyExists, NewApplyConflict, NewConflict). */
function conflictCause(message: string, statusReason: string | null): Cause {
  if (statusReason === "AlreadyExists" || /already exists$/.test(message)) return "AlreadyExists";
  return /^Apply failed with \d+ conflicts?: /.test(message) ? "FieldOwnedByAnother" : "Conflict";
}
