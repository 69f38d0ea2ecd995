/** Reading of objects whose shape is not known: everything is unknown until looked at. */

/** The value at a dotted path ("status.phase"); undefined when any step is missing. */
export function field(value: unknown, path: string): unknown {
  let at = value;
  for (const step of path.split(".")) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return at;
}

/** The same as text: "" unless it is a string, a number or a boolean. */
export function text(value: unknown, path: string): string {
  const found = field(value, path);
  return typeof found === "string" || typeof found === "number" || typeof found === "boolean"
    ? String(found)
    : "";
}

/** The same as a list: empty unless it is one. */
export function list(value: unknown, path: string): readonly unknown[] {
  const found = field(value, path);
  return Array.isArray(found) ? found : [];
}

/** Those items of the list that are text. */
export function texts(value: unknown, path: string): string[] {
  return list(value, path).filter((item) => typeof item === "string");
}

/** The same as key and value; empty unless it is an object. */
export function entries(value: unknown, path: string): (readonly [string, unknown])[] {
  const found = field(value, path);
  return typeof found === "object" && found !== null && !Array.isArray(found) ? Object.entries(found) : [];
}
