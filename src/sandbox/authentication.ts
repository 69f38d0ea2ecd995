import { createHash } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import { withImplicitGroups } from "../rbac/implicit-groups.ts";
import { since } from "./release.ts";
import { anonymousIdentity, findByToken, type Identity, type SandboxUser } from "./users.ts";

/** What a request proves itself with. */
export interface Credentials {
  /** Value of the Authorization header; "" when there is none. */
  readonly authorization: string;
  /** The client's certificate; null when it sent none. */
  readonly certificate: PeerCertificate | null;
  /** Was that certificate issued by the sandbox's own authority, and is it valid now? */
  readonly certificateIsValid: boolean;
}

/**
 * Who sent the request; null when the answer is 401. The order is the API server's: client certificate, bearer
 * token, and only without any credentials the anonymous user. A certificate that is not valid does no harm
 * beside a token that is.
 * Source of truth: apiserver/pkg/authentication/request/{x509,bearertoken,union,anonymous}.
 */
export function authenticate(
  users: readonly SandboxUser[],
  credentials: Credentials,
  minor: number,
): Identity | null {
  const { authorization, certificate, certificateIsValid } = credentials;
  if (certificate !== null && certificateIsValid) return fromCertificate(certificate, minor);
  const token = bearerToken(authorization);
  if (token !== "") return findByToken(users, token)?.identity ?? null;
  return certificate === null ? anonymousIdentity : null;
}

/** What the answer warns of when the token was not looked at: apiserver/pkg/authentication/request/bearertoken. */
export function bearerWarnings(authorization: string): string[] {
  const isIgnored = /^bearer {2}/i.test(authorization.trim());
  return isIgnored
    ? ["the provided Authorization header contains extra space before the bearer token, and is ignored"]
    : [];
}

/** The scheme is compared without case; what follows up to the next space is the token. */
function bearerToken(authorization: string): string {
  const [scheme = "", token = ""] = authorization.trim().split(" ");
  return scheme.toLowerCase() === "bearer" ? token : "";
}

function fromCertificate({ subject, raw }: PeerCertificate, minor: number): Identity | null {
  const organizations: string | readonly string[] | undefined = subject.O;
  const groups = organizations === undefined ? [] : [organizations].flat();
  const username = String(subject.CN ?? "");
  if (username === "") return null;
  const fingerprint = createHash("sha256").update(raw).digest("hex");
  return {
    username,
    uid: "",
    groups: withImplicitGroups(username, groups),
    extra:
      minor < since.certificateCredentialId
        ? {}
        : { "authentication.kubernetes.io/credential-id": [`X509SHA256=${fingerprint}`] },
  };
}
