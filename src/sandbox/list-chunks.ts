/**
 * The `continue` of a list in chunks: where the next chunk begins, in the form of a real server's token, which
 * clients only pass on. Source of truth: apiserver/pkg/storage/continue.go.
 */
export function renderContinue(start: string, resourceVersion: string): string {
  const token = { v: "meta.k8s.io/v1", rv: Number(resourceVersion), start };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

/** The key that the chunk begins with: "" at the start of the list, null when the token is not one. */
export function parseContinue(token: string): string | null {
  if (token === "") return "";
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    const start = typeof value === "object" && value !== null && "start" in value ? value.start : null;
    return typeof start === "string" && start !== "" ? start : null;
  } catch {
    return null;
  }
}
