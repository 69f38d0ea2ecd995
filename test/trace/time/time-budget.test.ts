import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { klogMoment, parseMoment } from "../../../src/trace/time/moment.ts";
import { type ShareName, shareOut, wholeShares } from "../../../src/trace/time/shares.ts";
import type { CommandMoments, TimeBudget } from "../../../src/trace/time/time-budget.ts";
import type { Trace } from "../../../src/trace/trace.ts";
import { klogAt, logged, lookupAt, timesOf, workAt } from "../../helpers/timed-traces.ts";
import { sampleTrace, traces } from "../../helpers/traces.ts";

const budgetOf = (list: readonly Trace[], moments: CommandMoments | null = logged) =>
  timesOf(list, moments).budget;

/** The shares that are neither 0 nor unknown. */
function told(budget: TimeBudget | null): Partial<Record<ShareName, number>> {
  assert.ok(budget !== null);
  const shares = Object.entries(budget.sharesMs).filter(([, ms]) => ms !== null && ms !== 0);
  return Object.fromEntries(shares);
}

const phases = (network: number, serverProcessing: number) => ({
  phasesMs: { dnsLookup: 0, dial: network - 1, tlsHandshake: 1, serverProcessing },
});
const started = parseMoment(klogAt(0));
const stream = sampleTrace({
  requestInfo: { verb: "watch" },
  roundTrip: { time: klogAt(300), durationMs: 100 },
});

const cases: readonly (readonly [
  name: string,
  traces: readonly Trace[],
  shares: Partial<Record<ShareName, number>>,
  moments?: CommandMoments,
])[] = [
  ["one request", [workAt(40, 140)], { beforeFirstRequest: 40, server: 100 }],
  [
    "network first, then the server",
    [workAt(40, 140, phases(30, 70))],
    { beforeFirstRequest: 40, network: 30, server: 70 },
  ],
  [
    "a connection of another request is waited for",
    [workAt(0, 100, { phasesMs: { getConnection: 60, serverProcessing: 40 } })],
    { network: 60, server: 40 },
  ],
  [
    "what rounding leaves over is the server's",
    [workAt(0, 100, phases(30, 66))],
    { network: 30, server: 70 },
  ],
  [
    "what no phase accounts for in the first request is the credentials'",
    [workAt(10, 1210, phases(10, 20)), workAt(1210, 1220, phases(1, 9))],
    { beforeFirstRequest: 10, credentials: 1170, network: 11, server: 29 },
  ],
  [
    "in a later one it is the client's",
    [workAt(0, 10, phases(1, 9)), workAt(10, 1210, phases(10, 20))],
    { network: 11, server: 29, client: 1170 },
  ],
  [
    "in one with a body, too",
    [workAt(0, 1200, { method: "POST", ...phases(10, 20) })],
    { network: 10, server: 20, client: 1170 },
  ],
  [
    "discovery, then work, and the client between them",
    [lookupAt(10, 60), lookupAt(20, 80), workAt(100, 150)],
    { beforeFirstRequest: 10, discovery: 70, client: 20, server: 50 },
  ],
  [
    "an instant in which work is under way is not discovery",
    [lookupAt(0, 100), workAt(40, 60)],
    { discovery: 80, server: 20 },
  ],
  ["parallel requests count once", [workAt(0, 100), workAt(20, 80), workAt(50, 150)], { server: 150 }],
  [
    "what is served at the same time outweighs a dial",
    [
      workAt(0, 100, phases(60, 40)),
      workAt(20, 40, { phasesMs: { getConnection: 0, serverProcessing: 20 } }),
    ],
    { network: 40, server: 60 },
  ],
  [
    "held back, and nothing else under way",
    [lookupAt(0, 50), workAt(1050, 1100, { throttledMs: 1000 })],
    { discovery: 50, throttled: 1000, server: 50 },
  ],
  [
    "held back while others run",
    [workAt(0, 300), workAt(400, 450, { throttledMs: 400 })],
    { server: 350, throttled: 100 },
  ],
  [
    "held back before anything else",
    [workAt(500, 600, { throttledMs: 400 })],
    { beforeFirstRequest: 100, throttled: 400, server: 100 },
  ],
  [
    "no answer: the dial failed",
    [
      workAt(10, 3010, {
        outcome: "failed",
        status: null,
        message: "dial tcp 10.0.0.1:6443: i/o timeout",
      }),
    ],
    { beforeFirstRequest: 10, network: 3000 },
  ],
  [
    "our own run: from its start to its exit",
    [workAt(40, 140)],
    { beforeFirstRequest: 40, server: 100, client: 60 },
    { started, lengthMs: 200, firstEntry: klogAt(30), credentialPlugin: null },
  ],
  [
    "a start by another zone's clock gives way to the log",
    [workAt(40, 140)],
    { beforeFirstRequest: 10, server: 100 },
    {
      started: parseMoment("1124 15:30:00.000000"),
      lengthMs: 200,
      firstEntry: klogAt(30),
      credentialPlugin: null,
    },
  ],
  [
    "an earlier zone's, too",
    [workAt(40, 140)],
    { beforeFirstRequest: 10, server: 100 },
    {
      started: parseMoment("1124 04:30:00.000000"),
      lengthMs: 200,
      firstEntry: klogAt(30),
      credentialPlugin: null,
    },
  ],
  [
    "a request without an answer lasts until the exit",
    [workAt(40, 140, { outcome: "pending", status: null, durationMs: null })],
    { beforeFirstRequest: 140, server: 60 },
    { started, lengthMs: 200, firstEntry: null, credentialPlugin: null },
  ],
  [
    "a stream ends the command's time",
    [workAt(40, 140), stream, workAt(9000, 9100)],
    { beforeFirstRequest: 40, server: 200, client: 60 },
    { started, lengthMs: 10_000, firstEntry: null, credentialPlugin: null },
  ],
  [
    "over New Year",
    [workAt(0, 250, { time: "0101 00:00:00.200000" })],
    { beforeFirstRequest: 50, server: 250 },
    { started: null, lengthMs: null, firstEntry: "1231 23:59:59.900000", credentialPlugin: null },
  ],
];
for (const [name, list, shares, moments] of cases) {
  test(`time budget: ${name}`, () => {
    const budget = budgetOf(list, moments);
    assert.deepEqual(told(budget), shares);
    const sum = Object.values(shares).reduce((total, ms) => total + ms, 0);
    assert.equal(budget?.totalMs, sum);
  });
}

