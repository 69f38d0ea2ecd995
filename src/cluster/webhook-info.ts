import { type ServiceReference, withDefaultPort } from "../api/service-reference.ts";
import { newTrust } from "./certificates.ts";
import type { Trust } from "./cluster.ts";
import type { KubeObject } from "./kube-object.ts";
import { newNamedService } from "./named-service.ts";
import { asArray, asNumber, asObject, asObjects, asText, type JsonObject } from "./narrow.ts";

/** Where kube-apiserver calls a webhook: at a Service of the cluster, or at a URL. */
export interface WebhookClient {
  readonly service: ServiceReference | null;
  /** Scheme, host and port of the URL, whose path may be a secret; "" where it is a Service. */
  readonly url: string;
  readonly trust: Trust;
}

/** One version of a custom resource. */
export interface ResourceVersion {
  readonly name: string;
  readonly served: boolean;
  /** Objects are written to etcd in this version. */
  readonly stored: boolean;
  readonly deprecated: boolean;
}

/** A CustomResourceDefinition, as far as tracing needs it. `apiextensions-apiserver/pkg/apis/apiextensions/v1/types.go`. */
export interface CustomResourceDefinitionInfo {
  /** "widgets.example.com" */
  readonly name: string;
  readonly group: string;
  readonly versions: readonly ResourceVersion[];
  /** What converts objects between versions; null when only apiVersion is rewritten (strategy None). */
  readonly conversion: WebhookClient | null;
}

/** Labels that an object has to have; empty: any object. `apimachinery/pkg/apis/meta/v1/types.go`. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** Requests that a webhook or policy is asked about: each list has to hold the request's, or "*". */
export interface AdmissionRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  /** CREATE, UPDATE, DELETE, CONNECT or *. */
  readonly operations: readonly string[];
  /** Such as "pods", "pods/exec", "*" for every resource, and "pods" or "*" with a slash and an asterisk for subresources. */
  readonly resources: readonly string[];
  /** Of a policy only; empty: any name. */
  readonly resourceNames: readonly string[];
  /** Cluster, Namespaced or *. */
  readonly scope: string;
}

/** One webhook of a configuration. `api/admissionregistration/v1/types.go`, with the defaults that the API fills in. */
export interface AdmissionWebhook {
  readonly kind: "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration";
  /** Name of the configuration object. */
  readonly configuration: string;
  /** Name of the webhook in it, as error messages have it. */
  readonly name: string;
  readonly client: WebhookClient;
  readonly rules: readonly AdmissionRule[];
  /** What happens when it cannot be asked: Fail or Ignore. */
  readonly failurePolicy: string;
  /** Exact, or Equivalent: rules also match requests by other versions of the same resource. */
  readonly matchPolicy: string;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  /** CEL. */
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
  readonly timeoutSeconds: number;
  /** A mutating webhook that is asked again when one after it changes the object. */
  readonly isReinvoked: boolean;
}

/** A `clientConfig`: of an admission webhook, or of a conversion webhook. */
export function newWebhookClient(config: JsonObject): WebhookClient {
  const service = newNamedService(config["service"]);
  const url = asText(config["url"]);
  return {
    service: service === null ? null : withDefaultPort(service),
    url: URL.canParse(url) ? new URL(url).origin : "",
    trust: newTrust(config),
  };
}

export function newCustomResourceDefinitionInfo(object: KubeObject): CustomResourceDefinitionInfo {
  const spec = asObject(object["spec"]);
  const conversion = asObject(spec["conversion"]);
  return {
    name: object.metadata.name,
    group: asText(spec["group"]),
    versions: asObjects(spec["versions"]).map((version) => ({
      name: asText(version["name"]),
      served: version["served"] === true,
      stored: version["storage"] === true,
      deprecated: version["deprecated"] === true,
    })),
    conversion:
      conversion["strategy"] === "Webhook"
        ? newWebhookClient(asObject(asObject(conversion["webhook"])["clientConfig"]))
        : null,
  };
}

/** The webhooks of a configuration, in its order. None for an object of another kind. */
export function newAdmissionWebhooks(object: KubeObject): readonly AdmissionWebhook[] {
  const { kind } = object;
  if (kind !== "MutatingWebhookConfiguration" && kind !== "ValidatingWebhookConfiguration") return [];
  return asObjects(object["webhooks"]).map((webhook) => ({
    kind,
    configuration: object.metadata.name,
    name: asText(webhook["name"]),
    client: newWebhookClient(asObject(webhook["clientConfig"])),
    rules: asObjects(webhook["rules"]).map(newAdmissionRule),
    failurePolicy: asText(webhook["failurePolicy"]) || "Fail",
    matchPolicy: asText(webhook["matchPolicy"]) || "Equivalent",
    namespaceSelector: newLabelSelector(webhook["namespaceSelector"]),
    objectSelector: newLabelSelector(webhook["objectSelector"]),
    matchConditions: asObjects(webhook["matchConditions"]).map((one) => ({
      name: asText(one["name"]),
      expression: asText(one["expression"]),
    })),
    timeoutSeconds: asNumber(webhook["timeoutSeconds"]) ?? 10,
    isReinvoked: webhook["reinvocationPolicy"] === "IfNeeded",
  }));
}

export function newAdmissionRule(rule: JsonObject): AdmissionRule {
  const texts = (field: string) => asArray(rule[field]).map(asText);
  return {
    apiGroups: texts("apiGroups"),
    apiVersions: texts("apiVersions"),
    operations: texts("operations"),
    resources: texts("resources"),
    resourceNames: texts("resourceNames"),
    scope: asText(rule["scope"]) || "*",
  };
}

export function newLabelSelector(value: unknown): LabelSelector {
  const selector = asObject(value);
  return {
    matchLabels: Object.fromEntries(
      Object.entries(asObject(selector["matchLabels"])).map(([key, label]) => [key, asText(label)]),
    ),
    matchExpressions: asObjects(selector["matchExpressions"]).map((one) => ({
      key: asText(one["key"]),
      operator: asText(one["operator"]),
      values: asArray(one["values"]).map(asText),
    })),
  };
}
