import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  pad,
  shortenEnd,
  shortenMiddle,
  textWidth,
  wrapAdvice,
  wrapText,
} from "../../src/render/text-width.ts";

const widths: readonly (readonly [string, number])[] = [
  ["", 0],
  ["pods", 4],
  ["naïve", 5],
  ["名前", 4],
  ["한글", 4],
  ["ｗｉｄｅ", 8],
  ["e\u0301", 1],
  ["🎉", 2],
  ["👍🏽", 4],
  ["🇫🇷", 2],
  ["→…│✓✗●", 6],
];
for (const [text, width] of widths) {
  test(`"${text}" takes ${width} columns`, () => assert.equal(textWidth(text), width));
}

const middles: readonly (readonly [text: string, width: number, expected: string])[] = [
  ["metrics-server", 14, "metrics-server"],
  ["metrics-server", 9, "metr…rver"],
  ["metrics-server", 2, "m…"],
  ["metrics-server", 1, "…"],
  ["metrics-server", 0, ""],
  ["名前名前名前", 7, "名…名前"],
  ["名前名前", 4, "名…"],
];
for (const [text, width, expected] of middles) {
  test(`"${text}" in the middle to ${width}: "${expected}"`, () => {
    assert.equal(shortenMiddle(text, width, "…"), expected);
  });
}

test("a text is padded on either side", () => {
  assert.deepEqual(
    [pad("ab", 4), pad("ab", 4, "right"), pad("名", 3), pad("abc", 2)],
    ["ab  ", "  ab", "名 ", "abc"],
  );
});

test("a text is shortened at its end", () => {
  assert.deepEqual([shortenEnd("abcdef", 4, "…"), shortenEnd("abcd", 4, "…")], ["abc…", "abcd"]);
});

const wraps: readonly (readonly [text: string, width: number, expected: readonly string[]])[] = [
  ["", 10, [""]],
  ["one two three", 20, ["one two three"]],
  ["one two three", 7, ["one two", "three"]],
  ["a/very/long/path end", 8, ["a/very/l", "ong/path", "end"]],
  ["名前空間 です", 4, ["名前", "空間", "です"]],
  ["one two", Number.POSITIVE_INFINITY, ["one two"]],
];
for (const [text, width, expected] of wraps) {
  test(`"${text}" wrapped at ${width}`, () => assert.deepEqual(wrapText(text, width), expected));
}

const anyText = fc.oneof(fc.string({ unit: "grapheme", maxLength: 60 }), fc.string({ maxLength: 60 }));

test("nothing is wider than asked for, and wrapping loses only spaces", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, width) => {
      assert.ok(textWidth(shortenMiddle(text, width, "…")) <= width);
      assert.ok(textWidth(shortenEnd(text, width, "…")) <= width);
      const lines = wrapText(text, width);
      for (const line of lines) assert.ok(textWidth(line) <= width, line);
      assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
    }),
  );
});

for (const [text, expected] of [
  ["try: kubectl get pods -n web", ["try: kubectl get \\", "pods -n web"]],
  ["try: kubectl get pods", ["try: kubectl get \\", "pods"]],
  ["is the cluster running now?", ["is the cluster", "running now?"]],
  ["try: kubectl get a-name-that-fits-no-line", ["try: kubectl get", "a-name-that-fits-n", "o-line"]],
] as const) {
  test(`a shell reads "${text}" as one command, whatever its lines`, () => {
    assert.deepEqual(wrapAdvice(text, 18), expected);
  });
}
