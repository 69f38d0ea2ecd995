import type { CertificateInfo, Trust } from "../cluster/cluster.ts";
import type { CredentialFacts } from "../cluster/credential-facts.ts";
import type { CheckWarning } from "../render/check-report.ts";

const dayMs = 86_400_000;

/** From when on, and up to when, a certificate's end is worth a warning: milliseconds since 1970. */
export interface ExpiryWindow {
  readonly now: number;
  readonly until: number;
}

/**
 * A warning for each authority of a caBundle that ends before `until`, or has ended. One that nobody checks by is left out. It says how
 * many others stay good: with a new authority beside the old one nothing breaks.
 */
export function warnOfExpiry(trust: Trust | undefined, window: ExpiryWindow): readonly CheckWarning[] {
  if (trust === undefined || trust.skipsVerification) return [];
  const ends = (one: CertificateInfo) => Date.parse(one.notAfter) < window.until;
  const ending = trust.authorities.filter(ends);
  const others = trust.authorities.length - ending.length;
  return ending.map((one) => ({
    cause: "CertificateExpires",
    message: `${sentenceOf(one, window.now)}; ${othersText(others)}`,
  }));
}

/** The same of the client certificate that the cluster is asked with, which is of no APIService. */
export function noteOfExpiry(facts: CredentialFacts, { now, until }: ExpiryWindow): readonly string[] {
  const { certificate } = facts;
  if (certificate === null || !(certificate.expiresAt < until)) return [];
  const name = `the kubeconfig's client certificate ${certificate.subject}`;
  return [endOf(name, certificate.expiresAt, now)];
}

function sentenceOf({ subject, notAfter }: CertificateInfo, now: number): string {
  return endOf(`authority ${subject || "without a name"} of its caBundle`, Date.parse(notAfter), now);
}

function endOf(name: string, end: number, now: number): string {
  const day = new Date(end).toISOString().slice(0, 10);
  return end <= now ? `${name} expired on ${day}` : `${name} expires ${timeLeft(end - now)}, on ${day}`;
}

function timeLeft(milliseconds: number): string {
  const days = Math.floor(milliseconds / dayMs);
  return days === 0 ? "within a day" : `in ${days} ${days === 1 ? "day" : "days"}`;
}

function othersText(count: number): string {
  if (count === 0) return "no other one remains";
  return count === 1 ? "1 other one remains" : `${count} other ones remain`;
}
