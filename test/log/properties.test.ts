import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { utf16Of } from "../../src/log/encoding.ts";
import { parseQuietly, parseText } from "./parse-text.ts";

const folder = join(import.meta.dirname, "corpus");
const corpus = readdirSync(folder)
  .filter((file) => file.endsWith(".log"))
  .map((file) => readFileSync(join(folder, file), "latin1"));

const aLog = fc.constantFrom(...corpus);
const someSizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 30 });

/** Lines that look like something, put together at random. */
const pieces = [
  "I1121 01:08:36.191956    7355 round_trippers.go:553] GET https://h/api 200 OK in 3 milliseconds",
  "I1121 01:08:36.191956    7355 round_trippers.go:463] GET https://h/api/v1/pods",
  "I1121 01:08:36.191956    7356 round_trippers.go:463] GET https://h/api/v1/pods",
  "I1121 01:08:36.191956    7355 round_trippers.go:469] Request Headers:",
  "I1121 01:08:36.191956    7355 round_trippers.go:574] Response Status: 503 Service Unavailable in 0 milliseconds",
  "I1121 01:08:36.191956    7355 round_trippers.go:577] Response Headers:",
  "I1121 01:08:36.191956    7355 round_trippers.go:580]     Audit-Id: a",
  'I1121 01:08:36.191956    7355 round_trippers.go:632] "Response" status="200 OK" headers=<',
  'I1121 01:08:36.191956    7355 helper.go:105] "Response Body" body=<',
  'I1121 01:08:36.191956    7355 request.go:1] Response Body: {"kind":"Status",',
  "I1121 01:08:36.191956    7355 request.go:1] Response Body:",
  "00000000  6b 38 73 00 0a 0c 0a 02  76 31 12 06 53 65 63 72  |k8s.....v1..Secr|",
  "\tAudit-Id: b",
  " > milliseconds=3",
  "...",
  "Error from server (NotFound): no",
  "Enter Password: ",
  "[pod/a/b] I1121 01:08:36.191956       1 round_trippers.go:553] GET https://h/x 200 OK in 3 milliseconds",
  "  > I1121 01:08:36.191956       1 round_trippers.go:553] GET https://h/x 200 OK in 3 milliseconds",
  '{"ts":1700000000000.123,"caller":"transport/round_trippers.go:632","msg":"Response","verb":"GET","url":"https://h/j","status":"200 OK","milliseconds":3}',
  "GET https://h/bare 200 OK in 3 milliseconds",
  "Nov 21 01:08:36 node kubelet[1]: I1121 01:08:36.191956       1 round_trippers.go:463] GET https://h/u",
  "14:50:59 I1121 01:08:36.191956    7355 round_trippers.go:553] GET https://h/clock 200 OK in 3 milliseconds",
  "build\tRun kubectl get\t2026-11-24T14:50:59.1234567Z I1121 01:08:36.191956    7355 x.go:1] y",
  "12:I1121 01:08:36.191956    7355 round_trippers.go:553] GET https://h/grep 200 OK in 3 milliseconds",
  "\r\u00a0I1121 01:08:36.191956    7355 round_trippers.go:553] GET https://h/web 200 OK in 3 milliseconds",
  '{"log":"I1121 01:08:36.191956    7355 round_trippers.go:463] GET https://h/docker\\n","stream":"stderr"}',
  "Request Headers:",
  "    Audit-Id: c",
  "}",
  "",
];
const ends = ["\n", "\n", "\n", "\r\n", ""];
const aMess = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...pieces), fc.string()), fc.constantFrom(...ends)), {
    maxLength: 25,
  })
  .map((lines) => lines.map(([line, end]) => Buffer.from(line + end).toString("latin1")).join(""));

test("any chunking gives the same RoundTrips and the same kind of every byte", () => {
  fc.assert(
    fc.property(fc.oneof(aMess, aMess, aMess, aLog), someSizes, (log, sizes) => {
      assert.deepEqual(parseText(log, sizes), parseText(log));
    }),
    { numRuns: 400 },
  );
});

test("what is handed on is the input", () => {
  fc.assert(
    fc.property(aMess, someSizes, (log, sizes) => {
      assert.equal(parseText(log, sizes).forwarded, log);
    }),
    { numRuns: 300 },
  );
});

test("any bytes at all: no error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), someSizes, (bytes, sizes) => {
      fc.pre(utf16Of(bytes) === null);
      const log = Buffer.from(bytes).toString("latin1");
      assert.equal(parseText(log, sizes).forwarded, log);
    }),
    { numRuns: 300 },
  );
});

test("looking at the lines changes nothing about the RoundTrips", () => {
  fc.assert(
    fc.property(aMess, (log) => {
      assert.deepEqual(parseQuietly(log), parseText(log).roundTrips);
    }),
    { numRuns: 400 },
  );
  for (const log of corpus) assert.deepEqual(parseQuietly(log), parseText(log).roundTrips);
});

test("a log without some of its lines never makes a status that no answer had", () => {
  const cut = fc.tuple(
    aLog,
    fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 8 })), { maxLength: 3 }),
  );
  fc.assert(
    fc.property(cut, ([log, cuts]) => {
      const known = new Set(parseText(log).roundTrips.map((one) => `${one.status}`));
      const lines = log.split("\n");
      for (const [at, count] of cuts) lines.splice(at, count);
      for (const one of parseText(lines.join("\n")).roundTrips) {
        assert.ok(
          one.status === null ||
            known.has(`${one.status}`) ||
            one.url.includes("10.96.0.1") ||
            one.url === "",
        );
      }
    }),
    { numRuns: 150 },
  );
});
