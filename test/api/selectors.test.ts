import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseFieldSelector, parseLabelSelector } from "../../src/api/selectors.ts";

for (const [text, expected] of [
  ["", ""],
  ["a=b", "a=b"],
  ["a==b,c!=d", "a=b c!=d"],
  ["z=1,a=2", "a=2 z=1"],
  [",,a=b,", "a=b"],
  ["a=b\\,c", "a=b,c"],
  ["a=b\\=c\\\\", "a=b=c\\"],
  ["a=", "a="],
  ["=b", "=b"],
  ["a", null],
  ["a=b=c", null],
  ["a=b\\x", null],
  ["a=b\\", null],
] as const) {
  test(`field selector ${JSON.stringify(text)}`, () => {
    const read = parseFieldSelector(text);
    assert.equal(
      read?.map(({ field, operator, value }) => `${field}${operator}${value}`).join(" ") ?? null,
      expected,
    );
  });
}

for (const [text, expected] of [
  ["", ""],
  ["x", "x exists"],
  ["!x", "x !"],
  ["x=a", "x = a"],
  ["x==a,y!=b", "x = a; y != b"],
  ["x in (a,b)", "x in a|b"],
  ["x in (a,,b),y notin ()", "x in a||b; y notin "],
  ["x in (,)", "x in "],
  ["x=,y", "x = ; y exists"],
  ["x=", "x = "],
  ["in in (in,notin)", "in in in|notin"],
  ["example.com/x = a", "example.com/x = a"],
  ["x>1,y<2", "x gt 1; y lt 2"],
  ["\t x \r\n", "x exists"],
  ["x>a", null],
  ["!x=a", null],
  ["x=a,", null],
  [",x", null],
  ["x y", null],
  ["x in a", null],
  ["x in (a b)", null],
  ["x in (a", null],
  ["x=a b", null],
  ["-x", null],
  ["a/b/c", null],
  ["UP.com/x", null],
  ["x=-", null],
  ["x=(", null],
  [`${"x".repeat(64)}`, null],
] as const) {
  test(`label selector ${JSON.stringify(text)}`, () => {
    const read = parseLabelSelector(text);
    const words = read?.map(({ key, operator, values }) =>
      [key, operator, ...(values.length > 0 ? [values.join("|")] : [])].join(" "),
    );
    assert.equal(words?.join("; ") ?? null, expected);
  });
}

test("any text is read without throwing", () => {
  fc.assert(fc.property(fc.string(), (text) => void [parseFieldSelector(text), parseLabelSelector(text)]));
  fc.assert(
    fc.property(
      fc.stringMatching(/^[ax=!(),<>\\ ]*$/),
      (text) => void [parseFieldSelector(text), parseLabelSelector(text)],
    ),
  );
});
