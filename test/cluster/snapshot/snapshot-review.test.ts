import assert from "node:assert/strict";
import { test } from "node:test";
import type { Snapshot } from "../../../src/cluster/snapshot/snapshot.ts";
import { clusterRoleBinding, request, roleBinding } from "../../rbac/policies.ts";
import { allowed, as, clusterOf, denied, items, missing, no, without } from "./snapshot-cases.ts";

test("reviews for who took it", async () => {
  const reason = 'RBAC: allowed by ClusterRoleBinding "devs-read" of ClusterRole "reader" to Group "dev"';
  assert.deepEqual(await clusterOf().review(request("get - pods", "ns"), null), allowed(reason));
  assert.deepEqual(await clusterOf().review(request("delete - pods", "ns"), null), denied);
  const nobody = await clusterOf({ user: null }).review(request("get - pods"), null);
  assert.ok(!nobody.ok && nobody.reason.includes("--as"));
});

test("reviews for who is impersonated", async () => {
  const reason = 'RBAC: allowed by RoleBinding "jane-edits/ns" of Role "editor" to User "jane"';
  const asked = request("update - pods", "ns");
  assert.deepEqual(await clusterOf({ user: null }).review(asked, as("jane")), allowed(reason));
  assert.deepEqual(await clusterOf().review(asked, as("joe")), denied);
  assert.deepEqual(await clusterOf().review(asked, as("joe", "system:masters")), allowed(""));
});

const asked = request("delete - pods", "ns");
const unsure: readonly (readonly [what: string, Partial<Snapshot>, reason: string])[] = [
  ...["clusterroles", "clusterrolebindings", "roles", "rolebindings"].map(
    (resource) =>
      [
        `without ${resource}`,
        { missing: missing(`${resource}.rbac.authorization.k8s.io`) },
        `the snapshot has not all ${resource}: 403 Forbidden`,
      ] as const,
  ),
  ["without any RBAC objects", { items: items.slice(0, 5) }, "the snapshot has no RBAC objects"],
  [
    "as a node",
    { user: { username: "system:node:n", uid: "", groups: ["system:nodes"] } },
    "nodes are authorized by the Node authorizer, which a snapshot cannot answer for",
  ],
  [
    "of a file without RoleBindings",
    { complete: false, items: without("RoleBinding") },
    "f.yaml has no rolebindings",
  ],
  ["of a file without Roles", { complete: false, items: without("Role") }, "f.yaml has no roles"],
  [
    "of a file without ClusterRoles",
    { complete: false, items: without("ClusterRole") },
    "f.yaml has no clusterroles",
  ],
  [
    "of a file with RoleBindings of one other namespace",
    { complete: false, items: [...without("RoleBinding"), roleBinding("x", "b", "Role/y", "User:z")] },
    "f.yaml has no rolebindings of namespace ns",
  ],
  [
    "of a file without a role that is bound",
    { complete: false, items: [...items, clusterRoleBinding("b", "other", "User:jane")] },
    'f.yaml has not every role that is bound: RBAC: clusterrole.rbac.authorization.k8s.io "other" not found',
  ],
];

for (const [what, changes, reason] of unsure) {
  test(`no is not said ${what}, but yes is`, async () => {
    assert.deepEqual(await clusterOf(changes).review(asked, null), no(reason));
    const all = clusterOf({ ...changes, user: { username: "root", uid: "", groups: ["system:masters"] } });
    assert.equal((await all.review(asked, null)).ok, true);
  });
}

test("Roles do not matter to a request of no namespace", async () => {
  const cluster = clusterOf({ missing: missing("roles.rbac.authorization.k8s.io") });
  assert.deepEqual(await cluster.review(request("delete - nodes"), null), denied);
  assert.deepEqual(
    await clusterOf({ complete: false, items: without("Role") }).review(request("delete - nodes"), null),
    denied,
  );
});
