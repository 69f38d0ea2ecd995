import { renderAge } from "./age.ts";
import type { ServedResource } from "./catalog.ts";
import { age, type Column, name, scalar } from "./column.ts";
import { clusterColumns } from "./columns-cluster.ts";
import { workloadColumns } from "./columns-workloads.ts";
import { field, text } from "./fields.ts";

/** The columns of a resource's Table; a kind that has none of its own has its name and age. */
export function columnsOf({ kind, isCustom, printerColumns }: ServedResource): readonly Column[] {
  if (!isCustom) return workloadColumns[kind] ?? clusterColumns[kind] ?? [name, age];
  const own = printerColumns.map(printerColumn);
  return own.length === 0 ? [name, { ...age, type: "date" }] : [name, ...own];
}

/** An additionalPrinterColumn. Of JSONPath it understands dotted paths, which is what nearly all of them are. */
function printerColumn(definition: unknown): Column {
  const path = text(definition, "jsonPath").replace(/^\./, "");
  const type = text(definition, "type");
  const priority = Number(text(definition, "priority") || 0);
  const base = { name: text(definition, "name"), format: text(definition, "format"), priority };
  if (type === "date") return { ...base, type, cell: (object, now) => renderAge(text(object, path), now) };
  if (type === "integer" || type === "number" || type === "boolean") {
    return { ...base, type, cell: (object) => scalar(field(object, path)) };
  }
  return { ...base, type: "string", cell: (object) => text(object, path) };
}
