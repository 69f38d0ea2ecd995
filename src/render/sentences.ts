import { joinHostPort } from "../api/host-port.ts";
import type { Endpoint } from "../cluster/cluster.ts";
import type { Impersonation, Phases, RoundTrip } from "../log/round-trip.ts";
import type { Diagnosis } from "../trace/diagnosis/diagnosis.ts";
import type { Trace, TraceApiService } from "../trace/trace.ts";
import { durationText } from "./words.ts";

/* What is known, in more than a word. None of these texts is sanitized yet: they hold what the log held. */

/** "jane, groups developers, admins". */
export function impersonationText(as: Impersonation): string {
  const groups = as.groups.length === 0 ? "" : `, groups ${as.groups.join(", ")}`;
  return `${as.user}${groups}${as.uid === "" ? "" : `, uid ${as.uid}`}`;
}

/** What is known of the answer beside its status: the server's message, or why there is none; "" for nothing. */
export function messageText(roundTrip: RoundTrip): string {
  switch (roundTrip.outcome) {
    case "failed":
      return `no answer: ${roundTrip.message ?? silenceText(roundTrip)}`;
    case "unattributed":
      return `the log does not say which answer this got${candidatesText(roundTrip)}`;
    default:
      return answerMessage(roundTrip.statusText ?? "", roundTrip.message ?? "");
  }
}

/** client-go's WebSocket dialer gives its log no answer but 101 (client-go/transport/websocket/roundtripper.go). */
function silenceText({ method, url }: RoundTrip): string {
  return method === "GET" && /\/(exec|attach|portforward)(\?|$)/.test(url)
    ? "kubectl does not log how its WebSocket was refused; it may go on with a POST (SPDY)"
    : "the log does not say why";
}

/** "Not Found: 404 page not found", but not "Unauthorized: Unauthorized". */
function answerMessage(statusText: string, message: string): string {
  return [statusText, messageBeyondStatus(statusText, message)].filter((part) => part !== "").join(": ");
}

/** The message; "" when it only repeats the status line. */
export function messageBeyondStatus(statusText: string, message: string): string {
  return message.trim().toLowerCase() === statusText.toLowerCase() ? "" : message;
}

/** ": 200 or 404". */
function candidatesText({ candidates }: RoundTrip): string {
  return candidates.length === 0 ? "" : `: ${candidates.join(" or ")}`;
}

/** "available", "unavailable (MissingEndpoints): endpoints for …", "availability unknown: …". */
export function availabilityText(service: TraceApiService | null): string {
  if (service === null) return "";
  if (service.available === "True") return "available";
  const word = service.available === "False" ? "unavailable" : "availability unknown";
  const reason = service.reason === "" ? "" : ` (${service.reason})`;
  return service.message === "" ? word + reason : `${word}${reason}: ${service.message}`;
}

/** Evidence that stands nowhere else in an output for people: what one's own credentials say, and the names of flow control. */
export function furtherEvidence({ diagnosis, roundTrip, flowControl }: Trace): readonly string[] {
  if (diagnosis === null) return [];
  const { party, cause, evidence } = diagnosis;
  const isTold =
    party === "Authentication" ||
    cause === "Anonymous" ||
    (party === "FlowControl" && flowControl !== undefined);
  return isTold ? evidence.filter((line) => line !== roundTrip.message) : [];
}

/** Evidence that proves who it was, which the summary says. */
const ofTheParty =
  /^(?:the answer (?:carries|has)|kube-apiserver itself allows|FlowSchema |no APIService is of the group |APIService \S+ is )/;

/** What a diagnosis has seen beside what was `said` elsewhere: the answer's words, the condition, why there is no backend. */
export function factsText({ evidence }: Diagnosis, said: readonly (string | null | undefined)[]): string[] {
  return evidence.filter(
    (one) =>
      !ofTheParty.test(one) && !said.some((text) => text && (one.includes(text) || text.includes(one))),
  );
}

/** A command to type is told from a mend. */
export function adviceText(advice: string): string {
  return /^(?:kubectl|date) /.test(advice) ? `try: ${advice}` : advice;
}

const quotedName = String.raw`"(?:[^"\\]|\\.)*"`;
const rbacReason = new RegExp(
  `^RBAC: allowed by ((?:Cluster)?RoleBinding ${quotedName}) of ((?:Cluster)?Role ${quotedName}) ` +
    `to ((?:User|Group|ServiceAccount) ${quotedName})$`,
);

/**
 * Which binding of which role to whom, as the RBAC authorizer words its reason
 * (kubernetes/plugin/pkg/auth/authorizer/rbac/rbac.go); null for any other sentence.
 */
export function parseRbacReason(reason: string): { binding: string; role: string; subject: string } | null {
  const match = rbacReason.exec(reason);
  if (match === null) return null;
  const [, binding = "", role = "", subject = ""] = match;
  return { binding, role, subject };
}

/** "dial 3ms, TLS 1ms, server 5ms". */
export function phasesText(phases: Phases): string {
  return phaseNames
    .flatMap(([key, name]) => {
      const ms = phases[key];
      return ms === undefined ? [] : [`${name} ${durationText(ms)}`];
    })
    .join(", ");
}

/** "10.244.0.5:10250", "[fd00::5]:10250"; the address alone where no port is known. */
export function addressText(address: string, port: number | null | undefined): string {
  return port === null || port === undefined ? address : joinHostPort(address, port);
}

/** "metrics-server-6d94 on node-1 (10.244.0.5:10250, ready)". */
export function endpointText(endpoint: Endpoint): string {
  const address = addressText(endpoint.address, endpoint.port);
  const node = endpoint.node === "" ? "" : ` on ${endpoint.node}`;
  return `${endpoint.pod || "no pod"}${node} (${address}, ${endpoint.ready ? "ready" : "not ready"})`;
}

const phaseNames = [
  ["dnsLookup", "DNS"],
  ["dial", "dial"],
  ["tlsHandshake", "TLS"],
  ["getConnection", "reused connection"],
  ["serverProcessing", "server"],
] as const satisfies readonly (readonly [keyof Phases, string])[];
