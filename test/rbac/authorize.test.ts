import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ReviewAttributes, UserInfo } from "../../src/cluster/cluster.ts";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { authorize } from "../../src/rbac/authorize.ts";
import { newRbacPolicy } from "../../src/rbac/policy.ts";
import {
  clusterRole,
  clusterRoleBinding,
  request,
  role,
  roleBinding,
  rule,
  urlRequest,
  urlRule,
  user,
} from "./policies.ts";

type Row = readonly [what: string, KubeObject[], UserInfo, ReviewAttributes, reason: string | false];

const admin = clusterRole("admin", rule("* * *"));
const reader = role("ns1", "reader", rule("get,list - pods"));

/** The reason that the server prints when it allows; false when it does not. */
const rows: readonly Row[] = [
  [
    "ClusterRoleBinding to a User",
    [admin, clusterRoleBinding("b", "admin", "User:u")],
    user("u"),
    request("get - pods", "ns1"),
    'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "admin" to User "u"',
  ],
  [
    "RoleBinding to a Group, of a Role",
    [reader, roleBinding("ns1", "b", "Role/reader", "Group:g")],
    user("u", "g"),
    request("list - pods", "ns1"),
    'RBAC: allowed by RoleBinding "b/ns1" of Role "reader" to Group "g"',
  ],
  [
    "RoleBinding to a ServiceAccount of its own namespace, of a ClusterRole",
    [admin, roleBinding("ns1", "b", "ClusterRole/admin", "ServiceAccount:robot")],
    user("system:serviceaccount:ns1:robot"),
    request("list - pods", "ns1"),
    'RBAC: allowed by RoleBinding "b/ns1" of ClusterRole "admin" to ServiceAccount "robot/ns1"',
  ],
  [
    "ClusterRoleBinding to a ServiceAccount",
    [admin, clusterRoleBinding("b", "admin", "ServiceAccount:ci/robot")],
    user("system:serviceaccount:ci:robot"),
    request("list - nodes"),
    'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "admin" to ServiceAccount "robot/ci"',
  ],
  [
    "ClusterRoleBinding to a ServiceAccount without namespace",
    [admin, clusterRoleBinding("b", "admin", "ServiceAccount:robot")],
    user("system:serviceaccount:ns1:robot"),
    request("list - pods", "ns1"),
    false,
  ],
  [
    "the first subject that fits is the one named",
    [admin, clusterRoleBinding("b", "admin", "User:x", "Group:g", "User:u")],
    user("u", "g"),
    request("get - pods"),
    'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "admin" to Group "g"',
  ],
  [
    "RoleBinding of a ClusterRole does not reach another namespace",
    [admin, roleBinding("ns1", "b", "ClusterRole/admin", "User:u")],
    user("u"),
    request("get - pods", "ns2"),
    false,
  ],
  [
    "RoleBinding of a ClusterRole does not reach the cluster scope",
    [admin, roleBinding("ns1", "b", "ClusterRole/admin", "User:u")],
    user("u"),
    request("get - nodes"),
    false,
  ],
  [
    "ClusterRoleBindings are asked before RoleBindings, whatever their order",
    [
      admin,
      reader,
      roleBinding("ns1", "a", "Role/reader", "User:u"),
      clusterRoleBinding("z", "admin", "User:u"),
    ],
    user("u"),
    request("get - pods", "ns1"),
    'RBAC: allowed by ClusterRoleBinding "z" of ClusterRole "admin" to User "u"',
  ],
  [
    "of several bindings the first in the list is named",
    [admin, clusterRoleBinding("b2", "admin", "User:u"), clusterRoleBinding("b1", "admin", "User:u")],
    user("u"),
    request("get - pods"),
    'RBAC: allowed by ClusterRoleBinding "b2" of ClusterRole "admin" to User "u"',
  ],
  [
    "verb and resource in two rules are not enough",
    [clusterRole("two", rule("get - pods"), rule("list - nodes")), clusterRoleBinding("b", "two", "User:u")],
    user("u"),
    request("list - pods"),
    false,
  ],
  [
    "a subresource needs its own rule",
    [reader, roleBinding("ns1", "b", "Role/reader", "User:u")],
    user("u"),
    request("get - pods/log", "ns1", "web"),
    false,
  ],
  [
    "a non-resource URL through a ClusterRoleBinding",
    [clusterRole("d", urlRule("get /apis,/apis/*")), clusterRoleBinding("b", "d", "Group:g")],
    user("u", "g"),
    urlRequest("get /apis/apps"),
    'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "d" to Group "g"',
  ],
  [
    "a non-resource URL cannot be granted by a RoleBinding",
    [clusterRole("d", urlRule("get *")), roleBinding("ns1", "b", "ClusterRole/d", "User:u")],
    user("u"),
    urlRequest("get /apis"),
    false,
  ],
  [
    "a RoleBinding without a namespace, as no cluster has it, grants nothing",
    [admin, roleBinding("", "b", "ClusterRole/admin", "User:u")],
    user("u"),
    request("get - nodes"),
    false,
  ],
  [
    "system:masters may do all, and no binding says so",
    [],
    user("u", "system:masters"),
    request("get - pods"),
    "",
  ],
  ["system:masters is a group, not a user", [], user("system:masters"), request("get - pods"), false],
  ["no bindings, no rights", [admin, reader], user("u"), request("get - pods", "ns1"), false],
  [
    "quotes in names are escaped",
    [clusterRole('"', rule("* * *")), clusterRoleBinding("a\nb", '"', "User:u")],
    user("u"),
    request("get - pods"),
    String.raw`RBAC: allowed by ClusterRoleBinding "a\nb" of ClusterRole "\"" to User "u"`,
  ],
];

