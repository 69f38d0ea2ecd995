import { connectName, isConnect } from "../../api/connect-request.ts";
import type { RequestInfo } from "../../api/request-info.ts";
import type { CredentialFacts } from "../../cluster/credential-facts.ts";
import { unrecognised } from "./authentication.ts";
import { byStatus, flowControlsWords } from "./by-status.ts";
import type { Cause, Party } from "./diagnosis.ts";
import { type Failed, type Finding, saidIn } from "./finding.ts";

/** Is it handed on to a program whose answers mean what that likes? */
export function isProxied(info: RequestInfo): boolean {
  return info.subresource === "proxy" && isConnect(info);
}

/**
 * Who said no to a request that kube-apiserver proxies. A program answers with any status and any words: kube-apiserver is told from it
 * by words that are its own, or by a review that says what it would have said.
 */
export function ofProxied(trace: Failed, credentials: CredentialFacts | null): Finding {
  const { roundTrip, requestInfo } = trace;
  const by = (party: Party, cause: Cause): Finding => ({ party, cause, evidence: saidIn(roundTrip) });
  const message = roundTrip.message ?? "";
  const beyond = requestInfo.resource === "nodes" ? "Kubelet" : "Pod";
  if (beyond === "Kubelet" && /^Forbidden \(user=.*, verb=\w+, resource=nodes, /.test(message))
    return by("Kubelet", "KubeletForbidden");
  if (roundTrip.relayed === true) return by(beyond, "Unknown");
  switch (roundTrip.status) {
    case 401:
      if (isAllowed(trace)) return by(beyond, "Unknown");
      return isOwn401(trace, credentials)
        ? (unrecognised(trace, credentials) ?? by("Unknown", "Unknown"))
        : by("Unknown", "Unknown");
    case 403:
      return forbidden(trace, credentials, by(roundTrip.message === null ? "Unknown" : beyond, "Unknown"));
    case 404:
      return message === `${requestInfo.resource} "${connectName(requestInfo)}" not found`
        ? by("APIServer", "ObjectNotFound")
        : by(beyond, "Unknown");
    case 429:
      if (flowControlsWords.test(message)) return byStatus(429, trace) ?? by("Unknown", "Unknown");
      return by(roundTrip.message === null ? "Unknown" : beyond, "Unknown");
    default:
      return by(beyond, "Unknown");
  }
}

/** A review as the very user says that kube-apiserver lets it through. */
function isAllowed({ verdict, isForeign = false }: Failed): boolean {
  return !isForeign && verdict.decision === "allowed" && verdict.source === "review";
}

/** A Status of kube-apiserver's, or credentials that were looked at and with which no review came through either. */
function isOwn401({ roundTrip }: Failed, credentials: CredentialFacts | null): boolean {
  return roundTrip.statusReason === "Unauthorized" || credentials !== null;
}

/** Authorization names the subresource, admission the object. */
function forbidden(trace: Failed, credentials: CredentialFacts | null, otherwise: Finding): Finding {
  const { roundTrip, requestInfo, verdict } = trace;
  const message = roundTrip.message ?? "";
  const { resource } = requestInfo;
  const isAuthorizers = message.includes(` resource "${resource}/proxy" in API group "" `);
  const isReviewed = verdict.decision === "denied" && verdict.source !== "response";
  const isAdmissions = message.startsWith(`${resource} "${requestInfo.name}" is forbidden: `);
  if (!isAuthorizers && !isReviewed && !isAdmissions) return otherwise;
  return unrecognised(trace, credentials) ?? byStatus(403, trace) ?? otherwise;
}
