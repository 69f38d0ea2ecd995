import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { goQuote } from "../../src/rbac/go-quote.ts";

/** What Go prints for %q, from the documentation and tests of its strconv. */
const rows: readonly [text: string, quoted: string][] = [
  ["", '""'],
  ["system:masters", '"system:masters"'],
  ['a"b\\c', String.raw`"a\"b\\c"`],
  ["\x07\b\f\n\r\t\v", String.raw`"\a\b\f\n\r\t\v"`],
  ["\x00\x1b\x7f", String.raw`"\x00\x1b\x7f"`],
  ["Jörg 日本 ☺ 🙂", '"Jörg 日本 ☺ 🙂"'],
  ["\u0085\u00a0\u200b\u2028\ufeff", String.raw`"\u0085\u00a0\u200b\u2028\ufeff"`],
  ["\u{e0001}", String.raw`"\U000e0001"`],
  ["\ud800x", '"\ufffdx"'],
];

for (const [text, quoted] of rows) {
  test(`quoted as ${quoted}`, () => assert.equal(goQuote(text), quoted));
}

test("no control character is left, and different texts stay different", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (left, right) => {
      assert.doesNotMatch(goQuote(left), /\p{Cc}/u);
      assert.equal(goQuote(left) === goQuote(right), left === right);
    }),
  );
});
