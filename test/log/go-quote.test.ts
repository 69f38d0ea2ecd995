import assert from "node:assert/strict";
import { test } from "node:test";
import { unquoteGo } from "../../src/log/go-quote.ts";

const cases: readonly (readonly [string, string | null])[] = [
  ['"plain"', "plain"],
  ['""', ""],
  ['"a \\"b\\" \\\\"', 'a "b" \\'],
  ['"\\a\\b\\f\\n\\r\\t\\v"', "\x07\b\f\n\r\t\v"],
  ['"\\x41\\xff"', "A\xff"],
  ['"\\u00e4"', "\xc3\xa4"],
  ['"\\U0001f600"', "\xf0\x9f\x98\x80"],
  ['"<&>"', "<&>"],
  ['"cut', null],
  ['"cut\\"', null],
  ["none", null],
];

for (const [literal, value] of cases) {
  test(`unquoteGo ${literal}`, () => {
    const found = unquoteGo(literal, 0);
    assert.equal(found?.value ?? null, value);
    if (found !== null) assert.equal(found.end, literal.length);
  });
}
