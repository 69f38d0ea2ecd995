import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, versionLevelOf } from "../../src/api/version-order.ts";

/** Greatest first. */
const order = [
  "v10",
  "v2",
  "v1",
  "v11beta2",
  "v10beta3",
  "v3beta1",
  "v1beta2",
  "v12alpha1",
  "v11alpha2",
  "foo1",
  "foo10",
  "v1.2",
];

test("versions are sorted as Kubernetes sorts them", () => {
  assert.deepEqual(order.toReversed().toSorted(compareVersions), order);
  for (const version of order) assert.equal(compareVersions(version, version), 0);
});

for (const [version, level] of [
  ["v1", "stable"],
  ["v2beta1", "beta"],
  ["v1alpha3", "alpha"],
  ["v1gamma1", null],
  ["v1beta", null],
  ["stable", null],
] as const) {
  test(`how stable ${version} is`, () => assert.equal(versionLevelOf(version), level));
}
