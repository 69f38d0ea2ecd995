/** What the system calls a failure, such as "ENOSPC"; its message where it has no code. */
export function codeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { readonly code?: string; readonly message?: string };
  return code ?? message ?? String(error);
}
