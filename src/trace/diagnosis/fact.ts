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

/** Commands that facts name, at most: the usual ones come behind them. */
const mostCommands = 3;

export function commandsOf(facts: readonly Fact[]): readonly string[] {
  return [...new Set(facts.flatMap(({ command }) => command ?? []))].slice(0, mostCommands);
}

/** Things to name in one sentence; the rest is counted. */
const mostListed = 10;

/** "a, b", "a, b and 40 more". */
export function listed(names: readonly string[], comma = ", "): string {
  const more = names.length - mostListed;
  return `${names.slice(0, mostListed).join(comma)}${more > 0 ? ` and ${more} more` : ""}`;
}

/** "1 Pod", "3 Pods". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
