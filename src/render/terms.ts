import { isDiscovery } from "../api/discovery.ts";
import type { Cause, Diagnosis, Party } from "../trace/diagnosis/diagnosis.ts";
import type { Trace } from "../trace/trace.ts";
import { glossary, type Term } from "./glossary.ts";

/** Whose story covers a party's causes; what a cause adds or means instead is below. */
export const termsOfParty = {
  Nobody: ["noAnswer"],
  Proxy: ["proxy"],
  Authentication: ["unauthorized"],
  Impersonation: ["impersonation"],
  FlowControl: ["flowControl"],
  Authorization: ["forbidden", "rbac"],
  Aggregator: ["aggregation"],
  ExtensionServer: ["aggregation"],
  Admission: ["admission"],
  ConversionWebhook: ["conversion"],
  Kubelet: ["kubelet"],
  Pod: ["proxied"],
  APIServer: ["object"],
  Unknown: ["unknown"],
} as const satisfies Record<Party, readonly Term[]>;

/** Causes that have a story of their own, which comes before that of the party. */
export const termsOfCause: Partial<Record<Cause, readonly Term[]>> = {
  Anonymous: ["anonymous"],
  CredentialPluginFailed: ["plugin"],
  UnknownAuthority: ["tls"],
  CertificateExpired: ["tls"],
  CertificateNameMismatch: ["tls"],
  TLSFailed: ["tls"],
  ClientCertificateExpired: ["tls"],
  UpgradeNeedsCreate: ["upgrade"],
  UpgradeRefused: ["upgrade"],
  EscalationForbidden: ["rbac"],
  NotServed: ["discovery"],
  DiscoveryUnauthorized: ["extension"],
  DiscoveryForbidden: ["extension"],
  Expired: ["expired"],
  ServerTimeout: ["server"],
  InternalError: ["server"],
};

/** A request says no more than so many of its terms; --explain has them all. */
const mostSentences = 2;

const nothing: readonly Term[] = [];

/** The terms of which a failed request says one sentence. */
export function termsToSay({
  diagnosis,
  roundTrip,
}: Pick<Trace, "diagnosis" | "roundTrip">): readonly Term[] {
  // Asked for each row of a table, and most rows have nothing to say.
  if (diagnosis === null && roundTrip.throttledMs === null) return nothing;
  const held: readonly Term[] = roundTrip.throttledMs === null ? nothing : ["throttling"];
  const terms = [...termsOf(diagnosis), ...held].filter((term) => glossary[term].sentence !== "");
  return terms.slice(0, mostSentences);
}

/** What an extension API server says when it is its own authentication or authorization that says no. */
const ownNo: ReadonlySet<Cause> = new Set(["CredentialsRejected", "NoRuleAllows", "Anonymous"] as const);

/** Terms of a diagnosis, the closest first. */
export function termsOf(diagnosis: Diagnosis | null): readonly Term[] {
  if (diagnosis === null) return nothing;
  const { party, cause } = diagnosis;
  const own = termsOfCause[cause] ?? nothing;
  if (isWholeStory(party, cause)) return own;
  const asked: readonly Term[] = party === "ExtensionServer" && ownNo.has(cause) ? ["extension"] : nothing;
  if (asked.length === 0 && own.length === 0) return termsOfParty[party];
  return [...new Set([...asked, ...own, ...termsOfParty[party]])];
}

/** A 404 for a group is not about an object, and nobody is not somebody who may not. */
function isWholeStory(party: Party, cause: Cause): boolean {
  return cause === "Anonymous" || (party === "APIServer" && termsOfCause[cause] !== undefined);
}

/** Every term that occurs in a Trace, whether it failed or not. */
export function termsIn(trace: Trace): readonly Term[] {
  const { diagnosis, roundTrip, apiService, verdict } = trace;
  const terms: Term[] = [...termsOf(diagnosis)];
  if (roundTrip.throttledMs !== null) terms.push("throttling");
  if (roundTrip.impersonation !== null) terms.push("impersonation");
  if (/Group "system:masters"/.test(verdict.reason)) terms.push("masters");
  if (/Group "system:(?:un)?authenticated"/.test(verdict.reason)) terms.push("authenticated");
  if (isDiscovery(trace.requestInfo)) terms.push("discovery");
  if (apiService !== null) terms.push("aggregation");
  return terms;
}
