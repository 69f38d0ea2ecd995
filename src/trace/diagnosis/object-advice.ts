import type { RequestInfo } from "../../api/request-info.ts";
import { asText } from "./can-i.ts";
import type { Cause } from "./diagnosis.ts";
import type { Failed } from "./finding.ts";
import { resourceWord, word } from "./shell-word.ts";

/** What to type where it was the object, or what was asked of it, then the usual mend; empty for a cause that is none of these. */
export function objectAdvice(cause: Cause, { requestInfo, roundTrip }: Failed): readonly string[] {
  const as = asText(roundTrip.impersonation);
  return adviceOf[cause]?.(requestInfo, roundTrip.message ?? "", as) ?? [];
}

/** It is the object, or what was asked of it, wherever it is kept. */
export function isOfObject(cause: Cause): boolean {
  return ofObject.has(cause);
}

const ofObject: ReadonlySet<Cause> = new Set([
  "ObjectNotFound",
  "AlreadyExists",
  "Conflict",
  "FieldOwnedByAnother",
  "Invalid",
  "BadRequest",
  "MethodNotAllowed",
  "Expired",
] as const);

const showServer = "kubectl get --raw '/readyz?verbose'";

const notFound = "a wrong name or namespace, or somebody has deleted it";

/** What measures answers so of what is there, too, but has not been measured; null for any other group. */
function metricsAdvice(info: RequestInfo): readonly string[] | null {
  const { apiGroup, apiVersion } = info;
  if (apiGroup === "metrics.k8s.io")
    return [
      `kubectl get ${listOf({ ...info, apiGroup: "" })}`,
      "a wrong name or namespace, or its usage is not known: it has just started, does not run, or metrics-server cannot read its node's kubelet",
    ];
  if (!/^(?:custom|external)\.metrics\.k8s\.io$/.test(apiGroup)) return null;
  return [
    `kubectl get --raw ${word(`/apis/${apiGroup}/${apiVersion}`, "/apis/GROUP/VERSION")}`,
    "a wrong name of the metric or the object, or the adapter's rules do not find it in what it reads from",
  ];
}

const adviceOf: Partial<
  Record<Cause, (info: RequestInfo, message: string, as: string) => readonly string[]>
> = {
  // The same get would fail as well: what is there has the right name, or shows that there is none.
  ObjectNotFound: (info, message) => {
    if (/^namespaces "/.test(message)) return ["kubectl get namespaces", notFound];
    return metricsAdvice(info) ?? [`kubectl get ${otherOf(info, message) ?? listOf(info)}`, notFound];
  },
  AlreadyExists: (info, message) => [
    `kubectl get ${whatOf({ ...info, name: info.name || nameIn(message) })}`,
    "what is there already can be changed: kubectl apply; or take another name",
  ],
  Conflict: (info, message) => [
    `kubectl get ${whatOf(info)} -o yaml`,
    /the object has been modified|^$/.test(message)
      ? "read it again and apply the change to that: kubectl edit, patch and apply do so"
      : "the message says what does not allow it, and the object's status and conditions why",
  ],
  FieldOwnedByAnother: (info) => [
    `kubectl get ${whatOf(info)} -o yaml --show-managed-fields`,
    "leave these fields out of what is applied, or take them over: kubectl apply --server-side --force-conflicts",
  ],
  Invalid: (info) => [
    `kubectl explain ${resourceOf(info)}`,
    "the message names each field; --dry-run=server tries it without changing anything",
  ],
  BadRequest: (info) => [
    `kubectl explain ${resourceOf(info)}`,
    "a wrong body, content type or parameter: the message says which",
  ],
  MethodNotAllowed: (info) => [
    `kubectl api-resources -o wide${info.apiGroup === "" ? "" : ` --api-group=${word(info.apiGroup, "GROUP")}`}`,
    "the column VERBS has what each resource supports",
  ],
  Expired: (info) => [
    `kubectl get ${whatOf({ ...info, name: "" })}`,
    "begin the list or watch anew: without continue and resourceVersion",
  ],
  EscalationForbidden: ({ namespace }, _, as) => [
    `kubectl auth can-i --list${namespace === "" ? "" : ` -n ${word(namespace, "NAMESPACE")}`}${as}`,
    "hold the rights oneself first, or have the verb escalate on the role, or bind on the binding",
  ],
  NodeAuthorizer: (_, __, as) => [
    `kubectl auth whoami${as}`,
    "a kubelet may read only what its own Pods name, and write only its own Node",
  ],
  DeniedByAdmission: admissionAdvice,
  ServerTimeout: () => [showServer, "try again: etcd, or a server behind this one, was too slow"],
  InternalError: () => [showServer, "kube-apiserver's log has the Audit-Id of the answer"],
};

/**
 * A webhook or policy says its name, so that this is a plugin of kube-apiserver itself. Source of truth: apiserver/pkg/admission/plugin/
 * namespace/lifecycle, k/k plugin/pkg/admission.
 */
function admissionAdvice(info: RequestInfo, message: string): readonly string[] {
  const namespace = word(info.namespace, "NAMESPACE");
  if (/because it is being terminated$/.test(message))
    return [
      `kubectl get namespace ${namespace} -o yaml`,
      "its conditions say what keeps it from going; until it is gone nothing new can be made in it",
    ];
  if (/ is forbidden: failed quota: /.test(message))
    return [
      `kubectl describe resourcequota -n ${namespace}`,
      "the object has to say how much it wants of what the quota counts; a LimitRange gives it to those that do not",
    ];
  const mend = "the message says what a plugin of kube-apiserver minds";
  return info.namespace === "" || info.resource === "namespaces"
    ? [`kubectl explain ${resourceOf(info)}`, mend]
    : [`kubectl get limitranges,resourcequotas,serviceaccounts -n ${namespace}`, mend];
}

/** What is not there may be another object than that of the request: "nodes -n shop" of a Pod that is bound; null when it is that one. */
function otherOf(info: RequestInfo, message: string): string | null {
  const kind = /^([\w.-]{1,253}) "[^"]*" not found$/.exec(message)?.[1];
  if (kind === undefined || kind === resourceOf(info)) return null;
  return `${word(kind, "RESOURCE")}${info.namespace === "" ? "" : ` -n ${word(info.namespace, "NAMESPACE")}`}`;
}

/** All of the same kind and namespace; what has a name and no namespace is of none. */
function listOf(info: RequestInfo): string {
  const isOfNone = info.namespace === "" && info.name !== "";
  return isOfNone ? resourceOf(info) : whatOf({ ...info, name: "" });
}

/** A create has no name in its path. Source of truth: apimachinery/pkg/api/errors/errors.go (NewAlreadyExists). */
function nameIn(message: string): string {
  return /^\S+ "([^"]+)" already exists$/.exec(message)?.[1] ?? "";
}

function resourceOf(info: RequestInfo): string {
  return info.resource === "" ? "RESOURCE" : resourceWord(info);
}

/** "pods web -n shop", "pods -n shop", "pods -A", "nodes worker-1". */
function whatOf(info: RequestInfo): string {
  const { name, namespace, resource } = info;
  const parts = [resourceOf(info)];
  if (name !== "") parts.push(word(name, "NAME"));
  // Without a namespace kubectl lists that of the context. A Namespace's own name is its namespace, too, as the server reads it.
  if (namespace === "" && name === "" && resource !== "namespaces") parts.push("-A");
  if (namespace !== "" && resource !== "namespaces") parts.push(`-n ${word(namespace, "NAMESPACE")}`);
  return parts.join(" ");
}
