import { parseApiServiceName } from "../api/api-service-route.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { isOfKind, newApiService, newServiceInfo } from "../cluster/snapshot/snapshot-objects.ts";
import { text } from "./fields.ts";

type ApiService = ReturnType<typeof newApiService>;
type ServiceInfo = ReturnType<typeof newServiceInfo>;

/** How an APIService answers: kube-apiserver itself, a backend that works, or one of the two ways not to. */
export type Backend = "local" | "answers" | "unavailable" | "unreachable";

/** An APIService of the snapshot, as the aggregator reads it. */
export interface ServedApiService {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
  readonly backend: Backend;
  /** "10.96.114.7:443": where the aggregator sends requests; "" when Local or without a ClusterIP. */
  readonly address: string;
}

/** Groups whose backend the sandbox plays; any other that is marked Available cannot be reached. */
const playedGroups: ReadonlySet<string> = new Set(["metrics.k8s.io"]);

export function readApiServices(objects: readonly KubeObject[]): ServedApiService[] {
  const services = objects.filter((object) => isOfKind(object, "", "Service")).map(newServiceInfo);
  return objects
    .filter((object) => isOfKind(object, "apiregistration.k8s.io", "APIService"))
    .map((object) => read(object, services));
}

function read(object: KubeObject, services: readonly ServiceInfo[]): ServedApiService {
  const apiService = newApiService(object);
  const { group, version } = parseApiServiceName(apiService.name);
  return {
    name: apiService.name,
    group,
    version,
    groupPriority: Number(text(object, "spec.groupPriorityMinimum")),
    versionPriority: Number(text(object, "spec.versionPriority")),
    backend: backendOf(apiService, group),
    address: addressOf(apiService, services),
  };
}

function backendOf({ service, available }: ApiService, group: string): Backend {
  if (service === null) return "local";
  if (available !== "True") return "unavailable";
  return playedGroups.has(group) ? "answers" : "unreachable";
}

function addressOf({ service }: ApiService, services: readonly ServiceInfo[]): string {
  if (service === null) return "";
  const { namespace, name, port } = service;
  const found = services.find((one) => one.namespace === namespace && one.name === name);
  return found === undefined || found.clusterIP === "" ? "" : `${found.clusterIP}:${port ?? 443}`;
}

/**
 * Groups by their highest priority, then by name; in a group, versions by priority, then as Kubernetes sorts them.
 * Source of truth: kube-aggregator/pkg/apis/apiregistration/helpers.go.
 */
export function sortByPriority(apiServices: readonly ServedApiService[]): ServedApiService[] {
  const highest = new Map<string, number>();
  for (const { group, groupPriority } of apiServices) {
    highest.set(group, Math.max(groupPriority, highest.get(group) ?? 0));
  }
  return [...apiServices].sort(
    (left, right) =>
      (highest.get(right.group) ?? 0) - (highest.get(left.group) ?? 0) ||
      compareText(left.group, right.group) ||
      right.versionPriority - left.versionPriority ||
      compareVersions(left.version, right.version),
  );
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** v10, v2, v1, v11beta2, v1alpha1, foo1: apimachinery/pkg/version/helpers.go. */
function compareVersions(left: string, right: string): number {
  const [a, b] = [rank(left), rank(right)];
  return b.stability - a.stability || b.major - a.major || b.minor - a.minor || compareText(left, right);
}

function rank(version: string): { stability: number; major: number; minor: number } {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (match === null) return { stability: 0, major: 0, minor: 0 };
  const stability = match[2] === undefined ? 3 : match[2] === "beta" ? 2 : 1;
  return { stability, major: Number(match[1]), minor: Number(match[3] ?? 0) };
}
