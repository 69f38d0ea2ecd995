import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration, parseGoDuration, parseRequestTimeout } from "../../src/cluster/duration.ts";

const durations: readonly [string, number | null][] = [
  ["0", 0],
  ["1s", 1000],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["250ms", 250],
  ["612µs", 0.612],
  ["-2s", -2000],
  ["", null],
  ["5", null],
  ["s", null],
  ["1d", null],
  ["1s ", null],
  ["1 s", null],
];
for (const [text, expected] of durations) {
  test(`duration ${JSON.stringify(text)}`, () => assert.equal(parseGoDuration(text), expected));
}

const timeouts: readonly [string, number | null][] = [
  ["0", 0],
  ["5", 5000],
  ["5s", 5000],
  ["-5", null],
  ["-5s", null],
  ["5 s", null],
  ["soon", null],
];
for (const [text, expected] of timeouts) {
  test(`--request-timeout ${JSON.stringify(text)}`, () => assert.equal(parseRequestTimeout(text), expected));
}

const withDays: readonly [string, number | null][] = [
  ["14d", 1_209_600_000],
  ["336h", 1_209_600_000],
  ["1d12h", 129_600_000],
  ["0d", 0],
  ["14", null],
  ["0", null],
  ["", null],
  ["-1h", null],
  ["1h1d", null],
  ["1.5d", null],
];
for (const [text, expected] of withDays) {
  test(`days ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), expected));
}
