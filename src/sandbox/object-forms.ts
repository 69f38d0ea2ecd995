import type { KubeObject } from "../cluster/kube-object.ts";
import type { ServedResource } from "./catalog.ts";
import type { FormOptions } from "./negotiation.ts";
import { partial } from "./partial-object-metadata.ts";
import { groupVersion } from "./store.ts";
import { type ListMeta, renderTable } from "./table.ts";

/** One object in the form asked for. */
export function formObject(object: KubeObject, resource: ServedResource, form: FormOptions): unknown {
  switch (form.as) {
    case "Table":
      return renderTable([object], resource, metaOf(object), form);
    case "PartialObjectMetadata":
      return partial(object, form.version);
    default:
      return object;
  }
}

/** A list in the form asked for. */
export function formList(
  objects: readonly KubeObject[],
  resource: ServedResource,
  metadata: ListMeta,
  form: FormOptions,
): unknown {
  switch (form.as) {
    case "Table":
      return renderTable(objects, resource, metadata, form);
    case "PartialObjectMetadata":
    case "PartialObjectMetadataList":
      return {
        kind: "PartialObjectMetadataList",
        apiVersion: `meta.k8s.io/${form.version}`,
        metadata,
        items: objects.map((object) => partial(object, form.version)),
      };
    default:
      return {
        kind: `${resource.kind}List`,
        apiVersion: groupVersion(resource),
        metadata,
        items: resource.isCustom ? objects : objects.map(withoutType),
      };
  }
}

function metaOf({ metadata }: KubeObject): ListMeta {
  return { resourceVersion: String(metadata["resourceVersion"]) };
}

/** The items of a built-in list do not repeat what the list says. */
function withoutType({ apiVersion, kind, ...rest }: KubeObject): Readonly<Record<string, unknown>> {
  return rest;
}
