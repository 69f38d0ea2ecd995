/** One clause of an Accept header. */
export interface AcceptClause {
  /** "application/json" */
  readonly type: string;
  /** The parameters `as`, `g` and `v` among others, without the weight. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The clauses, those of most weight first; an absent header accepts anything.
 * Source of truth: munnerz/goautoneg/accept.go.
 */
export function parseAccept(header: string): AcceptClause[] {
  const clauses = header.split(",").map(parseClause);
  const named = clauses.filter(({ type }) => type !== "");
  if (named.length === 0) return [{ type: "*/*", parameters: {} }];
  const sorted = named.sort((left, right) => right.weight - left.weight);
  return sorted.map(({ type, parameters }) => ({ type, parameters }));
}

function parseClause(text: string): AcceptClause & { readonly weight: number } {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  const pairs = rest.map((part): [string, string] => {
    const equals = part.indexOf("=");
    return equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
  });
  const { q = "1", ...parameters } = Object.fromEntries(pairs);
  return { type, parameters, weight: Number.isNaN(Number(q)) ? 1 : Number(q) };
}
