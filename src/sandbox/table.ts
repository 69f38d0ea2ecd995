import type { KubeObject } from "../cluster/kube-object.ts";
import type { ServedResource } from "./catalog.ts";
import { type Cell, type Column, columnsOf } from "./columns.ts";
import type { FormOptions } from "./negotiation.ts";
import { partial } from "./partial-object-metadata.ts";

/** What a list has of its own. */
export interface ListMeta {
  readonly resourceVersion: string;
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
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata,
    columnDefinitions: columns.map(columnDefinition),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }): Cell => cell(object, form.now)),
      object: rowObject(object, form),
    })),
  };
}

function columnDefinition({ name, type, priority }: Column) {
  const format = name === "Name" ? "name" : "";
  return { name, type, format, description: "", priority };
}

function rowObject(object: KubeObject, { includeObject, version }: FormOptions): unknown {
  if (includeObject === "None") return null;
  return includeObject === "Object" ? object : partial(object, version);
}
