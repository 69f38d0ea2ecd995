import type { Trust } from "../../cluster/cluster.ts";
import { missingService, type ServiceChain } from "../service-chain.ts";
import type { Cause } from "./diagnosis.ts";
import { counted, type Fact } from "./fact.ts";
import { podFacts } from "./pod-facts.ts";
import { serviceFacts } from "./service-facts.ts";
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
  const serverName = `${service.name}.${service.namespace}.svc`;
  // Who shows a certificate is there, and what is the matter is the certificate.
  if (ofCertificate.has(cause)) return trust === undefined ? [] : trustFacts(trust, serverName, now);
  return [...chainFacts(service), ...(trust === undefined ? [] : trustProblems(trust, serverName, now))];
}

/** What of a Service and what stands behind it keeps it from working, hop by hop. */
export function chainFacts(chain: ServiceChain): readonly Fact[] {
  if (chain.isMissing === true) return [{ sentence: `there is ${missingService(chain)}` }];
  return [...serviceFacts(chain), ...endpointsFact(chain), ...podFacts(chain)];
}

/** Said only where nothing could take a call. */
function endpointsFact({ namespace, name, endpoints, type, reason }: ServiceChain): readonly Fact[] {
  const isKnown = type !== undefined && type !== "ExternalName" && reason === undefined;
  if (!isKnown || endpoints.some(({ ready }) => ready)) return [];
  const has =
    endpoints.length === 0
      ? "has no endpoints"
      : `has ${counted(endpoints.length, "endpoint")}, none of them ready`;
  return [{ sentence: `Service ${namespace}/${name} ${has}` }];
}
