import type { Asker } from "../question.ts";
import { accepting, ask, post, type Question } from "../question.ts";

const v1 = "/apis/authorization.k8s.io/v1";
const selfPath = `${v1}/selfsubjectaccessreviews`;
const rulesPath = `${v1}/selfsubjectrulesreviews`;
const whoPath = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

const review = (kind: string, spec?: unknown) => ({
  apiVersion: "authorization.k8s.io/v1",
  kind,
  ...(spec === undefined ? {} : { spec }),
});

/** `can`: may the asker do that? "verb group/resource/subresource namespace name" would be shorter and harder to read. */
const can = (as: Asker, resourceAttributes: Record<string, unknown>): Question =>
  post(selfPath, review("SelfSubjectAccessReview", { resourceAttributes }), { as });
const canVisit = (as: Asker, path: string, verb = "get"): Question =>
  post(selfPath, review("SelfSubjectAccessReview", { nonResourceAttributes: { path, verb } }), { as });
const may = (user: unknown, resourceAttributes: Record<string, unknown>, as: Asker = "admin"): Question =>
  post(
    `${v1}/subjectaccessreviews`,
    review("SubjectAccessReview", { ...(user as object), resourceAttributes }),
    { as },
  );
const rules = (as: Asker, namespace: string): Question =>
  post(rulesPath, review("SelfSubjectRulesReview", { namespace }), { as });
const who = (as: Asker, headers: Record<string, string | string[]> = {}): Question =>
  post(whoPath, { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }, { as, headers });

const listPods = { verb: "list", resource: "pods", namespace: "shop" };

