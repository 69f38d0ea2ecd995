import type { KubeObject } from "./kube-object.ts";
import { asObject, asObjects, asText } from "./narrow.ts";

/** An object that cannot go on, and the sentence of its own that says so. */
export interface Dependent {
  readonly kind: "Namespace" | "HorizontalPodAutoscaler";
  /** "" for a Namespace. */
  readonly namespace: string;
  readonly name: string;
  /** ISO 8601; "" when it does not say. */
  readonly since: string;
  readonly message: string;
}

/**
 * What Namespaces that are being deleted and HorizontalPodAutoscalers complain about. Others complain about nothing.
 * Source of truth: k/k pkg/controller/namespace/deletion/status_condition_utils.go, pkg/controller/podautoscaler/horizontal.go.
 */
export function newDependents(object: KubeObject): readonly Dependent[] {
  const status = asObject(object["status"]);
  const conditions = asObjects(status["conditions"]);
  switch (object.kind) {
    case "Namespace":
      return status["phase"] === "Terminating"
        ? conditions
            .filter((one) => one["status"] === "True")
            .map((one) => newDependent("Namespace", object, one))
        : [];
    case "HorizontalPodAutoscaler":
      return conditions
        .filter((one) => one["type"] === "ScalingActive" && one["status"] === "False")
        .map((one) => newDependent("HorizontalPodAutoscaler", object, one));
    default:
      return [];
  }
}

function newDependent(
  kind: Dependent["kind"],
  { metadata }: KubeObject,
  condition: Readonly<Record<string, unknown>>,
): Dependent {
  return {
    kind,
    namespace: kind === "Namespace" ? "" : asText(metadata.namespace),
    name: metadata.name,
    since: asText(condition["lastTransitionTime"]),
    message: asText(condition["message"]),
  };
}

/** Which metrics API an autoscaler means. Source of truth: k/k pkg/controller/podautoscaler/metrics/client.go. */
const metricsApis: readonly (readonly [RegExp, string])[] = [
  [/\bresource metrics API\b/, "metrics.k8s.io"],
  [/\bcustom metrics API\b/, "custom.metrics.k8s.io"],
  [/\bexternal metrics API\b/, "external.metrics.k8s.io"],
];

/** Does the sentence name this group and version, or, as autoscalers do, the group alone? */
export function complainsOf(
  { kind, message }: Dependent,
  { group, version }: { readonly group: string; readonly version: string },
): boolean {
  if (group === "") return false;
  if (kind === "Namespace") {
    // Searched for as it stands: a pattern for any name takes minutes for a long message that has none.
    const around = message.split(`${group}/${version}`);
    return around.slice(1).some((after, at) => !/[\w.-]$/.test(around[at] ?? "") && !/^\w/.test(after));
  }
  // `the server is currently unable to handle the request (get pods.metrics.k8s.io)`
  const asked = [...message.matchAll(/\(\w+ [\w-]+\.([\w.-]+)/g)].map(([, name]) => name);
  return asked.length > 0
    ? asked.includes(group)
    : metricsApis.some(([pattern, name]) => name === group && pattern.test(message));
}
