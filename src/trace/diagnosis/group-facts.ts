import { parseApiServiceName } from "../../api/api-service-route.ts";
import type { ApiService } from "../../cluster/cluster.ts";
import type { TraceApiService } from "../trace.ts";
import type { Fact } from "./fact.ts";

type Service = ApiService["service"];

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
  return others.flatMap((other) => {
    const isElsewhere = own !== undefined && backendOf(other.service) !== backendOf(own.service);
    if (!isElsewhere && !(isMissing && other.available === "True")) return [];
    const where = isElsewhere ? backendOf(other.service) : "the same backend";
    return [{ sentence: `${other.name} of the same group is ${availability(other)} and served by ${where}` }];
  });
}

/** The versions that a group is served in, best first as the list has them; for a version that is not. */
export function servedVersions(versions: readonly ApiService[]): readonly string[] {
  return versions.map(({ name }) => parseApiServiceName(name).version);
}

function backendOf(service: Service): string {
  return service === null ? "kube-apiserver itself" : `Service ${service.namespace}/${service.name}`;
}

function availability({ available, reason }: ApiService): string {
  if (available === "True") return "Available";
  const why = reason === "" ? "" : ` (${reason})`;
  return `${available === "False" ? "not Available" : "of unknown availability"}${why}`;
}
