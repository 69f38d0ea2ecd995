import assert from "node:assert/strict";
import { test } from "node:test";
import { timeTexts } from "../../src/render/time-words.ts";
import { parseMoment } from "../../src/trace/time/moment.ts";
import type { CommandMoments } from "../../src/trace/time/time-budget.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { klogAt, logged, lookupAt, timesOf, workAt } from "../helpers/timed-traces.ts";

const network = { dnsLookup: 0, dial: 10, tlsHandshake: 20, serverProcessing: 70 };
const ran = (lengthMs: number): CommandMoments => ({ ...logged, started: parseMoment(klogAt(0)), lengthMs });

const cases: readonly (readonly [
  name: string,
  traces: readonly Trace[],
  texts: readonly string[],
  moments?: CommandMoments | null,
])[] = [
  ["one fast request", [workAt(10, 240)], [], ran(249)],
  [
    "one request that took a little longer",
    [workAt(10, 110, { phasesMs: network })],
    ["250ms in all: 10ms before the first request, network 30ms, server 70ms, client 140ms"],
    ran(250),
  ],
  ["one request of which the time is not known", [workAt(10, 5000)], [], null],
  [
    "several fast ones",
    [lookupAt(10, 20), workAt(20, 24)],
    [
      "30ms in all: 10ms before the first request, discovery 10ms, server 4ms, client 6ms (the log does not tell the network apart); slowest 10ms: get /apis/apps/v1",
    ],
    ran(30),
  ],
  [
    "several of which the times are not known",
    [lookupAt(10, 20), lookupAt(10, 22), workAt(20, 24)],
    [
      "summed request time 26ms (parallel requests overlap): discovery 22ms in 2, work 4ms in 1; slowest 12ms: get /apis/apps/v1",
    ],
    null,
  ],
  [
    "a pasted log",
    [workAt(10, 310, { phasesMs: { ...network, serverProcessing: 270 } })],
    [
      "310ms from the first log line to the last answer: 10ms before the first request, network 30ms, server 270ms",
    ],
  ],
  [
    "what is slow, and what to do",
    [workAt(0, 1500, { status: 503 }), workAt(1500, 1600)],
    [
      "1.60s from the first log line to the last answer: server 1.60s (the log does not tell the network apart); slowest 1.50s: list pods.v1 default/",
      "slow: 1.50s (SlowRequest): the answer to GET /api/v1/namespaces/default/pods took long",
      "ask for less: one namespace, a label selector, one object",
    ],
  ],
];
for (const [name, list, texts, moments = logged] of cases) {
  test(`the time of ${name}`, () => {
    const slowest = list.toSorted((a, b) => (b.roundTrip.durationMs ?? 0) - (a.roundTrip.durationMs ?? 0))[0];
    assert.deepEqual(timeTexts(timesOf(list, moments), slowest ?? null), texts);
  });
}

test("of many findings the costliest three are told", () => {
  const phasesMs = { dnsLookup: 500, dial: 600, tlsHandshake: 700, serverProcessing: 1500 };
  const times = timesOf([workAt(0, 3300, { phasesMs })]);
  assert.equal(times.budget?.findings.length, 4);
  const slow = timeTexts(times, null).filter((text) => text.startsWith("slow: "));
  assert.deepEqual(
    slow.map((text) => text.slice(6, text.indexOf(")") + 1)),
    ["1.50s (SlowRequest)", "700ms (SlowTLSHandshake)", "600ms (SlowDial)"],
  );
});