const unknown: readonly (readonly [
  name: string,
  traces: readonly Trace[],
  moments?: CommandMoments | null,
])[] = [
  ["no requests", []],
  ["a request without a time", [workAt(0, 10), workAt(20, 30, { time: null })]],
  ["an answer without a duration", [workAt(0, 10), workAt(20, 30, { durationMs: null })]],
  ["an unattributed answer", [workAt(0, 10), traces.unattributed]],
  ["a request that was never sent", [traces.planned]],
  ["two clocks", [workAt(0, 10), workAt(20, 30, { time: "2026-11-24T10:00:00Z" })]],
  ["not one command", [workAt(0, 10)], null],
  ["a log that begins somewhere", [workAt(0, 10)], { ...logged, firstEntry: null }],
  ["a beginning after the first request", [workAt(0, 10)], { ...logged, firstEntry: klogAt(500) }],
  ["a controller's log", Array.from({ length: 2001 }, (_, i) => workAt(i, i + 1))],
];
for (const [name, list, moments] of unknown)
  test(`no time budget: ${name}`, () => assert.equal(budgetOf(list, moments), null));

test("without phases credentials and network are not known", () => {
  const shares = budgetOf([workAt(0, 10)])?.sharesMs;
  assert.deepEqual([shares?.credentials, shares?.network, shares?.server], [null, null, 10]);
});

test("the start of a run is comparable with its log, whatever the zone", () => {
  const date = new Date(2026, 10, 24, 10, 0, 0, 0);
  const moments = { ...logged, started: klogMoment(date), lengthMs: 100 };
  assert.equal(budgetOf([workAt(40, 90)], moments)?.from, "start");
});

test("requests of which the place is known keep it beside those of which it is not", () => {
  const { bars, budget } = timesOf([workAt(10, 20), traces.unattributed, workAt(30, 45)]);
  assert.equal(budget, null);
  assert.deepEqual(
    bars.map((bar) => bar && [Math.round(bar.sent), Math.round(bar.to)]),
    [[10, 20], null, [30, 45]],
  );
});

