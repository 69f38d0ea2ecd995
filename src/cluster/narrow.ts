/** Any JSON object: nothing about its fields is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value when it is an object, otherwise one without fields. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value when it is an array, otherwise an empty one. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects in the value when it is an array, otherwise none. */
export function asObjects(value: unknown): readonly JsonObject[] {
  return asArray(value).filter(isObject);
}

/** The value when it is a string, otherwise "". */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The value when it is a number, otherwise null. */
export function asNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
