/** Does it match? What cannot be told is "maybe", and `why` says what it depends on. */
export interface Matching {
  readonly matches: "yes" | "maybe" | "no";
  /** "" but for "maybe". */
  readonly why: string;
}

export const yes: Matching = { matches: "yes", why: "" };
export const no: Matching = { matches: "no", why: "" };

export function maybe(why: string): Matching {
  return { matches: "maybe", why };
}

export function fromBoolean(matches: boolean): Matching {
  return matches ? yes : no;
}

/** Every one has to match. */
export function allOf(all: readonly Matching[]): Matching {
  if (all.some(({ matches }) => matches === "no")) return no;
  return all.every(({ matches }) => matches === "yes") ? yes : maybe(joinWhys(all));
}

/** One that matches is enough. */
export function anyOf(all: readonly Matching[]): Matching {
  if (all.some(({ matches }) => matches === "yes")) return yes;
  return all.every(({ matches }) => matches === "no") ? no : maybe(joinWhys(all));
}

export function not(matching: Matching): Matching {
  if (matching.matches === "maybe") return matching;
  return matching.matches === "yes" ? no : yes;
}

function joinWhys(all: readonly Matching[]): string {
  return [...new Set(all.map(({ why }) => why).filter((why) => why !== ""))].join("; ");
}
