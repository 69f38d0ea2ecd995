import { parseFieldSelector, parseLabelSelector } from "./selectors.ts";

/** What a GET without a name asks for: those ListOptions that decide its verb and name. */
export interface ListOptions {
  readonly watch: boolean;
  /** Value of an exact `metadata.name=…` in the field selector that can be a path segment; "" when there is none. */
  readonly name: string;
}

/**
 * Decodes the query of a list or watch. When any option is malformed the server forgets them all but `watch`.
 * Sources of truth: apimachinery/pkg/runtime/conversion.go and requestinfo.go's fallback.
 */
export function parseListOptions(query: ReadonlyMap<string, readonly string[]>): ListOptions {
  const watch = isTrue(query.get("watch")?.[0]);
  const fields = parseFieldSelector(query.get("fieldSelector")?.[0] ?? "");
  const decodes =
    fields !== null &&
    parseLabelSelector(query.get("labelSelector")?.[0] ?? "") !== null &&
    isInteger(query.get("limit")?.[0]) &&
    isInteger(query.get("timeoutSeconds")?.[0]);
  if (!decodes) return { watch, name: "" };
  const named = fields.find(({ field, operator }) => field === "metadata.name" && operator === "=");
  return { watch, name: named !== undefined && isPathSegmentName(named.value) ? named.value : "" };
}

/** Only absence, "0" and "false" are false; an empty value is true. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && value !== "0" && value.toLowerCase() !== "false";
}

/** As Go's ParseInt takes a decimal int64; an absent option is fine. */
function isInteger(value: string | undefined): boolean {
  if (value === undefined) return true;
  if (!/^[+-]?\d+$/.test(value)) return false;
  const number = BigInt(value.startsWith("+") ? value.slice(1) : value);
  return BigInt.asIntN(64, number) === number;
}

function isPathSegmentName(name: string): boolean {
  return name !== "." && name !== ".." && !/[/%]/.test(name);
}
