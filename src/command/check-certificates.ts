import type { CertificateInfo, Trust } from "../cluster/cluster.ts";
import type { ConnectionCertificates } from "../cluster/connection/describe-certificates.ts";
import type { CredentialFacts } from "../cluster/credential-facts.ts";
import type { CheckWarning, WarnedCertificate } from "../render/check-report.ts";

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
  return warnOfAuthorities(trust.authorities, "of its caBundle", window);
}

/**
 * The same of the connection's own certificates, which are of no APIService: those of the server, the authorities of the kubeconfig and
 * the client's. null: nothing is known of them.
 */
export function warnOfConnection(
  certificates: ConnectionCertificates | null,
  credentials: CredentialFacts | null,
  window: ExpiryWindow,
): readonly CheckWarning[] {
  const { servers = [], intermediates = [], authorities = [] } = certificates ?? {};
  const client = credentials?.certificate ?? null;
  return [
    ...servers.flatMap((one) => warnOf("server", one, `the server's certificate ${nameOf(one)}`, window)),
    ...intermediates.flatMap((one) =>
      warnOf("intermediate", one, `intermediate authority ${nameOf(one)}, which the server sends,`, window),
    ),
    ...warnOfAuthorities(authorities, "of the kubeconfig", window),
    ...(client === null ? [] : warnOfClient(client, window)),
  ];
}

function warnOfClient(
  { subject, expiresAt }: NonNullable<CredentialFacts["certificate"]>,
  window: ExpiryWindow,
): readonly CheckWarning[] {
  if (!(expiresAt < window.until)) return [];
  const one = { subject, notAfter: new Date(expiresAt).toISOString() };
  return warnOf("client", one, `the kubeconfig's client certificate ${subject}`, window);
}

function warnOfAuthorities(
  authorities: readonly CertificateInfo[],
  where: string,
  window: ExpiryWindow,
): readonly CheckWarning[] {
  const others = authorities.filter((one) => !(endOf(one) < window.until)).length;
  return authorities.flatMap((one) =>
    warnOf("authority", one, `authority ${nameOf(one)} ${where}`, window, `; ${othersText(others)}`),
  );
}

function warnOf(
  role: WarnedCertificate["role"],
  { subject, notAfter }: Pick<CertificateInfo, "subject" | "notAfter">,
  name: string,
  { now, until }: ExpiryWindow,
  more = "",
): readonly CheckWarning[] {
  const end = Date.parse(notAfter);
  if (!(end < until)) return [];
  const message = `${sentenceOf(name, end, now)}${more}`;
  return [{ cause: "CertificateExpires", message, certificate: { role, subject, notAfter } }];
}

/** One for a server may have no subject, but names. */
function nameOf({ subject, names }: CertificateInfo): string {
  const [first] = names;
  return subject || (first === undefined ? "without a name" : `for ${first}`);
}

function endOf({ notAfter }: CertificateInfo): number {
  return Date.parse(notAfter);
}

function sentenceOf(name: string, end: number, now: number): string {
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
