/**
 * The `continue` of a list in chunks: where the next chunk begins, in the form of a real server's token, which
 * clients only pass on. Source of truth: apiserver/pkg/storage/continue.go.
 */
export function renderContinue(start: string, resourceVersion: string): string {
  const token = { v: "meta.k8s.io/v1", rv: Number(resourceVersion), start };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

/** The key that the chunk begins with, "" at the start of the list; or what the server says of a token that is none. */
export function parseContinue(token: string): { readonly start: string } | { readonly error: string } {
  if (token === "") return { start: "" };
  const bytes = Buffer.from(token, "base64url");
  const say = (error: string) => ({ error: `invalid continue token: continue key is not valid${error}` });
  try {
    const value: unknown = JSON.parse(bytes.toString());
    const { v, start } = value as { readonly v?: unknown; readonly start?: unknown };
    if (v !== "meta.k8s.io/v1") {
      return say(`: server does not recognize this encoded version ${typeof v === "string" ? v : ""}`);
    }
    return typeof start === "string" && start !== "" ? { start } : say("");
  } catch {
    return say(`: invalid character ${goCharacter(bytes[0] ?? 0)} looking for beginning of value`);
  }
}

/** A byte as Go's encoding/json quotes it: it takes a byte for a character. */
function goCharacter(byte: number): string {
  const isPrintable = byte >= 0x20 && byte < 0x7f;
  return isPrintable ? `'${String.fromCharCode(byte)}'` : `'\\u${byte.toString(16).padStart(4, "0")}'`;
}
