/** What is wrong with an API that the control plane calls Available, as a probe of an administrator finds it; null: nothing. */
export const findings: Readonly<Record<string, string | null>> = {
  "answers-garbage": "NotDiscovery",
  "answers-html": "NotDiscovery",
  "answers-truncated": "ConnectionReset",
  "certificate-expired": "CertificateExpired",
  "certificate-self-signed": "CertificateNameMismatch",
  "certificate-wrong-name": "CertificateNameMismatch",
  // Administrators do not notice.
  "delegation-missing": null,
  "dies-when-used": "ConnectionRefused",
  "drops-users": "ConnectionReset",
  "fails-users": "InternalError",
  "no-ca": "UnknownAuthority",
  "no-resources": "NoResources",
  "redirects-users": "RedirectRefused",
  "sends-html-to-users": "NotAnObject",
  "verification-skipped": null,
  "wrong-ca": "UnknownAuthority",
};
