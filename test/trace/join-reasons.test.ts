import assert from "node:assert/strict";
import { test } from "node:test";
import { joinReasons } from "../../src/trace/join-reasons.ts";

function forbidden(verb: string, resource: string, where: string, user = "jane"): string {
  return `${resource} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "" ${where}`;
}
const shop = 'in the namespace "shop"';

for (const [what, reasons, joined] of [
  ["nothing", [], ""],
  ["one keeps its words", [forbidden("get", "services", shop)], forbidden("get", "services", shop)],
  ["the same twice", ["connection refused", "connection refused"], "connection refused"],
  [
    "one user, one place",
    [forbidden("get", "services", shop), forbidden("list", "pods", shop), forbidden("list", "pods", shop)],
    `forbidden: User "jane" cannot get services, list pods ${shop}`,
  ],
  [
    "with the object's name",
    [
      'services "web" is forbidden: User "a\\"b" cannot get resource "services" in API group "" at the cluster scope: why',
      forbidden("list", "pods", "at the cluster scope", 'a\\"b'),
    ],
    'forbidden: User "a\\"b" cannot get services, list pods at the cluster scope',
  ],
  [
    "two places, and another reason",
    [forbidden("get", "services", shop), "timed out", forbidden("get", "nodes", "at the cluster scope")],
    `forbidden: User "jane" cannot get services ${shop}; forbidden: User "jane" cannot get nodes at the cluster scope; timed out`,
  ],
] as const) {
  test(`reasons in one line: ${what}`, () => assert.equal(joinReasons(reasons), joined));
}