for (const [what, objects, who, asked, reason] of rows) {
  test(what, () => {
    const expected = reason === false ? { allowed: false, reason: "" } : { allowed: true, reason };
    assert.deepEqual(authorize(newRbacPolicy(objects), who, asked), expected);
  });
}

/** Roles that are bound but do not exist. They are only told when nothing else allows. */
const errorRows: readonly [what: string, KubeObject[], reason: string][] = [
  [
    "a missing ClusterRole",
    [clusterRoleBinding("b", "x", "User:u")],
    'RBAC: clusterrole.rbac.authorization.k8s.io "x" not found',
  ],
  [
    "a missing Role",
    [roleBinding("ns1", "b", "Role/x", "User:u")],
    'RBAC: role.rbac.authorization.k8s.io "x" not found',
  ],
  [
    "a Role of another namespace",
    [role("ns2", "x", rule("* * *")), roleBinding("ns1", "b", "Role/x", "User:u")],
    'RBAC: role.rbac.authorization.k8s.io "x" not found',
  ],
  [
    "two missing roles",
    [roleBinding("ns1", "b", "Role/y", "User:u"), clusterRoleBinding("b", "x", "User:u")],
    'RBAC: [clusterrole.rbac.authorization.k8s.io "x" not found, role.rbac.authorization.k8s.io "y" not found]',
  ],
  [
    "the same role missing twice",
    [clusterRoleBinding("b", "x", "User:u"), clusterRoleBinding("c", "x", "User:u")],
    'RBAC: clusterrole.rbac.authorization.k8s.io "x" not found',
  ],
  [
    "an unknown kind of role",
    [roleBinding("ns1", "b", "Rolle/x", "User:u")],
    'RBAC: unsupported role reference kind: "Rolle"',
  ],
  ["a missing role of somebody else", [clusterRoleBinding("b", "x", "User:other")], ""],
  ["a missing role in another namespace", [roleBinding("ns2", "b", "Role/x", "User:u")], ""],
];

