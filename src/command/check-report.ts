import { parseApiServiceName } from "../api/api-service-route.ts";
import { isBuiltInGroup } from "../api/built-in-groups.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { isOfKind, newApiService } from "../cluster/snapshot/snapshot-objects.ts";
import type { CheckItem, CheckReport } from "../render/check.ts";
import type { Target } from "../trace/trace.ts";

/** The API's own default of an APIService's spec.service.port. */
const defaultServicePort = 443;

/**
 * What the APIServices among these objects say of themselves, sorted by name. `names` chooses some: by name
 * ("v1beta1.metrics.k8s.io", "apiservice/…") or by group ("metrics.k8s.io"); one that is not there is an item
 * that is not ok. None means all.
 */
export function newCheckReport(objects: readonly KubeObject[], names: readonly string[]): CheckReport {
  const apiServices = objects.filter((object) => isOfKind(object, "apiregistration.k8s.io", "APIService"));
  const byName = new Map(apiServices.map((object) => [object.metadata.name, newItem(object)]));
  const items = names.length === 0 ? [...byName.values()] : choose(byName, names);
  const sorted = items.toSorted((left, right) => (left.apiService.name < right.apiService.name ? -1 : 1));
  return {
    apiVersion: "kubectl-trace/v1alpha1",
    kind: "CheckReport",
    ok: sorted.every((item) => item.ok),
    items: sorted,
  };
}

function newItem(object: KubeObject): CheckItem {
  const { name, service, available, reason, message } = newApiService(object);
  const target: Target =
    service === null
      ? { kind: "Local", by: isOfCrd(object) ? "crd" : "built-in" }
      : {
          kind: "Service",
          namespace: service.namespace,
          name: service.name,
          port: service.port ?? defaultServicePort,
          endpoints: [],
        };
  return { apiService: { name, available, reason, message }, target, ok: available === "True" };
}

/**
 * kube-apiserver labels those it makes itself; without the label the group has to tell.
 * Source of truth: kube-aggregator/pkg/controllers/autoregister/autoregister_controller.go.
 */
function isOfCrd({ metadata }: KubeObject): boolean {
  const label = metadata.labels?.["kube-aggregator.kubernetes.io/automanaged"];
  return label === undefined
    ? !isBuiltInGroup(parseApiServiceName(metadata.name).group)
    : label !== "onstart";
}

function choose(byName: ReadonlyMap<string, CheckItem>, names: readonly string[]): readonly CheckItem[] {
  const chosen = new Map<string, CheckItem>();
  for (const given of names) {
    const name = given.replace(/^apiservices?(?:\.apiregistration\.k8s\.io)?\//, "");
    const exact = byName.get(name);
    const ofGroup = [...byName.values()].filter(
      (item) => parseApiServiceName(item.apiService.name).group === name,
    );
    for (const item of exact ? [exact] : ofGroup.length > 0 ? ofGroup : [notFound(name)]) {
      chosen.set(item.apiService.name, item);
    }
  }
  return [...chosen.values()];
}

function notFound(name: string): CheckItem {
  const message = `no APIService of this name or group: ${name}`;
  return {
    apiService: { name, available: "Unknown", reason: "NotFound", message },
    target: { kind: "Unresolved", reason: message },
    ok: false,
  };
}
