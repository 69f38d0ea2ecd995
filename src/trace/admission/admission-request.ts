import type { RequestInfo } from "../../api/request-info.ts";
import type { RoundTrip } from "../../log/round-trip.ts";
import type { KnownLabels } from "./match-labels.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** The attributes of a request that admission looks at, as far as they can be known without its body. */
export interface AdmissionRequest
  extends Pick<RequestInfo, "apiGroup" | "apiVersion" | "resource" | "subresource" | "namespace" | "name"> {
  /** What it is to admission: two when it is not known whether the object was there. */
  readonly operations: readonly Operation[];
  /** deletecollection: admission is asked about each of the objects, of which there may be none. */
  readonly isCollection: boolean;
  /** Of its namespace, as they are now. */
  readonly namespaceLabels: KnownLabels;
  /** Of the object, as they are now. */
  readonly objectLabels: KnownLabels;
  /** Versions of all APIServices, as "v1.apps"; null when they are not known. */
  readonly groupVersions: ReadonlySet<string> | null;
  /** Resources and subresources ("pods", "pods/status") of the groups and versions ("apps/v1", "/v1") that were asked for them. */
  readonly served: ReadonlyMap<string, ReadonlySet<string>>;
}

const connects = new Set(["exec", "attach", "portforward", "proxy"]);

/**
 * What a request is to admission; none for one that is not admitted: reads, and whatever is no resource.
 * Source of truth: apiserver/pkg/endpoints/handlers/{create,update,patch,delete,rest}.go.
 */
export function operationsOf(
  { verb, subresource, resource, isResourceRequest }: RequestInfo,
  { status, outcome }: Pick<RoundTrip, "status" | "outcome">,
): readonly Operation[] {
  if (!isResourceRequest || resource === "") return [];
  if (connects.has(subresource)) return ["CONNECT"];
  switch (verb) {
    case "create":
      return ["CREATE"];
    case "delete":
    case "deletecollection":
      return ["DELETE"];
    case "update":
    case "patch":
      // Server-side apply and PUT may create: the answer says so.
      if (subresource !== "" || (outcome === "response" && status === 200)) return ["UPDATE"];
      return outcome === "response" && status === 201 ? ["CREATE"] : ["UPDATE", "CREATE"];
    default:
      return [];
  }
}

/** Subresources in which the object itself is written; others have an object of their own, such as a Scale. */
const ofTheObject = new Set(["", "status", "finalize", "approval", "resize", "ephemeralcontainers"]);

/** Where the object that the request is about can be read; null when there is none yet, or several. */
export function objectPathOf(info: RequestInfo): string | null {
  const { apiPrefix, apiGroup, apiVersion, namespace, resource, name, subresource, verb } = info;
  if (name === "" || verb === "create" || !ofTheObject.has(subresource)) return null;
  const root = apiGroup === "" ? `/${apiPrefix}/${apiVersion}` : `/${apiPrefix}/${apiGroup}/${apiVersion}`;
  const scope =
    namespace === "" || resource === "namespaces" ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource}/${encodeURIComponent(name)}`;
}