for (const [what, objects, reason] of errorRows) {
  test(`not allowed, with ${what}`, () => {
    const ask = (version?: string) =>
      authorize(newRbacPolicy(objects, version), user("u"), request("get - pods", "ns1"));
    assert.deepEqual(ask(), { allowed: false, reason });
    assert.deepEqual(ask("v1.36.3"), { allowed: false, reason });
    assert.deepEqual(ask("v1.37.0"), { allowed: false, reason: reason && `rbac: ${reason}` }, "names itself");
  });
}

test("a missing role does not hide what another binding allows", () => {
  const policy = newRbacPolicy([
    clusterRoleBinding("a", "x", "User:u"),
    admin,
    clusterRoleBinding("b", "admin", "User:u"),
  ]);
  assert.ok(authorize(policy, user("u"), request("get - pods")).allowed);
});

test("objects with fields of the wrong type grant nothing and break nothing", () => {
  const broken = [
    { ...admin, rules: "all" },
    { ...clusterRole("r"), rules: [null, 7, { verbs: "*", apiGroups: [3], resources: {} }] },
    { ...clusterRoleBinding("b", "r", "User:u"), subjects: [null, "u", { kind: 1 }] },
    { ...clusterRoleBinding("c", "r", "User:u"), roleRef: null },
    { ...clusterRoleBinding("d", "admin", "User:u"), apiVersion: "example.com/v1" },
  ];
  assert.equal(authorize(newRbacPolicy(broken), user("u"), request("get - pods")).allowed, false);
});

const names = fc.constantFrom("a", "b", "c");
const verbs = fc.constantFrom("get", "list", "*");
const anyObject = fc.oneof(
  fc
    .tuple(names, verbs, names)
    .map(([name, verb, resource]) => clusterRole(name, rule(`${verb} - ${resource}`))),
  fc.tuple(names, names, verbs).map(([ns, name, verb]) => role(ns, name, rule(`${verb} - *`))),
  fc.tuple(names, names, names).map(([name, to, who]) => clusterRoleBinding(name, to, `User:${who}`)),
  fc
    .tuple(names, names, fc.constantFrom("Role", "ClusterRole"), names, names)
    .map(([ns, name, kind, to, who]) => roleBinding(ns, name, `${kind}/${to}`, `User:${who}`)),
);
const anyRequest = fc
  .tuple(fc.constantFrom("get", "list", "delete"), names, fc.constantFrom("", "a", "b"))
  .map(([verb, resource, namespace]) => request(`${verb} - ${resource}`, namespace));

/** Objects of which no two are of the same kind, namespace and name, as in a cluster. */
function distinct(objects: readonly KubeObject[]): readonly KubeObject[] {
  const key = ({ kind, metadata }: KubeObject) => [kind, metadata.namespace, metadata.name].join("/");
  return [...new Map(objects.map((object) => [key(object), object])).values()];
}

test("another object never takes a right away, and the order of objects never decides", () => {
  fc.assert(
    fc.property(
      fc.array(anyObject, { maxLength: 12 }),
      names,
      anyRequest,
      fc.nat(),
      (objects, who, asked, n) => {
        const all = distinct(objects);
        const answer = authorize(newRbacPolicy(all), user(who), asked);
        const fewer = all.filter((_, index) => index !== n % all.length);
        const less = authorize(newRbacPolicy(fewer), user(who), asked);
        const turned = authorize(newRbacPolicy(all.toReversed()), user(who), asked);
        assert.ok(answer.allowed || !less.allowed);
        assert.equal(turned.allowed, answer.allowed);
      },
    ),
  );
});

test("an allowed request names a binding of the policy that has the user as a subject", () => {
  fc.assert(
    fc.property(fc.array(anyObject, { maxLength: 12 }), names, anyRequest, (objects, who, asked) => {
      const { allowed, reason } = authorize(newRbacPolicy(distinct(objects)), user(who), asked);
      if (allowed) {
        assert.match(
          reason,
          new RegExp(`^RBAC: allowed by (Cluster)?RoleBinding "[^"]+" of .* to User "${who}"$`),
        );
      }
    }),
  );
});
