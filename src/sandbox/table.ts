import type { KubeObject } from "../cluster/kube-object.ts";
import type { ServedResource } from "./catalog.ts";
import { type Cell, type Column, createdAt } from "./column.ts";
import { columnsOf } from "./columns.ts";
import { text } from "./fields.ts";
import type { FormOptions } from "./negotiation.ts";
import { partial } from "./partial-object-metadata.ts";

/** What a list has of its own. */
export interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** A Table (meta.k8s.io): what kubectl prints as it comes. */
export function renderTable(
  objects: readonly KubeObject[],
  resource: ServedResource,
  metadata: ListMeta,
  form: FormOptions,
) {
  const columns = columnsOf(resource);
  const row = (object: KubeObject) => ({
    cells: columns.map(({ cell }): Cell => cell(object, form.now)),
    object: rowObject(object, form),
  });
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata,
    columnDefinitions: form.withoutColumns === true ? null : columns.map(columnDefinition),
    rows: objects.length === 0 && isDefault(columns) ? null : inOrder(objects, resource).map(row),
  };
}

/** Of a kind without a printer, whose empty Table has no rows at all: apiserver/pkg/registry/rest/table.go. */
function isDefault(columns: readonly Column[]): boolean {
  return columns.length === 2 && columns[1] === createdAt;
}

/** FlowSchemas are printed in the order in which they are tried. */
function inOrder(objects: readonly KubeObject[], { kind }: ServedResource): readonly KubeObject[] {
  const precedence = (object: KubeObject): number => Number(text(object, "spec.matchingPrecedence"));
  return kind === "FlowSchema"
    ? [...objects].sort((left, right) => precedence(left) - precedence(right))
    : objects;
}

function columnDefinition({ name, type, format, priority }: Column) {
  return { name, type, format, description: "", priority };
}

function rowObject(object: KubeObject, { includeObject, version }: FormOptions): unknown {
  if (includeObject === "None") return null;
  return includeObject === "Object" ? object : partial(object, version);
}
