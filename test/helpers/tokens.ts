/** A token in the form of a JWT that nobody has signed; `secret` stands where the signature would. */
export function unsignedToken(claims: Readonly<Record<string, unknown>>, secret = "signature"): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "ES256", kid: "k" })}.${part(claims)}.${secret}`;
}
