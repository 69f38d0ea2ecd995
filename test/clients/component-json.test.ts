import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareLogs, createRandom, parseInPieces } from "./compare-logs.ts";
import { type ComponentRequest, componentLog } from "./component-log.ts";

const paths = [
  "/api/v1/nodes?limit=500",
  "/api/v1/pods?resourceVersion=0",
  "/apis/apps/v1/deployments",
  "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/scheduler?timeout=5s",
];

/** Requests that may overlap in any way, some of them for the same URL. */
const requests = fc.array(
  fc.record({
    method: fc.constantFrom("GET", "PUT"),
    url: fc.constantFrom(...paths),
    status: fc.constantFrom(200, 200, 200, 403, 503, 0),
    startMs: fc.double({ min: 0, max: 60, noNaN: true }),
    durationMs: fc.double({ min: 0.3, max: 20, noNaN: true }),
  }),
  { minLength: 1, maxLength: 12 },
);

for (const level of [6, 7, 8, 9]) {
  for (const printf of [false, true]) {
    const name = `${printf ? "messages" : "fields"} of a component's JSON log at -v=${level}`;

    test(`${name}: every request once, no status wrong`, () => {
      fc.assert(
        fc.property(requests, fc.string(), (sent, seed) => {
          const { problems, requests, attributed } = compare(sent, level, printf, seed);
          assert.deepEqual(problems, []);
          if (level === 6 || level === 9) assert.equal(attributed, requests);
        }),
        { numRuns: 300 },
      );
    });

    test(`${name}: nothing is left open when one request follows the other`, () => {
      fc.assert(
        fc.property(requests, (sent) => {
          const apart = sent.map((one, index) => ({ ...one, startMs: index * 1000 }));
          const { problems, requests, attributed } = compare(apart, level, printf, "");
          assert.deepEqual(problems, []);
          assert.equal(attributed, requests);
        }),
        { numRuns: 50 },
      );
    });
  }
}

function compare(sent: readonly ComponentRequest[], level: number, printf: boolean, seed: string) {
  const { text, accessLog } = componentLog(sent, level, printf);
  return compareLogs(
    parseInPieces(Buffer.from(text), createRandom(seed)),
    accessLog,
    "https://10.0.0.1:6443",
  );
}
