import type { KubeObject } from "../cluster/kube-object.ts";
import type { PolicyRule } from "./rule-matches.ts";
import type { Subject } from "./subject.ts";

export interface RoleBinding {
  readonly name: string;
  /** "" of a ClusterRoleBinding. */
  readonly namespace: string;
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly Subject[];
}

/** The RBAC objects of a cluster, ready to be asked. Bindings keep the order in which they were given. */
export interface RbacPolicy {
  /** Rules by "namespace/name". */
  readonly roles: ReadonlyMap<string, readonly PolicyRule[]>;
  readonly clusterRoles: ReadonlyMap<string, readonly PolicyRule[]>;
  /** RoleBindings by namespace. */
  readonly roleBindings: ReadonlyMap<string, readonly RoleBinding[]>;
  readonly clusterRoleBindings: readonly RoleBinding[];
  /** What the server writes before the reason of an authorizer that has no opinion. */
  readonly noOpinionPrefix: string;
}

/**
 * The policy that these objects make. Objects that are not RBAC's, and fields of a wrong type, are left out.
 * @param serverVersion "v1.37.2", or "" when not known
 */
export function newRbacPolicy(objects: Iterable<KubeObject>, serverVersion = ""): RbacPolicy {
  const roles = new Map<string, readonly PolicyRule[]>();
  const clusterRoles = new Map<string, readonly PolicyRule[]>();
  const roleBindings = new Map<string, RoleBinding[]>();
  const clusterRoleBindings: RoleBinding[] = [];
  for (const object of objects) {
    if (!object.apiVersion.startsWith("rbac.authorization.k8s.io/")) {
      continue;
    }
    const { name, namespace = "" } = object.metadata;
    if (object.kind === "Role") {
      roles.set(`${namespace}/${name}`, newRules(object));
    } else if (object.kind === "ClusterRole") {
      clusterRoles.set(name, newRules(object));
    } else if (object.kind === "RoleBinding") {
      const ofNamespace = roleBindings.get(namespace) ?? [];
      ofNamespace.push(newBinding(object, namespace));
      roleBindings.set(namespace, ofNamespace);
    } else if (object.kind === "ClusterRoleBinding") {
      clusterRoleBindings.push(newBinding(object, ""));
    }
  }
  const noOpinionPrefix = namesAuthorizers(serverVersion) ? "rbac: " : "";
  return { roles, clusterRoles, roleBindings, clusterRoleBindings, noOpinionPrefix };
}

/** From 1.37 on: apiserver/pkg/authorization/union/union.go. "rbac" is its name unless a configuration file gives another. */
function namesAuthorizers(serverVersion: string): boolean {
  return Number(/^v1\.(\d+)/.exec(serverVersion)?.[1] ?? 0) >= 37;
}

// `.rules` is what counts: the server copies an aggregationRule's result into it.
function newRules(role: KubeObject): readonly PolicyRule[] {
  return records(role["rules"]).map((rule) => ({
    verbs: strings(rule["verbs"]),
    apiGroups: strings(rule["apiGroups"]),
    resources: strings(rule["resources"]),
    resourceNames: strings(rule["resourceNames"]),
    nonResourceURLs: strings(rule["nonResourceURLs"]),
  }));
}

function newBinding(binding: KubeObject, namespace: string): RoleBinding {
  const [roleRef = {}] = records([binding["roleRef"]]);
  return {
    name: binding.metadata.name,
    namespace,
    roleRef: { kind: text(roleRef["kind"]), name: text(roleRef["name"]) },
    subjects: records(binding["subjects"]).map((subject) => ({
      kind: text(subject["kind"]),
      name: text(subject["name"]),
      namespace: text(subject["namespace"]),
    })),
  };
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "object" && item !== null) : [];
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
