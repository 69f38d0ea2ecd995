import type { Trace } from "../trace.ts";

/** Does the request only ask what the server has to offer: its groups, versions, resources and schemas? */
export function isDiscovery({ requestInfo, roundTrip }: Pick<Trace, "requestInfo" | "roundTrip">): boolean {
  const { isResourceRequest, path } = requestInfo;
  if (isResourceRequest || roundTrip.method !== "GET") return false;
  return /^\/(?:api(?:\/[^/]*)?|apis(?:\/[^/]*){0,2}|openapi(?:\/.*)?|version)\/?$/.test(path);
}

/** Does it ask for the resources of one group and version: `/api/v1`, `/apis/apps/v1`? */
export function isOfOneVersion(path: string): boolean {
  return /^\/(?:api|apis\/[^/]+)\/[^/]+\/?$/.test(path);
}
