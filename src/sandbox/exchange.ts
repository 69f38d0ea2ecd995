import type { RequestInfo } from "../api/request-info.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import type { RbacPolicy } from "../rbac/policy.ts";
import type { Catalog, ServedResource } from "./catalog.ts";
import type { HeaderList } from "./impersonation.ts";
import type { Store } from "./store.ts";
import type { Identity } from "./users.ts";

/** All that the handlers know of the cluster they play. It never changes. */
export interface World {
  readonly catalog: Catalog;
  readonly store: Store;
  readonly policy: RbacPolicy;
  /** "v1.34.2" */
  readonly serverVersion: string;
  readonly now: () => Date;
}

/** A request that has passed authentication and authorization. */
export interface Exchange {
  readonly method: string;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly headers: HeaderList;
  /** Who it is, after impersonation. */
  readonly user: Identity;
  readonly body: Uint8Array;
}

/** The object that the path names. One of cluster scope has no namespace, though a Namespace's path reads so. */
export function findObject(
  { store }: World,
  { info }: Exchange,
  resource: ServedResource,
): KubeObject | undefined {
  return store.get(resource, resource.namespaced ? info.namespace : "", info.name);
}

/** The value of a header; "" when it is missing. Several are joined as HTTP joins them. */
export function headerOf(headers: HeaderList, name: string): string {
  return headers
    .filter(([key]) => key === name)
    .map(([, value]) => value)
    .join(", ");
}
