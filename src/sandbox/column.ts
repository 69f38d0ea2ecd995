import type { KubeObject } from "../cluster/kube-object.ts";
import { renderAge } from "./age.ts";
import { entries, field, list, text } from "./fields.ts";

export type Cell = string | number | boolean | null;

/** A column of a Table. Priority 0 is always shown, 1 with `-o wide`. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "date" | "number" | "boolean";
  /** "name" of the column that names the object. */
  readonly format: string;
  readonly priority: number;
  readonly cell: (object: KubeObject, now: Date) => Cell;
}

export type Read = (object: KubeObject) => Cell;

export function column(name: string, cell: Read, type: Column["type"] = "string"): Column {
  return { name, type, format: "", priority: 0, cell };
}

export function wide(name: string, cell: Read, type: Column["type"] = "string"): Column {
  return { ...column(name, cell, type), priority: 1 };
}

export const name: Column = { ...column("Name", ({ metadata }) => metadata.name), format: "name" };
export const age: Column = since("Age", "metadata.creationTimestamp");
export const createdAt = column("Created At", at("metadata.creationTimestamp"), "date");

/** How long ago the time at the path was. */
export function since(columnName: string, path: string): Column {
  return { ...column(columnName, () => null), cell: (object, now) => renderAge(text(object, path), now) };
}

/** The text at the path, "" when there is none. */
export function at(path: string): Read {
  return (object) => text(object, path);
}

export function orNone(path: string, missing = "<none>"): Read {
  return (object) => text(object, path) || missing;
}

/** The number at the path, 0 when there is none. */
export function count(path: string): Read {
  return (object) => Number(text(object, path) || 0);
}

/** The number at the path, `<none>` when there is none. */
export function numberOrNone(path: string): Read {
  return (object) => (text(object, path) === "" ? "<none>" : Number(text(object, path)));
}

export function isTrue(path: string): Read {
  return (object) => field(object, path) === true;
}

/** How many items the list has, or how many keys the object. */
export function size(path: string): Read {
  return (object) => list(object, path).length + entries(object, path).length;
}

/** "a=b,c=d" */
export function pairs(path: string, missing = "<none>"): Read {
  return (object) =>
    entries(object, path)
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(",") || missing;
}

/** "a,b": that field of every item of the list; the items themselves when it is "". */
export function each(path: string, item: string, separator = ",", missing = ""): Read {
  return (object) =>
    list(object, path)
      .map((one) => (item === "" ? String(one) : text(one, item)))
      .join(separator) || missing;
}

/** A field of the condition of that type; "" without one. */
export function conditionOf(object: KubeObject, type: string, key = "status"): string {
  return text(
    list(object, "status.conditions").find((one) => text(one, "type") === type),
    key,
  );
}

export function scalar(value: unknown): Cell {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
