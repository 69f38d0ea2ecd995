import type { Cause } from "./diagnosis.ts";

/** Something seen of what stands behind an API, which its condition or answer does not say. */
export interface Fact {
  /** One sentence, without a full stop. */
  readonly sentence: string;
  /** What to type to see more of it. */
  readonly command?: string;
  /** The cause that it proves for a certificate that was refused in words that name none. */
  readonly proves?: Cause;
}

/** "1 Pod", "3 Pods". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
