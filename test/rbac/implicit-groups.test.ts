import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { withImplicitGroups } from "../../src/rbac/implicit-groups.ts";

const rows: readonly [username: string, groups: readonly string[], expected: readonly string[]][] = [
  ["jane", [], ["system:authenticated"]],
  ["jane", ["dev"], ["dev", "system:authenticated"]],
  ["jane", ["system:authenticated", "dev"], ["system:authenticated", "dev"]],
  ["jane", ["system:unauthenticated"], ["system:unauthenticated"]],
  ["system:anonymous", [], ["system:unauthenticated"]],
  ["system:anonymous", ["x"], ["x", "system:unauthenticated"]],
  ["system:anonymous", ["system:unauthenticated"], ["system:unauthenticated"]],
  [
    "system:serviceaccount:ci:robot",
    [],
    ["system:serviceaccounts", "system:serviceaccounts:ci", "system:authenticated"],
  ],
  ["system:serviceaccount:ci:robot", ["x"], ["x", "system:authenticated"]],
  ["system:serviceaccount:ci", [], ["system:authenticated"]],
  ["system:serviceaccount:ci:a:b", [], ["system:authenticated"]],
];

for (const [username, groups, expected] of rows) {
  test(`${username} in [${groups}] is in [${expected}]`, () => {
    assert.deepEqual(withImplicitGroups(username, groups), expected);
  });
}

test("keeps every group, and a second time adds nothing", () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (username, groups) => {
      const once = withImplicitGroups(username, groups);
      assert.deepEqual(once.slice(0, groups.length), groups);
      assert.deepEqual(withImplicitGroups(username, once), once);
    }),
  );
});
