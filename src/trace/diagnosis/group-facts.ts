import { parseApiServiceName } from "../../api/api-service-route.ts";
import { serviceNameText } from "../../api/service-reference.ts";
import type { ApiService } from "../../cluster/cluster.ts";
import type { TraceApiService } from "../trace.ts";
import { type Fact, listed } from "./fact.ts";

type Service = ApiService["service"];

/** Versions to name; a group has seldom more. */
const mostVersions = 5;

/**
 * What the other versions of an APIService's group say of it: that two backends claim one group, and, where `isMissing` says that this
 * version is not there, which ones are.
 */
export function groupFacts(
  apiService: TraceApiService,
  versions: readonly ApiService[],
  isMissing: boolean,
): readonly Fact[] {
  const own = versions.find(({ name }) => name === apiService.name);
  const others = versions.filter(({ name }) => name !== apiService.name);
  const told = others.flatMap((other) => {
    const isElsewhere = own !== undefined && backendOf(other.service) !== backendOf(own.service);
    if (!isElsewhere && !(isMissing && other.available === "True")) return [];
    const where = isElsewhere ? backendOf(other.service) : "the same backend";
    return [{ sentence: `${other.name} of the same group is ${availability(other)} and served by ${where}` }];
  });
  const more = told.length - mostVersions;
  return [
    ...told.slice(0, mostVersions),
    ...(more > 0 ? [{ sentence: `the group has ${more} more such versions` }] : []),
  ];
}

/** "the group apps is served in v1, not in v9"; "" for a group that is not served at all. */
export function versionNotServed(apiService: string, versions: readonly ApiService[]): string {
  const { group, version } = parseApiServiceName(apiService);
  const served = listed(versions.map(({ name }) => parseApiServiceName(name).version));
  return served === "" ? "" : `the group ${group || '""'} is served in ${served}, not in ${version}`;
}

function backendOf(service: Service): string {
  return service === null ? "kube-apiserver itself" : serviceNameText(service);
}

function availability({ available, reason }: ApiService): string {
  if (available === "True") return "Available";
  const why = reason === "" ? "" : ` (${reason})`;
  return `${available === "False" ? "not Available" : "of unknown availability"}${why}`;
}
