import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { indentJson } from "../../src/render/indent-json.ts";

test("JSON is indented as JSON.stringify does it", () => {
  const anything = fc.oneof(fc.jsonValue(), fc.jsonValue({ stringUnit: "binary" }));
  const hostile = fc.constantFrom('"', "\\", '\\"', "{", "[]", ",", ":", "\n", "a\\\\", "\u2028");
  const nested = fc.dictionary(hostile, fc.array(fc.oneof(hostile, anything)));
  fc.assert(
    fc.property(fc.oneof(anything, nested), fc.integer({ min: 0, max: 8 }), (value, columns) => {
      const expected = JSON.stringify(value, null, 2).replaceAll("\n", `\n${" ".repeat(columns)}`);
      assert.equal(indentJson(JSON.stringify(value), columns), expected);
    }),
  );
});
