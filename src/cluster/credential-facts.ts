import { X509Certificate } from "node:crypto";
import { asArray, asNumber, asObject, asText, isObject, type JsonObject } from "./narrow.ts";
import { oneLine } from "./safe-text.ts";

/** What a kubeconfig's user proves himself with: described, never revealed. */
export interface CredentialFacts {
  /** What is sent first. A token may stand beside a client certificate: the server takes either. Plain HTTP carries none: notSent. */
  readonly kind:
    | "none"
    | "notSent"
    | "token"
    | "password"
    | "clientCertificate"
    | "credentialPlugin"
    | "authProvider";
  /** The credential plugin's command, or the auth provider; "" for the others. */
  readonly name: string;
  /** null: there is none, nobody can read it without being the server, or a plugin has it. */
  readonly token: TokenClaims | null;
  readonly certificate: CertificateFacts | null;
  /** When this was said, in milliseconds since 1970, by the clock here. */
  readonly asOf: number;
}

/** What a JWT says of itself. Nobody has checked its signature. */
export interface TokenClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  /** Milliseconds since 1970; null when the token does not say. */
  readonly expiresAt: number | null;
  readonly validFrom: number | null;
  /** It has the claim `kubernetes.io`, as tokens of the TokenRequest API do. */
  readonly isServiceAccount: boolean;
}

export interface CertificateFacts {
  /** "O=dev, CN=alice": group and user. */
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly expiresAt: number;
}

/** The claims in a JWT's middle part; null for any other token. Source of truth: RFC 7519; k/k pkg/serviceaccount/claims.go. */
export function parseTokenClaims(token: string): TokenClaims | null {
  const parts = token.split(".");
  const claims = parts.length === 3 ? parseJson(Buffer.from(parts[1] ?? "", "base64url").toString()) : null;
  if (claims === null) return null;
  const { aud } = claims;
  return {
    issuer: oneLine(asText(claims["iss"])),
    subject: oneLine(asText(claims["sub"])),
    audiences: (typeof aud === "string" ? [aud] : asArray(aud).map(asText))
      .slice(0, 20)
      .map((one) => oneLine(one)),
    expiresAt: milliseconds(claims["exp"]),
    validFrom: milliseconds(claims["nbf"]),
    isServiceAccount: Object.keys(asObject(claims["kubernetes.io"])).length > 0,
  };
}

/** The latest moment that a Date can tell. */
const endOfTime = 8_640_000_000_000;

function milliseconds(seconds: unknown): number | null {
  const value = asNumber(seconds);
  return value === null || Math.abs(value) > endOfTime ? null : value * 1000;
}

function parseJson(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The first certificate of a PEM text is the client's own; null for none, or one that TLS could not read either. */
export function parseCertificateFacts(pem: string): CertificateFacts | null {
  if (pem === "") return null;
  try {
    const { subject, validFrom, validTo } = new X509Certificate(pem);
    return {
      subject: oneLine(subject.split("\n").join(", ")),
      validFrom: Date.parse(validFrom),
      expiresAt: Date.parse(validTo),
    };
  } catch {
    return null;
  }
}
