import type { Impersonation } from "../../log/round-trip.ts";

/** Bytes that Go allows in a header's name; "%" is escaped as well, so that the server can unescape the key. */
const legalKeyByte = /[!#$&'*+\-.0-9A-Z^_`a-z|~]/;

/**
 * The `Impersonate-*` headers for acting as someone else; none for null.
 * Source of truth: client-go/transport/round_trippers.go (impersonatingRoundTripper, headerKeyEscape).
 */
export function impersonationHeaders(as: Impersonation | null): Readonly<Record<string, string | string[]>> {
  if (as === null || as.user === "") return {};
  const headers: Record<string, string | string[]> = { "impersonate-user": as.user };
  if (as.uid !== "") headers["impersonate-uid"] = as.uid;
  if (as.groups.length > 0) headers["impersonate-group"] = [...as.groups];
  for (const [key, values] of Object.entries(as.extra)) {
    if (values.length > 0) headers[`impersonate-extra-${escapeKey(key)}`] = [...values];
  }
  return headers;
}

function escapeKey(key: string): string {
  return [...Buffer.from(key)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (legalKeyByte.test(character)) return character;
      return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}
