import { parseApiServiceName } from "../api/api-service-route.ts";
import { isBuiltInGroup } from "../api/built-in-groups.ts";
import { withDefaultPort } from "../api/service-reference.ts";
import type { ApiService } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { isOfKind, newApiService } from "../cluster/snapshot/snapshot-objects.ts";
import type { CheckItem, CheckReport, CheckWebhook } from "../render/check-report.ts";
import { conditionOf } from "../trace/aggregated-api.ts";
import { diagnoseApiService } from "../trace/diagnosis/diagnose-api-service.ts";
import { newServiceChain } from "../trace/service-chain.ts";
import { newSurroundings } from "../trace/surroundings.ts";
import type { Target } from "../trace/trace.ts";

/** Which APIServices are looked at. */
export interface CheckChoice {
  /** Names ("v1beta1.metrics.k8s.io", "apiservice/…") or groups ("metrics.k8s.io"); empty: all. */
  readonly names: readonly string[];
  /** Leave out the Local ones. */
  readonly onlyService: boolean;
}

/**
 * What the APIServices among these objects say of themselves, sorted by name. A chosen one that is not there is an item
 * that is not ok.
 */
export function newCheckItems(
  objects: readonly KubeObject[],
  { names, onlyService }: CheckChoice,
): readonly CheckItem[] {
  const apiServices = objects.filter((object) => isOfKind(object, "apiregistration.k8s.io", "APIService"));
  const all = apiServicesOf(apiServices);
  const byName = new Map(
    apiServices.map((object) => [object.metadata.name, newItem(newApiService(object), object, all)]),
  );
  const items = names.length === 0 ? [...byName.values()] : choose(byName, names);
  return items
    .filter(({ target }) => !onlyService || target.kind !== "Local")
    .toSorted((left, right) => (left.apiService.name < right.apiService.name ? -1 : 1));
}

/** The APIServices among these objects, by name. */
export function apiServicesOf(objects: readonly KubeObject[]): ReadonlyMap<string, ApiService> {
  return new Map(
    objects
      .filter((object) => isOfKind(object, "apiregistration.k8s.io", "APIService"))
      .map((object) => [object.metadata.name, newApiService(object)]),
  );
}

/** @param webhooks only where they were asked for */
export function newCheckReport(
  items: readonly CheckItem[],
  { webhooks, warnings = [], notes = [] }: Pick<CheckReport, "webhooks" | "warnings" | "notes"> = {},
): CheckReport {
  const isFine = items.every((item) => item.ok || item.accepted === true) && !(webhooks ?? []).some(fails);
  return {
    apiVersion: "kubectl-trace/v1alpha1",
    kind: "CheckReport",
    ok: isFine,
    items,
    ...(webhooks === undefined ? {} : { webhooks }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** Requests fail for it. What cannot be told fails nothing. */
function fails({ ok, accepted, failurePolicy }: CheckWebhook): boolean {
  return ok === false && accepted !== true && failurePolicy !== "Ignore";
}

/** Stands in a report for a context that gave no answer. */
export function newUnaskedItem(context: string, message: string, hint: string): CheckItem {
  return {
    context,
    apiService: { name: "", available: "Unknown", reason: "CannotBeAsked", message },
    target: { kind: "Unresolved", reason: message },
    ok: false,
    asked: false,
    ...(hint === "" ? {} : { hint }),
  };
}

function newItem(one: ApiService, object: KubeObject, all: ReadonlyMap<string, ApiService>): CheckItem {
  const { name, service, available } = one;
  const target: Target =
    service === null
      ? { kind: "Local", by: isOfCrd(object) ? "crd" : "built-in" }
      : {
          kind: "Service",
          ...newServiceChain(withDefaultPort(service)),
        };
  const apiService = conditionOf(one);
  const diagnosis = diagnoseApiService(apiService, target, newSurroundings(all, name, Date.now()));
  return { apiService, target, ok: available === "True", ...(diagnosis === null ? {} : { diagnosis }) };
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
    const name = parseApiServiceArgument(given);
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

/** As kubectl, `apiservice/NAME` is NAME. */
export function parseApiServiceArgument(text: string): string {
  return text.replace(/^apiservices?(?:\.apiregistration\.k8s\.io)?\//, "");
}

function notFound(name: string): CheckItem {
  const message = `no APIService of this name or group: ${name}`;
  return {
    apiService: { name, available: "Unknown", reason: "NotFound", message },
    target: { kind: "Unresolved", reason: message },
    ok: false,
  };
}
