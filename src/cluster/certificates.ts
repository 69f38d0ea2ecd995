import { X509Certificate } from "node:crypto";
import type { CertificateInfo, Trust } from "./cluster.ts";
import { asText, type JsonObject } from "./narrow.ts";

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Whom `caBundle` (base64 of PEM) and `insecureSkipTLSVerify` of an APIService's spec or a webhook's clientConfig trust. As Go does,
 * what is no certificate in it is passed over. Source of truth: crypto/x509 (CertPool.AppendCertsFromPEM).
 */
export function newTrust(spec: JsonObject): Trust {
  const bundle = asText(spec["caBundle"]);
  const authorities = parseCertificates(Buffer.from(bundle, "base64").toString("latin1"));
  return {
    skipsVerification: spec["insecureSkipTLSVerify"] === true,
    authorities,
    error: bundle !== "" && authorities.length === 0 ? "caBundle holds no certificate" : "",
  };
}

/** A caBundle without what is no certificate in it, such as a private key that slipped in; undefined when nothing is left. */
export function onlyCertificates(bundle: string): string | undefined {
  const blocks = Buffer.from(bundle, "base64").toString("latin1").match(block);
  return blocks === null ? undefined : Buffer.from(`${blocks.join("\n")}\n`, "latin1").toString("base64");
}

/** Every certificate in a PEM text that can be read. */
export function parseCertificates(pem: string): readonly CertificateInfo[] {
  return infosOf(parseX509Certificates(pem));
}

/** What certificates say of themselves; one whose times are none is left out. The texts are as hostile as they are. */
export function infosOf(certificates: readonly X509Certificate[]): readonly CertificateInfo[] {
  return certificates.flatMap((one) => {
    const isReadable = [one.validFrom, one.validTo].every((time) => Number.isFinite(Date.parse(time)));
    return isReadable ? [newCertificateInfo(one)] : [];
  });
}

/** The same before anything is read out of them, for who checks a signature. */
export function parseX509Certificates(pem: string): readonly X509Certificate[] {
  return [...pem.matchAll(block)].flatMap(([text]) => {
    try {
      return [new X509Certificate(text)];
    } catch {
      // Not readable: no authority of anybody.
      return [];
    }
  });
}

function newCertificateInfo(certificate: X509Certificate): CertificateInfo {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    isAuthority: certificate.ca,
    names: namesOf(certificate.subjectAltName ?? ""),
  };
}

/** Node gives one attribute a line; none at all for an empty name, whatever its types say. */
function oneLine(name: string | undefined): string {
  return (name ?? "").split("\n").join(", ");
}

/** "DNS:a.b, IP Address:10.0.0.1": a name with a comma in it is quoted, and is none that anybody calls. */
function namesOf(text: string): readonly string[] {
  return text
    .split(", ")
    .flatMap((part) => /^(?:DNS|IP Address):(?!")(.*)$/.exec(part)?.[1] ?? [])
    .filter((name) => name !== "");
}
