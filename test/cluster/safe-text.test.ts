import assert from "node:assert/strict";
import { test } from "node:test";
import { oneLine, oneSafeLine } from "../../src/cluster/safe-text.ts";

test("one line without control characters", () => {
  assert.equal(oneLine(" a\n\tb\u001b[31mc\u0007\u202ed "), "a b [31mc d");
  assert.equal(oneLine("x".repeat(400)).length, 301);
});

const cases: readonly [string, string][] = [
  ["error: exec format error", "error: exec format error"],
  [
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
  ],
  [
    "the security token included in the request is invalid",
    "the security token included in the request is invalid",
  ],
  ["bad token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "bad token <masked>"],
  ["Authorization: Bearer abcdefgh1234", "Authorization: Bearer <masked>"],
  ["password=hunter2hunter2 is wrong", "password=<masked> is wrong"],
  [`key AKIA${"a1".repeat(20)} refused`, "key <masked> refused"],
  [
    "dial tcp: lookup sts.eu-central-1.amazonaws.com: no such host",
    "dial tcp: lookup sts.eu-central-1.amazonaws.com: no such host",
  ],
];
for (const [text, expected] of cases) {
  test(`masked: ${text.slice(0, 40)}`, () => assert.equal(oneSafeLine(text), expected));
}