export const reviewQuestions: readonly Question[] = [
  can("admin", listPods),
  can("alice", listPods),
  can("alice", { ...listPods, namespace: "other" }),
  can("alice", { verb: "list", resource: "pods" }),
  can("alice", { ...listPods, group: "", version: "v1" }),
  can("alice", { verb: "get", resource: "pods", subresource: "log", namespace: "shop" }),
  can("alice", { verb: "get", resource: "pods", subresource: "portforward", namespace: "shop" }),
  can("alice", {
    verb: "patch",
    group: "apps",
    resource: "deployments",
    subresource: "scale",
    namespace: "shop",
  }),
  can("alice", { verb: "get", resource: "configmaps", namespace: "shop", name: "settings" }),
  can("alice", { verb: "get", resource: "configmaps", namespace: "shop", name: "others" }),
  can("alice", { verb: "get", resource: "configmaps", namespace: "shop" }),
  can("alice", { verb: "*", resource: "*", group: "*", namespace: "shop" }),
  can("alice", { verb: "*", resource: "widgets", group: "example.com", namespace: "shop" }),
  can("alice", { ...listPods, labelSelector: { rawSelector: "app=cart" } }),
  can("alice", {
    ...listPods,
    labelSelector: { requirements: [{ key: "app", operator: "In", values: ["cart"] }] },
  }),
  can("alice", { ...listPods, fieldSelector: { rawSelector: "spec.nodeName=worker-1" } }),
  can("alice", { ...listPods, fieldSelector: { rawSelector: "==,," } }),
  can("alice", {
    ...listPods,
    labelSelector: { rawSelector: "a", requirements: [{ key: "a", operator: "Exists" }] },
  }),
  can("bob", { verb: "watch", group: "example.com", resource: "gadgets" }),
  can("carol", { verb: "list", group: "metrics.k8s.io", resource: "nodes" }),
  can("carol", { verb: "get", resource: "nodes", subresource: "proxy", name: "worker-1" }),
  can("dave", listPods),
  can("erin", listPods),
  can("erin", { verb: "list", resource: "nodes" }),
  can("robot", { verb: "create", resource: "pods", namespace: "shop" }),
  can("robot", { verb: "create", resource: "pods", namespace: "other" }),
  can("support", { verb: "impersonate", resource: "users", name: "alice" }),
  can("anonymous", listPods),
  can("wrong-token", listPods),
  canVisit("carol", "/metrics"),
  canVisit("carol", "/metrics/cadvisor"),
  canVisit("carol", "/logs/x"),
  canVisit("alice", "/metrics"),
  canVisit("alice", "/apis/apps"),
  canVisit("alice", "/healthz", "post"),
  may({ user: "alice" }, listPods),
  may({ user: "someone", groups: ["qa"] }, listPods),
  may({ user: "someone" }, listPods),
  may({ user: "system:serviceaccount:shop:robot" }, { verb: "create", resource: "pods", namespace: "shop" }),
  may({ groups: ["system:masters"] }, listPods),
  may({ user: "alice", extra: { ticket: ["1"] }, uid: "42" }, listPods),
  may({}, listPods),
  may({ user: "alice" }, listPods, "alice"),
  may({ user: "erin" }, { verb: "list", resource: "nodes" }),
  post(
    `${v1}/namespaces/shop/localsubjectaccessreviews`,
    review("LocalSubjectAccessReview", { user: "alice", resourceAttributes: listPods }),
  ),
  post(
    `${v1}/namespaces/other/localsubjectaccessreviews`,
    review("LocalSubjectAccessReview", { user: "alice", resourceAttributes: listPods }),
  ),
  post(
    `${v1}/namespaces/shop/localsubjectaccessreviews`,
    review("LocalSubjectAccessReview", { user: "alice", nonResourceAttributes: { path: "/", verb: "get" } }),
  ),
  post(
    `${v1}/namespaces/shop/localsubjectaccessreviews`,
    review("LocalSubjectAccessReview", { user: "alice", resourceAttributes: listPods }),
    { as: "alice" },
  ),
  rules("alice", "shop"),
  rules("alice", "other"),
  rules("erin", "shop"),
  rules("erin", "other"),
  rules("dave", "shop"),
  rules("carol", "default"),
  rules("support", "shop"),
  rules("admin", "shop"),
  rules("alice", ""),
  rules("anonymous", "shop"),
  who("admin"),
  who("alice"),
  who("bob"),
  who("robot"),
  who("worker-1"),
  who("anonymous"),
  who("wrong-token"),
  post(
    "/apis/authentication.k8s.io/v1beta1/selfsubjectreviews",
    { apiVersion: "authentication.k8s.io/v1beta1", kind: "SelfSubjectReview" },
    { as: "alice" },
  ),
  post("/apis/authentication.k8s.io/v1alpha1/selfsubjectreviews", {}, { as: "alice" }),
  // What is no review.
  post(selfPath, review("SelfSubjectAccessReview")),
  post(selfPath, review("SelfSubjectAccessReview", {})),
  post(
    selfPath,
    review("SelfSubjectAccessReview", {
      resourceAttributes: listPods,
      nonResourceAttributes: { path: "/", verb: "get" },
    }),
  ),
  post(selfPath, review("SelfSubjectAccessReview", { nonsense: 1, resourceAttributes: listPods })),
  post(
    `${selfPath}?fieldValidation=Strict`,
    review("SelfSubjectAccessReview", { nonsense: 1, resourceAttributes: listPods }),
  ),
  post(`${selfPath}?dryRun=All`, review("SelfSubjectAccessReview", { resourceAttributes: listPods })),
  post(
    `${selfPath}?fieldManager=kubectl-create`,
    review("SelfSubjectAccessReview", { resourceAttributes: listPods }),
  ),
  post(selfPath, { spec: { resourceAttributes: listPods } }),
  post(selfPath, { kind: "Pod", apiVersion: "v1", metadata: { name: "x" } }),
  post(selfPath, review("SubjectAccessReview", { user: "x", resourceAttributes: listPods })),
  post(selfPath, "{", { headers: { "Content-Type": "application/json" } }),
  post(selfPath, "", { headers: { "Content-Type": "application/json" } }),
  post(selfPath, "null", { headers: { "Content-Type": "application/json" } }),
  post(selfPath, "nonsense", { headers: { "Content-Type": "text/html" } }),
  post(selfPath, JSON.stringify(review("SelfSubjectAccessReview", { resourceAttributes: listPods })), {
    headers: { "Content-Type": "application/json; charset=utf-8" },
  }),
  accepting("text/html", selfPath, {
    method: "POST",
    body: review("SelfSubjectAccessReview", { resourceAttributes: listPods }),
  }),
  accepting("application/json;as=Table;v=v1;g=meta.k8s.io", selfPath, {
    method: "POST",
    body: review("SelfSubjectAccessReview", { resourceAttributes: listPods }),
  }),
  ask(selfPath),
  ask(`${selfPath}/x`),
  ask(selfPath, { method: "DELETE" }),
  ask(selfPath, { as: "dave" }),
  post(
    `${v1}/localsubjectaccessreviews`,
    review("LocalSubjectAccessReview", { user: "alice", resourceAttributes: listPods }),
  ),
  post(
    `${v1}/namespaces/shop/selfsubjectaccessreviews`,
    review("SelfSubjectAccessReview", { resourceAttributes: listPods }),
  ),
  post(rulesPath, review("SelfSubjectRulesReview")),
];
