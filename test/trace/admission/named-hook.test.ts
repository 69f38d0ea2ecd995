import assert from "node:assert/strict";
import { test } from "node:test";
import { namedHookOf } from "../../../src/trace/admission/named-hook.ts";

for (const [message, expected] of [
  ['admission webhook "a.example.com" denied the request: no', "webhook a.example.com "],
  ['admission webhook "a.example.com" denied the request without explanation', "webhook a.example.com "],
  ['admission webhook "a.example.com" does not support dry run', "webhook a.example.com "],
  [
    'Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: Post "https://a.b.svc:443/?timeout=5s": EOF',
    "webhook a.example.com ",
  ],
  [
    "configmaps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
    "policy p b",
  ],
  [
    "configmaps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' denied request: failed to configure policy",
    "policy p ",
  ],
  ["configmaps \"x\" is forbidden: policy 'm' with binding 'b' denied request: bad patch", "policy m b"],
  ['configmaps "x" is forbidden: policy "m" denied request: failed to configure policy', "policy m "],
  ['pods "x" is forbidden: exceeded quota: q', null],
  ['User "a" cannot create resource "pods"', null],
  ["", null],
] as const) {
  test(`whom a message names: ${message || "none"}`, () => {
    const named = namedHookOf(message);
    assert.equal(named === null ? null : `${named.kind} ${named.name} ${named.binding}`, expected);
  });
}
