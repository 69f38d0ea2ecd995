import type { ReviewAttributes, UserInfo } from "../../src/cluster/cluster.ts";
import type { KubeObject } from "../../src/cluster/kube-object.ts";

/* Short ways to write RBAC objects, users and requests in tests. */

const apiVersion = "rbac.authorization.k8s.io/v1";

export type Rule = Partial<
  Record<"verbs" | "apiGroups" | "resources" | "resourceNames" | "nonResourceURLs", readonly string[]>
>;

/** "get,list apps deployments,pods": verbs, API groups ("-" is the core's) and resources, each comma-separated. */
export function rule(text: string, resourceNames: readonly string[] = []): Rule {
  const [verbs = "", groups = "", resources = ""] = text.split(" ");
  return {
    verbs: verbs.split(","),
    apiGroups: groups.split(",").map((group) => (group === "-" ? "" : group)),
    resources: resources.split(","),
    ...(resourceNames.length === 0 ? {} : { resourceNames }),
  };
}

/** "get /healthz,/api/*": verbs and non-resource URLs. */
export function urlRule(text: string): Rule {
  const [verbs = "", urls = ""] = text.split(" ");
  return { verbs: verbs.split(","), nonResourceURLs: urls.split(",") };
}

export function clusterRole(name: string, ...rules: Rule[]): KubeObject {
  return { apiVersion, kind: "ClusterRole", metadata: { name }, rules };
}

export function role(namespace: string, name: string, ...rules: Rule[]): KubeObject {
  return { apiVersion, kind: "Role", metadata: { namespace, name }, rules };
}

/** Subjects are "User:jane", "Group:dev", "ServiceAccount:ns/name" or "ServiceAccount:name". */
export function clusterRoleBinding(name: string, roleName: string, ...subjects: string[]): KubeObject {
  return {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
    subjects: subjects.map(subject),
  };
}

/** `roleRef` is "Role/name" or "ClusterRole/name". */
export function roleBinding(
  namespace: string,
  name: string,
  roleRef: string,
  ...subjects: string[]
): KubeObject {
  const [kind, roleName] = roleRef.split("/");
  return {
    apiVersion,
    kind: "RoleBinding",
    metadata: { namespace, name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: roleName },
    subjects: subjects.map(subject),
  };
}

function subject(text: string) {
  const colon = text.indexOf(":");
  const kind = text.slice(0, colon);
  const name = text.slice(colon + 1);
  const slash = name.indexOf("/");
  return kind === "ServiceAccount" && slash >= 0
    ? { kind, namespace: name.slice(0, slash), name: name.slice(slash + 1) }
    : { kind, name };
}

export function user(username: string, ...groups: string[]): UserInfo {
  return { username, uid: "", groups };
}

const nothing: ReviewAttributes = {
  isResourceRequest: true,
  path: "",
  verb: "",
  apiGroup: "",
  apiVersion: "",
  namespace: "",
  resource: "",
  subresource: "",
  name: "",
  fieldSelector: "",
  labelSelector: "",
};

/** "get apps deployments/scale" of a namespace and name; group "-" is the core's. */
export function request(text: string, namespace = "", name = ""): ReviewAttributes {
  const [verb = "", group = "", resources = ""] = text.split(" ");
  const [resource = "", subresource = ""] = resources.split("/");
  return { ...nothing, verb, apiGroup: group === "-" ? "" : group, namespace, resource, subresource, name };
}

/** "get /healthz". */
export function urlRequest(text: string): ReviewAttributes {
  const [verb = "", path = ""] = text.split(" ");
  return { ...nothing, isResourceRequest: false, verb, path };
}