test("more requests than a command sends are not kept", () => {
  const list = Array.from({ length: 2001 }, (_, i) => lookupAt(i, i + 1));
  const { bars, discovery, work } = timesOf(list);
  assert.deepEqual([bars.length, discovery.count, discovery.ms, work.count], [0, 2001, 2001, 0]);
});

const interval = fc.record({
  activity: fc.constantFrom(
    "serving" as const,
    "connecting" as const,
    "discovering" as const,
    "connectingForDiscovery" as const,
    "gettingCredentials" as const,
    "heldBack" as const,
  ),
  from: fc.double({ min: -500, max: 5000, noNaN: true }),
  to: fc.double({ min: -500, max: 5000, noNaN: true }),
});

test("shares are never negative, and their sum is the time between begin and end", () => {
  fc.assert(
    fc.property(
      fc.array(interval, { maxLength: 12 }),
      fc.double({ min: -100, max: 1000, noNaN: true }),
      fc.double({ min: 0, max: 4000, noNaN: true }),
      (intervals, begin, lengthMs) => {
        const end = begin + lengthMs;
        const first = Math.min(...intervals.map(({ from }) => from));
        const shares = shareOut(intervals, begin, first, end);
        const sum = Object.values(shares).reduce((total, ms) => total + ms, 0);
        assert.ok(Object.values(shares).every((ms) => ms >= 0));
        assert.ok(Math.abs(sum - lengthMs) < 1e-6, `${sum} is not ${lengthMs}`);
        const whole = Object.values(wholeShares(shares));
        assert.ok(whole.every((ms) => Number.isInteger(ms) && ms >= 0));
        assert.equal(
          whole.reduce((total, ms) => total + ms, 0),
          Math.round(sum),
        );
      },
    ),
  );
});

test("what to type about a slow command goes to its cluster", () => {
  const slow = [workAt(0, 20, { status: 429, retryAfterMs: 2000 }), workAt(2020, 2030)];
  const adviceOf = (moments: CommandMoments) => budgetOf(slow, moments)?.findings[0]?.advice[0];
  const command = "get flowschemas,prioritylevelconfigurations";
  assert.equal(adviceOf(logged), `kubectl ${command}`);
  assert.equal(adviceOf({ ...logged, kubectlFlags: "--context prod" }), `kubectl --context prod ${command}`);
});

const anyRequest = fc
  .record({
    from: fc.nat(20_000),
    durationMs: fc.nat(9000),
    throttledMs: fc.option(fc.nat(3000), { nil: null }),
    phasesMs: fc.record(
      {
        dnsLookup: fc.nat(500),
        dial: fc.nat(500),
        tlsHandshake: fc.nat(500),
        getConnection: fc.nat(500),
        serverProcessing: fc.nat(9000),
      },
      { requiredKeys: [] },
    ),
    lookup: fc.boolean(),
    pending: fc.boolean(),
  })
  .map(({ from, durationMs, throttledMs, phasesMs, lookup, pending }) => {
    const more = {
      throttledMs,
      phasesMs,
      ...(pending ? { outcome: "pending" as const, status: null, durationMs: null } : {}),
    };
    return (lookup ? lookupAt : workAt)(from, from + durationMs, more);
  });

test("whatever a log says of its requests, the shares are whole, not negative, and sum to the total", () => {
  fc.assert(
    fc.property(fc.array(anyRequest, { minLength: 1, maxLength: 8 }), fc.nat(40_000), (list, lengthMs) => {
      const moments = { ...logged, started, lengthMs };
      const budget = budgetOf(list, moments);
      if (budget === null) return;
      const shares = Object.values(budget.sharesMs).map((ms) => ms ?? 0);
      assert.ok(
        shares.every((ms) => Number.isInteger(ms) && ms >= 0),
        JSON.stringify(budget),
      );
      assert.equal(
        shares.reduce((sum, ms) => sum + ms, 0),
        budget.totalMs,
      );
      for (const { costMs } of budget.findings) assert.ok(costMs >= 0);
    }),
  );
});
