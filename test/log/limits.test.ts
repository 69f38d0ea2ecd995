import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogParser } from "../../src/log/parser.ts";
import type { RoundTrip } from "../../src/log/round-trip.ts";

const head = "I1121 01:08:36.191956    7355 ";
const answered = `${head}round_trippers.go:553] GET https://h/api 200 OK in 3 milliseconds\n`;

/** Writes the parts; the RoundTrips and how many bytes came back, with the kind of the last ones. */
function parse(parts: Iterable<string>): { roundTrips: RoundTrip[]; bytes: number; lastKind: string } {
  const roundTrips: RoundTrip[] = [];
  let bytes = 0;
  let lastKind = "";
  const parser = createLogParser({
    file: "-",
    onRoundTrip: (roundTrip) => roundTrips.push(roundTrip),
    onLine(line, kind) {
      bytes += line.length;
      lastKind = kind;
    },
  });
  for (const part of parts) parser.write(Buffer.from(part, "latin1"));
  parser.end();
  return { roundTrips, bytes, lastKind };
}

test("a line of 200 MB: kept in part, handed on in whole, and over at its end", () => {
  const part = "x".repeat(1 << 20);
  function* log() {
    yield `${head}request.go:1] Response Body: {"a":"`;
    for (let i = 0; i < 200; i++) yield part;
    yield `"}\n`;
    yield answered;
    yield "done\n";
  }
  const { roundTrips, bytes, lastKind } = parse(log());
  assert.equal(roundTrips.length, 1);
  assert.ok(bytes > 200 << 20);
  assert.equal(lastKind, "text");
});

test("a long line in single bytes takes time in proportion to its length", () => {
  function* log() {
    for (let i = 0; i < 1_500_000; i++) yield i === 0 ? `${head}request.go:1] Response Body: ` : "x";
  }
  assert.ok(parse(log()).bytes > 1_500_000);
});

test("lines full of beginnings of headers", () => {
  function* log() {
    yield answered;
    for (let i = 0; i < 20; i++) yield `${head.repeat(34_000)}\n`;
  }
  assert.equal(parse(log()).roundTrips.length, 1);
});

test("100,000 requests without an answer are all pending", () => {
  function* log() {
    for (let i = 0; i < 100_000; i++) yield `${head}round_trippers.go:463] GET https://h/api/v1/pods/${i}\n`;
  }
  const { roundTrips } = parse(log());
  assert.equal(roundTrips.length, 100_000);
  assert.ok(roundTrips.every(({ outcome }) => outcome === "pending"));
});

test("20,000 requests in flight and as many equal answers", () => {
  function* log() {
    yield `${head}loader.go:395] Config loaded from file:  /k\n`;
    for (let i = 0; i < 20_000; i++)
      yield `${head}round_trippers.go:463] GET https://h/api/v1/pods/${i}\n${head}round_trippers.go:469] Request Headers:\n`;
    for (let i = 0; i < 20_000; i++)
      yield `${head}round_trippers.go:574] Response Status: 200 OK in 0 milliseconds\n`;
  }
  const { roundTrips } = parse(log());
  assert.equal(roundTrips.length, 20_000);
  assert.ok(roundTrips.every(({ status }) => status === 200));
});

test("20,000 programs, header lines without end, NULs", () => {
  function* log() {
    for (let i = 0; i < 20_000; i++) yield answered.replace("7355", String(10_000 + i));
    yield `${head}round_trippers.go:463] GET https://h/a\n${head}round_trippers.go:469] Request Headers:\n`;
    for (let i = 0; i < 100_000; i++) yield `${head}round_trippers.go:473]     Impersonate-Extra-k${i}: v\n`;
    yield `${"\0".repeat(100_000)}\n`;
  }
  const { roundTrips } = parse(log());
  assert.equal(roundTrips.length, 20_001);
  assert.ok(Object.keys(roundTrips.at(-1)?.impersonation?.extra ?? {}).length <= 1000);
});
