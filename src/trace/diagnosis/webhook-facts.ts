import { serviceHost } from "../../api/service-reference.ts";
import type { Trust } from "../../cluster/cluster.ts";
import type { ServiceChain } from "../service-chain.ts";
import { chainFacts } from "./chain-facts.ts";
import type { Cause } from "./diagnosis.ts";
import type { Fact } from "./fact.ts";
import { trustFacts, trustProblems } from "./trust-facts.ts";

/** Causes that say something of a certificate: whom is trusted for it is worth telling in full. */
export const ofCertificate: ReadonlySet<Cause> = new Set<Cause>([
  "UnknownAuthority",
  "CertificateExpired",
  "CertificateNameMismatch",
  "TLSFailed",
]);

/**
 * What was seen of a webhook's Service that may be why calling it failed, and of whom kube-apiserver trusts for it. `now`:
 * milliseconds since 1970.
 */
export function webhookFacts(
  service: ServiceChain,
  trust: Trust | undefined,
  cause: Cause,
  now: number,
): readonly Fact[] {
  const serverName = serviceHost(service);
  // Who shows a certificate is there, and what is the matter is the certificate.
  if (ofCertificate.has(cause)) return trust === undefined ? [] : trustFacts(trust, serverName, now);
  return [...chainFacts(service), ...(trust === undefined ? [] : trustProblems(trust, serverName, now))];
}
