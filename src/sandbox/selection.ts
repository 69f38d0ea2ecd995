import {
  type FieldRequirement,
  type LabelRequirement,
  parseFieldSelector,
  parseLabelSelector,
} from "../api/selectors.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { goQuote } from "../rbac/go-quote.ts";
import type { ServedResource } from "./catalog.ts";
import { text } from "./fields.ts";
import { labelSelectorError } from "./label-selector-error.ts";
import { type Answer, badRequest } from "./status.ts";

/** Fields that a selector may name, beside metadata.name and metadata.namespace: k/k pkg/apis/…/conversion.go. */
const selectableFields: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  Event: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  Namespace: ["status.phase"],
  Node: ["spec.unschedulable"],
  Secret: ["type"],
  Service: ["spec.clusterIP", "spec.type"],
  Job: ["status.successful"],
  ReplicaSet: ["status.replicas"],
  ReplicationController: ["status.replicas"],
  CertificateSigningRequest: ["spec.signerName"],
};

export type ObjectFilter = (object: KubeObject) => boolean;

/** A filter for the request's selectors; an Answer when the server would refuse them. */
export function createFilter(
  labelSelector: string,
  fieldSelector: string,
  resource: ServedResource,
): ObjectFilter | Answer {
  const labels = parseLabelSelector(labelSelector);
  if (labels === null) return badRequest(labelSelectorError(labelSelector));
  const fields = parseFieldSelector(fieldSelector);
  if (fields === null) return badRequest(fieldSelectorError(fieldSelector));
  const unknown = fields.find(({ field }) => !isSelectable(field, resource.kind));
  if (unknown !== undefined) return badRequest(unknownField(unknown.field, resource));
  return (object) =>
    labels.every((requirement) => labelMatches(requirement, object.metadata.labels ?? {})) &&
    fields.every((requirement) => fieldMatches(requirement, object));
}

function fieldSelectorError(selector: string): string {
  const term = selector.split(",").find((one) => one !== "" && !one.includes("=")) ?? selector;
  return `invalid selector: '${selector}'; can't understand '${term}'`;
}

/** Kinds that have fields of their own say less than those that do not. */
function unknownField(field: string, { kind, isCustom }: ServedResource): string {
  if (kind === "Job") return `field label ${goQuote(field)} not supported for Job`;
  if (isCustom || Object.hasOwn(selectableFields, kind)) return `field label not supported: ${field}`;
  return `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function isSelectable(field: string, kind: string): boolean {
  if (field === "metadata.name" || field === "metadata.namespace") return true;
  return selectableFields[kind]?.includes(field) ?? false;
}

function fieldMatches({ field, operator, value }: FieldRequirement, object: KubeObject): boolean {
  return (text(object, field) === value) === (operator === "=");
}

function labelMatches(
  { key, operator, values }: LabelRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const label = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "exists":
      return label !== undefined;
    case "!":
      return label === undefined;
    case "=":
    case "in":
      return label !== undefined && values.includes(label);
    case "!=":
    case "notin":
      return label === undefined || !values.includes(label);
    case "gt":
      return label !== undefined && Number(label) > Number(values[0]);
    case "lt":
      return label !== undefined && Number(label) < Number(values[0]);
    default:
      return operator satisfies never;
  }
}
