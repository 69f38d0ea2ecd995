import type { Cluster } from "../../cluster/cluster.ts";
import type { CertificateFacts, CredentialFacts, TokenClaims } from "../../cluster/credential-facts.ts";
import type { RoundTrip } from "../../log/round-trip.ts";
import type { Cause } from "./diagnosis.ts";
import type { Failed, Finding } from "./finding.ts";
import { isPastKubeApiserver } from "./past-kube-apiserver.ts";

/** A cause, and what of the credentials proves it. */
interface Reading {
  readonly cause: Cause;
  readonly evidence: readonly string[];
}

/** client-go's words, and our own, for a credential plugin that gave nothing: the request was never sent. */
const pluginSentence = /\bgetting credentials: |^credential plugin "/;

export function isPluginFailure({ message }: Pick<RoundTrip, "message">): boolean {
  return pluginSentence.test(message ?? "");
}

/**
 * What is known of the credentials of a request that was the user's own and was not recognised; null for any other request, of which
 * nothing is asked: whose credentials a pasted log is about, nobody knows.
 */
export async function askCredentials(
  roundTrip: RoundTrip,
  cluster: Cluster,
  own: boolean,
): Promise<CredentialFacts | null> {
  // An extension server's own 401 is about kube-apiserver's credentials.
  const unrecognised = roundTrip.status === 401 || isAnonymous(roundTrip);
  if (!own || !unrecognised || roundTrip.relayed === true) return null;
  const answer = await cluster.credentials();
  return answer.ok ? answer.value : null;
}

/** The authorizer's sentence names the user: nobody. Who asked to act as nobody is somebody. */
function isAnonymous({ status, message, impersonation }: RoundTrip): boolean {
  return (
    status === 403 &&
    impersonation?.user !== "system:anonymous" &&
    /\bUser "system:anonymous" cannot /.test(message ?? "")
  );
}

/**
 * The server does not know the user: it answers 401, or says what nobody may do. null for any other answer.
 * @param credentials what the request was sent with, where that is known
 */
export function unrecognised(trace: Failed, credentials: CredentialFacts | null): Finding | null {
  const { roundTrip } = trace;
  const said = roundTrip.message === null ? [] : [roundTrip.message];
  const isPast = isPastKubeApiserver(trace);
  if (roundTrip.status === 401) {
    if (isPluginFailure(roundTrip))
      return { party: "Authentication", cause: "CredentialPluginFailed", evidence: said };
    // With these very credentials kube-apiserver has just taken the review. A plugin may have given others by then.
    if (isPast && credentials?.name === "") return null;
    const { cause, evidence } = whyUnauthorized(credentials);
    return { party: "Authentication", cause, evidence: [...said, ...evidence] };
  }
  if (!isAnonymous(roundTrip) || isPast) return null;
  return { party: "Authorization", cause: "Anonymous", evidence: [...said, ...whyAnonymous(credentials)] };
}

/**
 * Why a 401, as far as the credentials themselves prove it. With a token and a certificate the server refused both; the token is judged,
 * for it is what was chosen last. Source of truth: apiserver/pkg/authentication/request/{union,bearertoken,x509}; k/k pkg/serviceaccount.
 */
function whyUnauthorized(facts: CredentialFacts | null): Reading {
  if (facts === null) return { cause: "CredentialsRejected", evidence: [] };
  const evidence = describe(facts);
  if (hasNone(facts)) return { cause: "NoCredentials", evidence };
  const cause = facts.token !== null ? tokenCause(facts.token, facts.asOf) : null;
  if (cause === "WrongAudience") return { cause, evidence: evidence.toSorted(audienceFirst) };
  if (cause !== null) return { cause, evidence };
  const isOutdated = facts.kind === "clientCertificate" && !isValid(facts.certificate, facts.asOf);
  return { cause: isOutdated ? "ClientCertificateExpired" : "CredentialsRejected", evidence };
}

const audienceFirst = (left: string, right: string): number =>
  Number(right.startsWith(forAudience)) - Number(left.startsWith(forAudience));
const forAudience = "the token is for audience ";

function hasNone({ kind }: CredentialFacts): boolean {
  return kind === "none" || kind === "notSent";
}

function tokenCause(token: TokenClaims, asOf: number): Cause | null {
  if (token.expiresAt !== null && token.expiresAt <= asOf) return "TokenExpired";
  if (token.validFrom !== null && token.validFrom > asOf) return "TokenNotYetValid";
  return isForAnother(token) ? "WrongAudience" : null;
}

/**
 * `--api-audiences` of kube-apiserver is its issuer unless it is told otherwise; where it is, it is a name of the API itself. Any other
 * audience is somebody else.
 */
function isForAnother({ isServiceAccount, audiences, issuer }: TokenClaims): boolean {
  if (!isServiceAccount || audiences.length === 0) return false;
  return !audiences.some((audience) => audience === issuer || ofTheApi.test(audience));
}

const ofTheApi = /^(?:https:\/\/)?(?:kubernetes(?:\.default(?:\.svc(?:\.[\w.-]+)?)?)?|api)\/?$/;

function isValid(certificate: CertificateFacts | null, asOf: number): boolean {
  return certificate === null || (certificate.validFrom <= asOf && asOf < certificate.expiresAt);
}

/** What the server may have made of credentials that did not keep the request from being nobody's. */
function whyAnonymous(facts: CredentialFacts | null): readonly string[] {
  if (facts === null) return [];
  if (hasNone(facts)) return describe(facts);
  return [...describe(facts), "they did not reach the API server, or are none that it reads"];
}

/** Sentences on the credentials, none of which holds a secret. */
function describe(facts: CredentialFacts): readonly string[] {
  const { kind, name, token, certificate, asOf } = facts;
  const now = `it is ${instant(asOf)} here`;
  const lines: string[] = [];
  if (kind === "none") lines.push("the kubeconfig has no credentials for this context");
  if (kind === "notSent")
    lines.push("the server is called over plain HTTP, on which no credentials are sent");
  if (kind === "password") lines.push("the credentials are a user name and a password");
  if (kind === "credentialPlugin") lines.push(`the credentials come from the credential plugin "${name}"`);
  if (token !== null) lines.push(...describeToken(token, now));
  else if (kind === "token") lines.push("the token is opaque: it says nothing of itself");
  if (certificate !== null) {
    const { subject, validFrom, expiresAt } = certificate;
    lines.push(
      `the client certificate of ${subject} is valid from ${instant(validFrom)} to ${instant(expiresAt)}, ${now}`,
    );
  }
  return lines;
}

function describeToken(token: TokenClaims, now: string): readonly string[] {
  const { subject, issuer, audiences, expiresAt, validFrom } = token;
  const from = validFrom === null ? [] : [`is valid from ${instant(validFrom)}`];
  const until = expiresAt === null ? [] : [`expires at ${instant(expiresAt)}`];
  const times = [...from, ...until];
  const lines =
    times.length === 0 ? [] : [`the token${subject && ` of ${subject}`} ${times.join(" and ")}, ${now}`];
  if (issuer === "" && audiences.length === 0) return lines;
  const whom = audiences.map((audience) => `"${audience}"`).join(", ");
  return [...lines, `${forAudience}${whom || "nobody"}, its issuer is "${issuer}"`];
}

/** "2026-11-24T17:00:00Z". */
function instant(ms: number): string {
  return Number.isNaN(ms) ? "an unknown time" : new Date(ms).toISOString().replace(/\.\d+/, "");
}
