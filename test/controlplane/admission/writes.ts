import { group, namespace } from "./hooks.ts";

/** One request of the administrator. */
export interface Write {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Status that is wanted, so that no case tests nothing. */
  readonly status: number;
}

const inNamespace = `/api/v1/namespaces/${namespace}`;
const own = (version: string): string => `/apis/${group}/${version}/namespaces/${namespace}/things`;
const cluster = `/apis/${group}/v1/clusterthings`;
const merge = "application/merge-patch+json";
const apply = "application/apply-patch+yaml";
const red = { colour: "red" };

const configMap = (name: string, labels = {}, data = {}): unknown => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels },
  data,
});
const thing = (version: string, name: string, labels = {}): unknown => ({
  apiVersion: `${group}/${version}`,
  kind: "Thing",
  metadata: { name, labels },
  spec: { size: 1 },
});

type Row = readonly [
  title: string,
  method: string,
  path: string,
  status: number,
  body?: unknown,
  contentType?: string,
];

const rows: readonly Row[] = [
  ["create", "POST", `${inNamespace}/configmaps`, 201, configMap("one")],
  ["create with a label", "POST", `${inNamespace}/configmaps`, 201, configMap("two", red)],
  ["create again", "POST", `${inNamespace}/configmaps`, 409, configMap("one")],
  ["update", "PUT", `${inNamespace}/configmaps/one`, 200, configMap("one", {}, { a: "b" })],
  ["patch", "PATCH", `${inNamespace}/configmaps/one`, 200, { data: { c: "d" } }, merge],
  ["patch of a red one", "PATCH", `${inNamespace}/configmaps/two`, 200, { data: { c: "d" } }, merge],
  ["patch to red", "PATCH", `${inNamespace}/configmaps/one`, 200, { metadata: { labels: red } }, merge],
  [
    "patch to blue",
    "PATCH",
    `${inNamespace}/configmaps/one`,
    200,
    { metadata: { labels: { colour: "blue" } } },
    merge,
  ],
  [
    "apply that creates",
    "PATCH",
    `${inNamespace}/configmaps/applied?fieldManager=t&force=true`,
    201,
    configMap("applied"),
    apply,
  ],
  [
    "apply that changes",
    "PATCH",
    `${inNamespace}/configmaps/applied?fieldManager=t&force=true`,
    200,
    configMap("applied", {}, { a: "b" }),
    apply,
  ],
  ["patch of none", "PATCH", `${inNamespace}/configmaps/none`, 404, {}, merge],
  ["delete", "DELETE", `${inNamespace}/configmaps/one`, 200],
  ["delete a red one", "DELETE", `${inNamespace}/configmaps/two`, 200],
  ["delete none", "DELETE", `${inNamespace}/configmaps/one`, 404],
  ["delete all", "DELETE", `${inNamespace}/configmaps`, 200],
  ["delete all of none", "DELETE", `${inNamespace}/endpoints?labelSelector=none%3Dhere`, 200],
  ["custom resource", "POST", own("v1"), 201, thing("v1", "a")],
  ["custom resource in another version", "POST", own("v2"), 201, thing("v2", "b", red)],
  [
    "custom resource patched in another version",
    "PATCH",
    `${own("v2")}/a`,
    200,
    { spec: { size: 2 } },
    merge,
  ],
  ["status", "PATCH", `${own("v1")}/a/status`, 200, { status: { size: 2 } }, merge],
  ["scale", "PATCH", `${own("v1")}/a/scale`, 200, { spec: { replicas: 3 } }, merge],
  ["custom resource deleted in another version", "DELETE", `${own("v2")}/a`, 200],
  [
    "cluster-scoped",
    "POST",
    cluster,
    201,
    { apiVersion: `${group}/v1`, kind: "ClusterThing", metadata: { name: "c" } },
  ],
  ["cluster-scoped patched", "PATCH", `${cluster}/c`, 200, { metadata: { labels: red } }, merge],
  ["cluster-scoped deleted", "DELETE", `${cluster}/c`, 200],
  [
    "namespace",
    "POST",
    "/api/v1/namespaces",
    201,
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "admitted-too", labels: { admitted: "true" } } },
  ],
  [
    "namespace patched",
    "PATCH",
    "/api/v1/namespaces/admitted-too",
    200,
    { metadata: { labels: { more: "yes" } } },
    merge,
  ],
  ["namespace's status", "PATCH", "/api/v1/namespaces/admitted-too/status", 200, { status: {} }, merge],
  ["namespace deleted", "DELETE", "/api/v1/namespaces/admitted-too", 200],
  [
    "pod",
    "POST",
    `${inNamespace}/pods`,
    201,
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", labels: red },
      spec: { schedulerName: "nobody", containers: [{ name: "a", image: "a" }] },
    },
  ],
  [
    "binding",
    "POST",
    `${inNamespace}/pods/p/binding`,
    201,
    {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name: "p" },
      target: { kind: "Node", name: "worker-1" },
    },
  ],
  ["exec", "POST", `${inNamespace}/pods/p/exec?command=true&stdout=true`, 400],
  ["attach by GET", "GET", `${inNamespace}/pods/p/attach?stdout=true`, 400],
  ["proxy to a pod", "GET", `${inNamespace}/pods/p/proxy/`, 0],
  [
    "eviction",
    "POST",
    `${inNamespace}/pods/p/eviction`,
    201,
    { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "p" } },
  ],
  [
    "token",
    "POST",
    `${inNamespace}/serviceaccounts/default/token`,
    201,
    { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
  ],
  [
    "event",
    "POST",
    `${inNamespace}/events`,
    201,
    {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "e", namespace },
      involvedObject: { namespace },
      reason: "Test",
      type: "Normal",
    },
  ],
  [
    "autoscaler of v2",
    "POST",
    `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
    201,
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "h" },
      spec: { maxReplicas: 2, scaleTargetRef: { kind: "Deployment", name: "none", apiVersion: "apps/v1" } },
    },
  ],
  [
    "review",
    "POST",
    `/apis/authorization.k8s.io/v1/namespaces/${namespace}/localsubjectaccessreviews`,
    201,
    {
      apiVersion: "authorization.k8s.io/v1",
      kind: "LocalSubjectAccessReview",
      metadata: { namespace },
      spec: { user: "alice", resourceAttributes: { namespace, verb: "get", resource: "pods" } },
    },
  ],
  [
    "configuration",
    "PATCH",
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/admitted",
    200,
    { metadata: { labels: { more: "yes" } } },
    merge,
  ],
  ["dry run", "POST", `${inNamespace}/configmaps?dryRun=All`, 201, configMap("dry")],
];

/** In this order: some need what those before them made. */
export const writes: readonly Write[] = rows.map(([title, method, path, status, body, contentType]) => ({
  title,
  method,
  path,
  status,
  ...(body === undefined ? {} : { body }),
  ...(contentType === undefined ? {} : { contentType }),
}));

/** What has to be there before. */
export const things: readonly unknown[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { admitted: "true" } } },
  definition("Namespaced", "things", "Thing"),
  definition("Cluster", "clusterthings", "ClusterThing"),
];

function definition(scope: string, plural: string, kind: string): unknown {
  const schema = {
    openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  };
  const subresources = {
    status: {},
    scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: ["v1", "v2"].map((name) => ({
        name,
        served: true,
        storage: name === "v1",
        schema,
        subresources,
      })),
    },
  };
}
