import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { actsOnTerminal, escapeJson, escapeYaml, sanitize } from "../../src/render/sanitize.ts";
import { hostileText } from "../helpers/traces.ts";

const cases: readonly (readonly [name: string, text: string, expected: string])[] = [
  ["plain text", "nodes.metrics.k8s.io is fine", "nodes.metrics.k8s.io is fine"],
  ["other scripts", "日本 naïve e\u0301 🎉", "日本 naïve e\u0301 🎉"],
  ["a colour", "\x1b[31mred", "\\x1b[31mred"],
  ["a window title", "\x1b]0;x\x07", "\\x1b]0;x\\x07"],
  ["an 8-bit control", "\x9b2J", "\\u009b2J"],
  ["DEL", "a\x7f", "a\\x7f"],
  ["a line feed", "one\ntwo", "one ↵ two"],
  ["a CRLF", "one\r\ntwo", "one ↵ two"],
  ["line feeds at the end", "service unavailable\n\r\n", "service unavailable"],
  ["only line feeds", "\n\n", ""],
  ["a carriage return", "good\rbad", "good\\rbad"],
  ["a tab", "a\tb", "a b"],
  ["a bidi override", "a\u202eb", "a\\u202eb"],
  ["a bidi isolate", "a\u2066b", "a\\u2066b"],
  ["a zero-width space", "kube\u200b-system", "kube\\u200b-system"],
  ["a line separator", "a\u2028b", "a\\u2028b"],
  ["a variation selector", "❤\ufe0f", "❤\\ufe0f"],
  ["a tag", "a\u{e0041}", "a\\U000e0041"],
  ["half a pair", "a\ud83d", "a\ufffd"],
];

for (const [name, text, expected] of cases) {
  test(`sanitize: ${name}`, () => {
    assert.equal(sanitize(text), expected);
    assert.equal(sanitize(expected), expected);
  });
}

test("what sanitize gives never acts on a terminal, and stays one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const safe = sanitize(text);
      assert.ok(!actsOnTerminal(safe) && !safe.includes("\n"));
    }),
  );
});

test("sanitize takes linear time over a megabyte of line breaks", () => {
  assert.equal(sanitize(`${"\n".repeat(1_000_000)}x`).length, 3_000_001);
});

test("escaped JSON says the same", () => {
  const json = JSON.stringify({ [hostileText]: hostileText });
  assert.ok(!actsOnTerminal(escapeJson(json)));
  assert.deepEqual(JSON.parse(escapeJson(json)), { [hostileText]: hostileText });
});

test("YAML has an escape for characters beyond the first plane", () => {
  assert.equal(escapeYaml('"\u{e0041}\u202e"'), '"\\U000e0041\\u202e"');
});
