import assert from "node:assert/strict";
import { test } from "node:test";
import type { UserInfo } from "../../src/cluster/cluster.ts";
import { describeSubject, type Subject, subjectApplies } from "../../src/rbac/subject.ts";
import { user } from "./policies.ts";

const jane = user("jane", "dev", "system:authenticated");
const robot = user("system:serviceaccount:ci:robot", "system:serviceaccounts");

function subject(kind: string, name: string, namespace = ""): Subject {
  return { kind, name, namespace };
}

const rows: readonly [what: string, Subject, UserInfo, bindingNamespace: string, expected: boolean][] = [
  ["the user's own name", subject("User", "jane"), jane, "", true],
  ["another name", subject("User", "joe"), jane, "", false],
  ["a name in another case", subject("User", "Jane"), jane, "", false],
  ["a star is a name", subject("User", "*"), jane, "default", false],
  ["a group of the user", subject("Group", "dev"), jane, "", true],
  ["a group, whatever the binding's namespace", subject("Group", "dev"), jane, "ns", true],
  ["a group that is the user's name", subject("Group", "jane"), jane, "", false],
  ["a user that is a group's name", subject("User", "dev"), jane, "", false],
  ["everybody authenticated", subject("Group", "system:authenticated"), jane, "", true],
  ["nobody authenticated", subject("Group", "system:unauthenticated"), jane, "", false],
  ["a ServiceAccount by its namespace", subject("ServiceAccount", "robot", "ci"), robot, "default", true],
  ["a ServiceAccount of the binding's namespace", subject("ServiceAccount", "robot"), robot, "ci", true],
  ["a ServiceAccount of another namespace", subject("ServiceAccount", "robot", "cd"), robot, "ci", false],
  ["a ServiceAccount without any namespace", subject("ServiceAccount", "robot"), robot, "", false],
  [
    "no namespace is no match for no namespace",
    subject("ServiceAccount", "x"),
    user("system:serviceaccount::x"),
    "",
    false,
  ],
  ["a ServiceAccount by its user name", subject("User", "system:serviceaccount:ci:robot"), robot, "", true],
  ["an unknown kind", subject("Robot", "jane"), jane, "", false],
];

for (const [what, given, who, namespace, expected] of rows) {
  test(`subject: ${what}`, () => assert.equal(subjectApplies(given, who, namespace), expected));
}

const described: readonly [Subject, bindingNamespace: string, expected: string][] = [
  [subject("User", "jane"), "ns", 'User "jane"'],
  [subject("Group", "a:b"), "", 'Group "a:b"'],
  [subject("ServiceAccount", "robot", "ci"), "ns", 'ServiceAccount "robot/ci"'],
  [subject("ServiceAccount", "robot"), "ns", 'ServiceAccount "robot/ns"'],
  [subject("User", 'C=de "x"'), "", String.raw`User "C=de \"x\""`],
];

for (const [given, namespace, expected] of described) {
  test(`described as ${expected}`, () => assert.equal(describeSubject(given, namespace), expected));
}
