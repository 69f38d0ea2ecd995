import assert from "node:assert/strict";
import { test } from "node:test";
import { klogMoment, msFrom, parseMoment } from "../../../src/trace/time/moment.ts";

const differences: readonly (readonly [name: string, from: string, to: string, ms: number | null])[] = [
  ["microseconds", "1124 10:00:00.000000", "1124 10:00:00.001500", 1.5],
  ["backwards", "1124 10:00:00.500000", "1124 10:00:00.000000", -500],
  ["over midnight", "1124 23:59:59.900000", "1125 00:00:00.100000", 200],
  ["over midnight at a month's end", "1130 23:59:59.900000", "1201 00:00:00.100000", 200],
  ["over New Year", "1231 23:59:59.900000", "0101 00:00:00.100000", 200],
  ["back over New Year", "0101 00:00:00.100000", "1231 23:59:59.900000", -200],
  ["ISO", "2026-11-24T10:00:00.000Z", "2026-11-24T10:00:01.250Z", 1250],
  ["ISO over New Year", "2026-12-31T23:59:59.900Z", "2027-01-01T00:00:00.100Z", 200],
  ["ISO, a year later", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 365 * 86_400_000],
  ["two clocks", "1124 10:00:00.000000", "2026-11-24T10:00:00Z", null],
];
for (const [name, from, to, ms] of differences) {
  test(`moments ${name}`, () => {
    const [a, b] = [parseMoment(from), parseMoment(to)];
    assert.ok(a !== null && b !== null);
    const found = msFrom(a, b);
    assert.equal(found === null ? null : Math.round(found * 1000) / 1000, ms);
  });
}

for (const time of [
  null,
  "",
  "1124",
  "1324 10:00:00.000000",
  "yesterday",
  "2026-11-24",
  "2026-13-24T10:00:00Z",
])
  test(`${time} is no moment`, () => assert.equal(parseMoment(time), null));

test("this machine's clock is read as klog writes it: local time, without a year", () => {
  const date = new Date(2026, 10, 4, 9, 8, 7, 65);
  assert.deepEqual(klogMoment(date), parseMoment("1104 09:08:07.065000"));
});
