import { onlyCertificates } from "../certificates.ts";
import type { KubeObject } from "../kube-object.ts";
import { asObject, asObjects, asText, isObject } from "../narrow.ts";
import { type Shape, shapes } from "./snapshot-shapes.ts";

/**
 * The object with only what a snapshot needs, null when its kind is not one that a snapshot has. What is kept is
 * named, never what is left out: no Secret, token, environment, argument, annotation or managed field gets
 * through, also not one of a kind or field that is yet to be invented.
 */
export function trimObject(object: KubeObject): KubeObject | null {
  const shape = Object.hasOwn(shapes, object.kind) ? shapes[object.kind] : undefined;
  if (shape === undefined) {
    return null;
  }
  const { metadata: ofMetadata = onlyLabels, ...ofFields } = shape;
  const { name, namespace } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      ...(typeof namespace === "string" && namespace !== "" ? { namespace } : {}),
      ...asObject(keep(object.metadata, ofMetadata)),
    },
    ...asObject(keep(object, ofFields)),
  };
}

const onlyLabels: Shape = { labels: "map" };

/** undefined: nothing of it is kept. Empty lists and objects go too. */
function keep(value: unknown, shape: Shape): unknown {
  if (shape === "value") {
    return isScalar(value) ? value : undefined;
  }
  if (shape === "origin") {
    return originOf(value);
  }
  if (shape === "certificates") {
    return onlyCertificates(asText(value));
  }
  if (shape === "values") {
    return Array.isArray(value) ? nonEmpty(value.filter(isScalar)) : undefined;
  }
  if (shape === "map") {
    return keepFields(value, (field) => (isScalar(field) ? field : undefined));
  }
  if (isListShape(shape)) {
    const [ofItem] = shape;
    return nonEmpty(asObjects(value).map((item) => keep(item, ofItem) ?? {}));
  }
  if (!isObject(value)) {
    return undefined;
  }
  const entries = Object.entries(shape).map(([field, ofField]) => [field, keep(value[field], ofField)]);
  return fromEntries(entries);
}

function keepFields(value: unknown, keepOne: (field: unknown) => unknown): unknown {
  return isObject(value)
    ? fromEntries(Object.entries(value).map(([name, field]) => [name, keepOne(field)]))
    : undefined;
}

function fromEntries(entries: readonly unknown[][]): unknown {
  const kept = entries.filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function nonEmpty(list: readonly unknown[]): unknown {
  return list.length === 0 ? undefined : list;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isListShape(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

/** A URL may hold a token in its path: who is called is enough. */
function originOf(value: unknown): string | undefined {
  return typeof value === "string" && URL.canParse(value) ? new URL(value).origin : undefined;
}
