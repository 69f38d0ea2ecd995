import type { KubeObject } from "../cluster/kube-object.ts";
import { goQuote } from "../rbac/go-quote.ts";
import type { ServedResource } from "./catalog.ts";
import { type FormOptions, notAcceptableBecause } from "./negotiation.ts";
import { partial } from "./partial-object-metadata.ts";
import { type Answer, badRequest, status } from "./status.ts";
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

/** An Answer when the Table is to have objects of a kind that there is not. */
export function refuseTable({ as, includeObject }: FormOptions): Answer | null {
  if (as !== "Table" || ["Metadata", "Object", "None", ""].includes(includeObject)) return null;
  const value = `includeObject: Invalid value: ${goQuote(includeObject)}: must be 'Metadata', 'Object', 'None', or empty`;
  return badRequest(`Unable to convert to Table as requested: ${value}`);
}

/** Who asks for the metadata of a list as if it were one object. Source of truth: handlers/response.go in apiserver. */
export function notList(resource: ServedResource): Answer {
  const what = `the requested object is a list (${goTypeOf(resource, "List")})`;
  return notAcceptableBecause(`you requested PartialObjectMetadata, but ${what}`);
}

/** And the other way round. */
export function notOneObject(resource: ServedResource): Answer {
  if (resource.isCustom) return status(500, "", "content is not a list");
  const what = `the requested object is not a list (${goTypeOf(resource, "")})`;
  return notAcceptableBecause(`you requested PartialObjectMetadataList, but ${what}`);
}

/** The type in Kubernetes' own code: "*core.PodList". */
function goTypeOf({ group, kind, isCustom }: ServedResource, suffix: string): string {
  if (isCustom) return `*unstructured.Unstructured${suffix}`;
  const [first = ""] = group.split(".");
  return `*${first === "" || first === "events" ? "core" : first}.${kind}${suffix}`;
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
        metadata: resource.isCustom ? { continue: "", ...metadata } : metadata,
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
