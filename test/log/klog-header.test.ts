import assert from "node:assert/strict";
import { test } from "node:test";
import { headerAt, klogMs, msBetween, parseKlogHeader } from "../../src/log/klog-header.ts";

const cases: readonly (readonly [string, readonly string[] | null])[] = [
  [
    "I1121 01:08:36.191956    7355 round_trippers.go:553] GET",
    ["I", "1121 01:08:36.191956", "7355", "round_trippers.go", "553", "GET"],
  ],
  [
    "E1121 01:08:36.191956 1234567 memcache.go:265] x",
    ["E", "1121 01:08:36.191956", "1234567", "memcache.go", "265", "x"],
  ],
  [
    "I1121 01:08:36.191956 round_trippers.go:553] GET",
    ["I", "1121 01:08:36.191956", "", "round_trippers.go", "553", "GET"],
  ],
  [
    "I1121 01:08:36.191956    7355 transport/round_trippers.go:553] GET",
    ["I", "1121 01:08:36.191956", "7355", "round_trippers.go", "553", "GET"],
  ],
  [
    "W1121 01:08:36.191956\t7355\twarnings.go:70] x",
    ["W", "1121 01:08:36.191956", "7355", "warnings.go", "70", "x"],
  ],
  ["F1121 01:08:36.191956    7355 ???:1] x", ["F", "1121 01:08:36.191956", "7355", "???", "1", "x"]],
  ["I1121 01:08:36 7355 a.go:1] x", null],
  ["X1121 01:08:36.191956    7355 a.go:1] x", null],
  ["I think 1121", null],
];

for (const [line, expected] of cases) {
  test(`parseKlogHeader ${line}`, () => {
    const found = parseKlogHeader(line, 0);
    const { severity = "", time = "", pid = "", file = "", fileLine = 0, end = 0 } = found ?? {};
    assert.deepEqual(found && [severity, time, pid, file, `${fileLine}`, line.slice(end)], expected);
  });
  test(`headerAt while it arrives: ${line}`, () => {
    const states = new Set(Array.from(line, (_, i) => headerAt(line.slice(0, i), 0)));
    assert.equal(states.has("yes"), expected !== null);
    if (expected !== null) assert.equal(states.has("no"), false);
  });
}

test("differences between moments", () => {
  const ms = (time: string) => klogMs(time) ?? Number.NaN;
  assert.equal(msBetween(ms("1121 01:08:36.191956"), ms("1121 01:08:36.192956")).toFixed(3), "1.000");
  for (const [from, to] of [
    ["1231", "0101"],
    ["0228", "0229"],
    ["0229", "0301"],
    ["0228", "0301"],
    ["0630", "0701"],
  ]) {
    const [before, after] = [ms(`${from} 23:59:59.500000`), ms(`${to} 00:00:00.500000`)];
    assert.deepEqual([msBetween(before, after), msBetween(after, before)], [1000, -1000], `${from} ${to}`);
  }
  assert.equal(klogMs("1340 01:08:36.191956"), null);
});
