import type { CertificateInfo, Trust } from "../../cluster/cluster.ts";
import type { Fact } from "./fact.ts";

/** Certificates to name; a bundle of all the world's roots holds a hundred. */
const mostNamed = 3;

/**
 * Whom kube-apiserver trusts for the Service of an APIService, and whether anything of it can vouch for the Service's name
 * (`<service>.<namespace>.svc`) now, in milliseconds since 1970.
 */
export function trustFacts(trust: Trust, serverName: string, now: number): readonly Fact[] {
  const problems = trustProblems(trust, serverName, now);
  if (trust.skipsVerification && problems.length === 0) {
    return [{ sentence: "insecureSkipTLSVerify is true: kube-apiserver does not check the certificate" }];
  }
  if (trust.skipsVerification || trust.error !== "") return problems;
  if (trust.authorities.length === 0) {
    return [
      {
        sentence: "caBundle is empty: only the root certificates of kube-apiserver's own machine count",
      },
    ];
  }
  return [...problems, ...named(trust.authorities, serverName, now)];
}

/**
 * What of it can never work, whatever the Service's certificate is. Source of truth: Go's crypto/x509 (Verify), kube-aggregator's
 * pkg/apis/apiregistration/validation.
 */
export function trustProblems(
  { authorities, error, skipsVerification }: Trust,
  serverName: string,
  now: number,
): readonly Fact[] {
  if (skipsVerification) {
    const sentence = "insecureSkipTLSVerify is true beside a caBundle: kube-apiserver refuses to store both";
    return authorities.length === 0 && error === "" ? [] : [{ sentence }];
  }
  if (error !== "") return [{ sentence: error }];
  return authorities.length === 0 ? [] : vouching(authorities, serverName, now);
}

function named(authorities: readonly CertificateInfo[], serverName: string, now: number): readonly Fact[] {
  // What is wrong with one is more to know than that another is as it should be.
  const broken = authorities.filter((one) => !canVouch(one, serverName) || !isInTime(one, now));
  const listed = [...new Set([...broken, ...authorities])].slice(0, mostNamed);
  const more = authorities.length - listed.length;
  return [
    ...listed.map((one) => ({ sentence: `caBundle trusts ${certificateText(one, now)}` })),
    ...(more === 0 ? [] : [{ sentence: `caBundle holds ${more} more` }]),
  ];
}

/** Said only when nothing in it can: that something can does not prove that it did. */
function vouching(authorities: readonly CertificateInfo[], serverName: string, now: number): readonly Fact[] {
  const able = authorities.filter((one) => canVouch(one, serverName));
  if (able.length === 0) {
    return [
      {
        sentence: `nothing in caBundle is an authority, or a certificate for ${serverName} itself`,
      },
    ];
  }
  return able.some((one) => isInTime(one, now))
    ? []
    : [
        {
          sentence: `nothing in caBundle that could vouch for ${serverName} is valid now`,
          proves: "CertificateExpired",
        },
      ];
}

/** A subject may be as long as its maker likes. */
const mostOfName = 200;

function oneName(subject: string): string {
  return subject.length > mostOfName ? `${subject.slice(0, mostOfName)}…` : subject;
}

/** "CN=metrics-ca, until 2030-01-02T10:00:00Z"; what is wrong with its time, where something is. */
export function certificateText(certificate: CertificateInfo, now: number): string {
  const subject = oneName(certificate.subject) || "a certificate without a name";
  if (Date.parse(certificate.notAfter) < now) {
    return `${subject}, which expired on ${dateText(certificate.notAfter)}`;
  }
  if (Date.parse(certificate.notBefore) > now) {
    return `${subject}, which is not valid before ${dateText(certificate.notBefore)}`;
  }
  return `${subject}, until ${dateText(certificate.notAfter)}`;
}

/** Go checks an authority's own time, too. */
export function isInTime({ notBefore, notAfter }: CertificateInfo, now: number): boolean {
  return Date.parse(notBefore) <= now && now <= Date.parse(notAfter);
}

/** An authority may sign for any name; any other certificate stands for itself alone. */
function canVouch({ isAuthority, names }: CertificateInfo, serverName: string): boolean {
  return isAuthority || names.some((name) => matches(name, serverName));
}

/** A wildcard stands for one label, the first. */
function matches(name: string, serverName: string): boolean {
  const given = name.toLowerCase();
  return given.startsWith("*.")
    ? given.slice(1) === serverName.slice(serverName.indexOf("."))
    : given === serverName;
}

function dateText(iso: string): string {
  return iso.replace(/\.000Z$/, "Z");
}

/** The usual mend of a certificate that is not trusted. `field`: where its authority has to stand; `whose`: "the", "the webhook's". */
export function trustMend(field: string, whose: string): string {
  return `${field} must hold the authority that signed ${whose} serving certificate; whatever injects it has not, or the certificate was made anew`;
}
