import type { X509Certificate } from "node:crypto";
import { ClusterError } from "../../errors.ts";
import { infosOf, parseX509Certificates } from "../certificates.ts";
import type { Answer, CertificateInfo } from "../cluster.ts";
import type { ConnectionSettings } from "../kubeconfig/kubeconfig.ts";
import { readAuthorities, readClusterAuthority } from "./tls.ts";

/** The certificates that the way to an API server hangs on, apart from the user's own. All empty over plain HTTP. */
export interface ConnectionCertificates {
  /** The server's own; several where several servers have answered at one address. */
  readonly servers: readonly CertificateInfo[];
  /** What the servers send beside them, as far as it leads to an authority that is trusted. */
  readonly intermediates: readonly CertificateInfo[];
  /** Whom the kubeconfig trusts; empty when that is the system's authorities, or when nothing is verified. */
  readonly authorities: readonly CertificateInfo[];
}

/**
 * What is known of the certificates of a connection. No server is asked.
 * @param met the servers' own certificates, as they came in TLS handshakes
 */
export async function describeCertificates(
  settings: ConnectionSettings,
  met: readonly X509Certificate[],
): Promise<Answer<ConnectionCertificates>> {
  try {
    return { ok: true, value: await certificatesOf(settings, met) };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { ok: false, reason: error.message, status: null };
  }
}

async function certificatesOf(
  settings: ConnectionSettings,
  met: readonly X509Certificate[],
): Promise<ConnectionCertificates> {
  const servers = infosOf(met);
  const { server, cluster } = settings;
  if (!server.startsWith("https:") || cluster.insecureSkipTlsVerify) {
    return { servers, intermediates: [], authorities: [] };
  }
  const authority = await readClusterAuthority(settings);
  const trusted = parseX509Certificates((await readAuthorities(authority, settings.env)).join("\n"));
  const between = distinct(met.flatMap((own) => intermediatesOf(own, trusted)));
  return {
    servers,
    intermediates: infosOf(between),
    authorities: authority === "" ? [] : infosOf(trusted),
  };
}

/** A chain that is longer is none. */
const longestChain = 10;

/**
 * From the server's own certificate up to one that an authority has signed. What is sent beyond that is of no use here; of a chain that
 * reaches none, such as one in disorder, nothing is told.
 */
function intermediatesOf(
  own: X509Certificate,
  trusted: readonly X509Certificate[],
): readonly X509Certificate[] {
  const chain = [own];
  for (let last: X509Certificate | undefined = own; last !== undefined; last = last.issuerCertificate) {
    if (last !== own) chain.push(last);
    if (isTrusted(last, trusted)) return chain.slice(1).filter((one) => !isOneOf(one, trusted));
    if (chain.length > longestChain) break;
  }
  return [];
}

function isTrusted(certificate: X509Certificate, trusted: readonly X509Certificate[]): boolean {
  return (
    isOneOf(certificate, trusted) ||
    trusted.some((one) => certificate.checkIssued(one) && certificate.verify(one.publicKey))
  );
}

function isOneOf(certificate: X509Certificate, others: readonly X509Certificate[]): boolean {
  return others.some(({ fingerprint256 }) => fingerprint256 === certificate.fingerprint256);
}

/** Each certificate once. */
function distinct(certificates: readonly X509Certificate[]): readonly X509Certificate[] {
  return [...new Map(certificates.map((one) => [one.fingerprint256, one])).values()];
}
