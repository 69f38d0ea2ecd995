import type { RequestInfo } from "../api/request-info.ts";
import {
  type FieldRequirement,
  type LabelRequirement,
  parseFieldSelector,
  parseLabelSelector,
} from "../api/selectors.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { text } from "./fields.ts";
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
export function createFilter(info: RequestInfo, kind: string): ObjectFilter | Answer {
  const labels = parseLabelSelector(info.labelSelector);
  if (labels === null) return badRequest(`unable to parse requirement: ${info.labelSelector}`);
  const fields = parseFieldSelector(info.fieldSelector);
  if (fields === null) return badRequest(`invalid field selector: ${info.fieldSelector}`);
  const unknown = fields.find(({ field }) => !isSelectable(field, kind));
  if (unknown !== undefined) return badRequest(`field label not supported: ${unknown.field}`);
  return (object) =>
    labels.every((requirement) => labelMatches(requirement, object.metadata.labels ?? {})) &&
    fields.every((requirement) => fieldMatches(requirement, object));
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
