import type { RequestInfo } from "./request-info.ts";

/** Does the request only ask what the server has to offer: its groups, versions, resources and schemas? */
export function isDiscovery({ isResourceRequest, verb, path }: RequestInfo): boolean {
  // The verb of what is no resource is its method.
  if (isResourceRequest || verb !== "get") return false;
  return /^\/(?:api(?:\/[^/]*)?|apis(?:\/[^/]*){0,2}|openapi(?:\/.*)?|version)\/?$/.test(path);
}

/** Does it ask for the resources of one group and version: `/api/v1`, `/apis/apps/v1`? */
export function isOfOneVersion(path: string): boolean {
  return /^\/(?:api|apis\/[^/]+)\/[^/]+\/?$/.test(path);
}
