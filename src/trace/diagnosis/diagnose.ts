import { isConnect } from "../../api/connect-request.ts";
import type { RequestInfo } from "../../api/request-info.ts";
import type { CredentialFacts } from "../../cluster/credential-facts.ts";
import type { RoundTrip } from "../../log/round-trip.ts";
import { admissionFacts } from "./admission-facts.ts";
import { adviceFor } from "./advice.ts";
import { isPluginFailure, unrecognised } from "./authentication.ts";
import { backendFacts, isOfBackend, provenCause } from "./backend-facts.ts";
import { ofExtensionServer, ofHandler } from "./by-handler.ts";
import { byStatus } from "./by-status.ts";
import { connectFacts } from "./connect-facts.ts";
import { connectionCause } from "./connection-cause.ts";
import { customResourceFacts } from "./custom-resource-facts.ts";
import { type Diagnosis, type Party, summaryOf } from "./diagnosis.ts";
import type { Fact } from "./fact.ts";
import { type Failed, type Finding, saidIn } from "./finding.ts";
import { ownWords } from "./own-words.ts";
import { isProxied, ofProxied } from "./proxied.ts";
import { isWebSocket, readRefusal } from "./refusals.ts";

/**
 * Who said no to a request that failed, and why; null for one that did not fail, or of which the log does not say. Asks nobody: all
 * that it needs is in the Trace, but for what the user's own credentials say of themselves. Where the answer does not tell
 * parties apart, it says so instead of choosing one.
 */
export function diagnose(answered: Failed, credentials: CredentialFacts | null = null): Diagnosis | null {
  const trace = inOwnWords(answered);
  const found = find(trace, credentials);
  if (found === null) return null;
  const facts = factsOf(found, trace);
  const { party } = found;
  const said = found.evidence.join(" ");
  const cause = trace.isForeign ? found.cause : provenCause(found.cause, said, facts);
  const words = trace.roundTrip.message;
  // What was seen is what is told.
  const seen = found.evidence.map((one) => (one === words ? (answered.roundTrip.message ?? one) : one));
  const evidence = [...new Set([...seen, ...facts.map(({ sentence }) => sentence)])];
  const advice = adviceFor({ party, cause, evidence }, trace, facts);
  return { party, cause, summary: summaryOf(party, cause, said !== ""), evidence, advice };
}

/** kubectl prints client-go's words, which are all that a log has at -v=7 and below. */
function inOwnWords(trace: Failed): Failed {
  const { roundTrip } = trace;
  if (roundTrip.message === null || roundTrip.outcome !== "response") return trace;
  const message = ownWords(roundTrip.message);
  return message === roundTrip.message ? trace : { ...trace, roundTrip: { ...roundTrip, message } };
}

/** What was seen behind the one who said no, where it was asked for. */
function factsOf(found: Finding, trace: Failed): readonly Fact[] {
  const { surroundings, apiService, target, connect } = trace;
  const ofBackend =
    surroundings === undefined || !isOfBackend(found, target)
      ? []
      : backendFacts(found.cause, { apiService, target }, surroundings);
  const ofConnect =
    connect !== undefined && handlers.has(found.party) && found.cause !== "ObjectNotFound"
      ? connectFacts(connect, found.party)
      : [];
  return [...ofBackend, ...admissionFacts(found, trace), ...customResourceFacts(found, trace), ...ofConnect];
}

/** A no of these may be due to the Pod, its container or its node. */
const handlers: ReadonlySet<Party> = new Set(["Kubelet", "Pod", "APIServer", "Unknown"]);

function find(trace: Failed, credentials: CredentialFacts | null): Finding | null {
  const { roundTrip } = trace;
  if (roundTrip.outcome === "failed") return noAnswer(roundTrip, trace.requestInfo);
  if (roundTrip.outcome !== "response" || roundTrip.status === null) return null;
  const message = roundTrip.message ?? "";
  const refusal = roundTrip.status < 400 ? null : readRefusal(message, trace.requestInfo);
  if (refusal !== null) return { ...refusal, evidence: [message] };
  if (isPlainHttpSent(trace)) return { party: "Unknown", cause: "PlainHTTPSent", evidence: [message] };
  const strange = notTheApiServer(trace);
  if (strange !== null || roundTrip.status < 400) return strange;
  if (isProxied(trace.requestInfo)) return ofProxied(trace, credentials);
  // What kube-apiserver serves itself, another kube-apiserver may have answered for it: one of another version, while they are upgraded.
  if (roundTrip.relayed === true && trace.target.kind !== "Local") return ofExtensionServer(roundTrip, trace);
  return unrecognised(trace, credentials) ?? byStatus(roundTrip.status, trace) ?? ofHandler(roundTrip, trace);
}

function noAnswer({ message, method }: RoundTrip, info: RequestInfo): Finding {
  if (message === null) {
    return method === "GET" && isWebSocket(info)
      ? { party: "Unknown", cause: "UpgradeRefused", evidence: [] }
      : { party: "Nobody", cause: "Unknown", evidence: [] };
  }
  // Nothing was sent: there was nobody to answer.
  const cause = isPluginFailure({ message }) ? "CredentialPluginFailed" : connectionCause(message);
  return { party: "Nobody", cause, evidence: [message] };
}

/** What any server in Go says before it reads a request, the API server or one before it. Source of truth: net/http/server.go. */
function isPlainHttpSent({ roundTrip, requestInfo }: Failed): boolean {
  const { status, auditId, message } = roundTrip;
  const isSaid = /^Client sent an HTTP request to an HTTPS server\.?\s*$/.test(message ?? "");
  return status === 400 && auditId === null && isSaid && !isProxied(requestInfo);
}

/** What kube-apiserver and its aggregator say in plain text: old ones write no Audit-Id beside it. */
const plainWords = /^(?:service unavailable|404 page not found|unauthorized|forbidden|too many requests.*)$/i;

/** The profiler and the server's own logs are pages. */
const hasPages = ({ path }: RequestInfo): boolean => /^\/(?:debug|logs)(?:\/|$)/.test(path);

/**
 * Every answer of kube-apiserver has an Audit-Id, whatever it relays: a page of HTML or a bare error without one is none of its. But
 * what refuses to upgrade a connection is passed on as it came, and before 1.21 only an audited request had one. Source of truth:
 * apiserver/pkg/endpoints/filters/audit_init.go, apimachinery/pkg/util/proxy/upgradeaware.go (tryUpgrade).
 */
function notTheApiServer({ roundTrip, requestInfo }: Failed): Finding | null {
  const { status, message, auditId, fromCache, statusReason } = roundTrip;
  const [isProgram, isSeen] = [isProxied(requestInfo), fromCache !== null];
  if (auditId !== null || hasPages(requestInfo) || (isProgram && !isSeen)) return null;
  const page = /^\s*<(?:!doctype|html|head|body)\b|^not a Kubernetes API answer/i.test(message ?? "");
  const isError = (status ?? 0) >= 400 && statusReason === null && !plainWords.test(message ?? "");
  const bare = isSeen && isError && (isProgram || !isConnect(requestInfo));
  // A program's page with 200 is what was asked for.
  if ((!page && !bare) || (isProgram && (status ?? 0) < 400)) return null;
  const without = isSeen ? ["the answer has no Audit-Id"] : [];
  const evidence = [...saidIn(roundTrip), ...without];
  return { party: isProgram ? "Unknown" : "Proxy", cause: "NotTheAPIServer", evidence };
}
