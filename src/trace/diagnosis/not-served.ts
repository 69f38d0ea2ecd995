import { apiServiceRouteOf, parseApiServiceName } from "../../api/api-service-route.ts";
import type { Cause } from "./diagnosis.ts";
import type { Failed } from "./finding.ts";
import { versionNotServed } from "./group-facts.ts";

/** What a 404 says is not there, and what shows it. */
interface Missing {
  readonly cause: Cause;
  readonly evidence: readonly string[];
}

/** As servers say that a path leads nowhere; of an object they say its name. */
const noSuchPath = /^(?:404 page not found|the server could not find the requested resource)$/;

/**
 * Whether group, version or resource is not there, by a 404 that names no object; NotServed where that cannot be told. `said` are the
 * answer's own words.
 */
export function readNotServed(trace: Failed, said: readonly string[]): Missing {
  const { apiService, target, requestInfo } = trace;
  if (apiService === null) return withoutApiService(trace, said);
  const isKnown = apiService.available === "True";
  const isPath = said.every((words) => noSuchPath.test(words.trim()));
  if (!isKnown || !isPath || !requestInfo.isResourceRequest) return { cause: "NotServed", evidence: said };
  const { version, group } = parseApiServiceName(apiService.name);
  const served = group === "" ? version : `${group}/${version}`;
  const seen = target.kind === "Unresolved" ? target.reason : `${served} itself is served`;
  return { cause: "ResourceNotServed", evidence: [...said, seen] };
}

/** The APIServices that there are tell what the group has. */
function withoutApiService({ surroundings, requestInfo }: Failed, said: readonly string[]): Missing {
  const route = apiServiceRouteOf(requestInfo.path);
  const versions = surroundings?.versions ?? null;
  if (route.kind !== "apiService" || versions === null) return { cause: "NotServed", evidence: said };
  const others = versionNotServed(route.name, versions);
  if (others !== "") return { cause: "VersionNotServed", evidence: [...said, others] };
  const { group } = parseApiServiceName(route.name);
  return { cause: "GroupNotServed", evidence: [...said, `no APIService is of the group ${group}`] };
}
