import assert from "node:assert/strict";
import { test } from "node:test";
import { slowCauses } from "../../../src/trace/time/slow.ts";
import type { CommandMoments } from "../../../src/trace/time/time-budget.ts";
import type { Trace } from "../../../src/trace/trace.ts";
import { logged, lookupAt, timesOf, workAt } from "../../helpers/timed-traces.ts";
import { nonResourceTrace, sampleTrace } from "../../helpers/traces.ts";

const phases = { dnsLookup: 0, dial: 1, tlsHandshake: 1, serverProcessing: 1 };

/** A lookup of an aggregated API that another server answers. */
function aggregatedAt(from: number, to: number, status: number): Trace {
  const { roundTrip } = lookupAt(from, to, { status });
  return nonResourceTrace("/apis/custom.metrics.k8s.io/v1beta1", {
    roundTrip,
    apiService: {
      name: "v1beta1.custom.metrics.k8s.io",
      available: "Unknown",
      reason: "NotAsked",
      message: "",
    },
    target: { kind: "Unresolved", reason: "no cluster was asked" },
  });
}

function lookups(count: number, ms: number, more = {}): Trace[] {
  return Array.from({ length: count }, (_, i) =>
    lookupAt(
      10 + i * ms,
      10 + (i + 1) * ms,
      { phasesMs: { getConnection: 0, serverProcessing: ms }, ...more },
      `/apis/g${i}.example.com/v1`,
    ),
  );
}

const plugin = { ...logged, credentialPlugin: "aws-iam-authenticator" };
const slowFirst = workAt(10, 1010, { phasesMs: phases });
const first = workAt(0, 10, { phasesMs: phases });

const cases: readonly (readonly [
  name: string,
  traces: readonly Trace[],
  found: readonly string[],
  moments?: CommandMoments,
])[] = [
  ["nothing", [workAt(10, 900)], []],
  [
    "an aggregated API that is asked three times",
    [aggregatedAt(10, 5010, 503), aggregatedAt(5010, 10_010, 503), workAt(10_020, 10_030)],
    [
      "UnavailableAPIService 10000: v1beta1.custom.metrics.k8s.io answered 2 requests with 503, and kept the command waiting",
    ],
  ],
  ["less than a second", [aggregatedAt(10, 1000, 503)], []],
  [
    "five seconds in which other requests ran as long",
    [aggregatedAt(10, 5010, 503), workAt(10, 4800)],
    ["SlowRequest 4790: the answer to GET /api/v1/namespaces/default/pods took long"],
  ],
  [
    "an aggregated API that is slow and right",
    [aggregatedAt(10, 5010, 200), workAt(5020, 5030)],
    ["SlowRequest 5000: the answer to GET /apis/custom.metrics.k8s.io/v1beta1 took long"],
  ],
  [
    "kube-apiserver's own 503",
    [workAt(10, 5010, { status: 503 })],
    ["SlowRequest 5000: the answer to GET /api/v1/namespaces/default/pods took long"],
  ],
  [
    "discovery that no cache spared",
    [first, ...lookups(3, 300)],
    [`DiscoveryNotCached 900: ${slowCauses.DiscoveryNotCached}`],
  ],
  ["discovery that a cache answered", [first, ...lookups(3, 300, { fromCache: true })], []],
  ["discovery of half a second", [first, ...lookups(2, 250)], []],
  [
    "discovery that is less than a quarter",
    [first, ...lookups(2, 300), workAt(700, 4000)],
    ["SlowRequest 3300: the answer to GET /api/v1/namespaces/default/pods took long"],
  ],
  [
    "groups one by one",
    [first, ...lookups(10, 100)],
    [
      `DiscoveryNotCached 1000: ${slowCauses.DiscoveryNotCached}`,
      "DiscoveryByGroup 1000: 10 groups and versions were asked about one by one",
    ],
  ],
  ["lookups that may have waited for credentials", [lookupAt(10, 900)], []],
  [
    "throttling",
    [first, workAt(510, 520, { throttledMs: 500 })],
    [
      "ClientSideThrottling 500: the client held one of its own requests back; the server did not ask for that",
    ],
  ],
  ["throttling that nobody notices", [first, workAt(500, 520, { throttledMs: 490 })], []],
  ["credentials", [slowFirst], ["SlowCredentials 997: the first requests waited for credentials"]],
  [
    "the credential plugin",
    [slowFirst],
    [
      "SlowCredentials 997: the first requests waited for credentials: the credential plugin aws-iam-authenticator",
    ],
    plugin,
  ],
  ["a fast plugin", [workAt(10, 500, { phasesMs: phases })], [], plugin],
  [
    "the network",
    [workAt(0, 1100, { phasesMs: { dnsLookup: 200, dial: 300, tlsHandshake: 600, serverProcessing: 0 } })],
    [
      "SlowTLSHandshake 600: the TLS handshake took long",
      "SlowDial 300: the connection took long to open",
      "SlowNameResolution 200: the server's name took long to resolve",
    ],
  ],
  [
    "a network that is only far away",
    [workAt(0, 900, { phasesMs: { dnsLookup: 199, dial: 299, tlsHandshake: 599, serverProcessing: 0 } })],
    [],
  ],
  [
    "a server that asks to wait",
    [workAt(0, 10, { status: 429, retryAfterMs: 1000 }), workAt(1010, 1020)],
    ["AskedToWait 1000: the server asked to wait before a retry"],
  ],
  ["a client that does not wait", [workAt(0, 10, { status: 429, retryAfterMs: 1000 })], []],
  [
    "a client that waits because no answer came",
    [workAt(0, 10, { outcome: "failed", status: null, retryAfterMs: 1000 }), workAt(1010, 1020)],
    ["RetriedWithoutAnswer 1000: no answer came, and the client waited before it asked again"],
  ],
  ["a slow answer", [workAt(0, 999)], []],
  [
    "a stream",
    [
      sampleTrace({
        requestInfo: { verb: "watch" },
        roundTrip: { ...workAt(10, 3010).roundTrip },
      }),
    ],
    [],
  ],
];
for (const [name, list, found, moments = logged] of cases) {
  test(`what is slow: ${name}`, () => {
    const { budget } = timesOf(list, moments);
    assert.deepEqual(
      budget?.findings.map(({ cause, costMs, summary }) => `${cause} ${costMs}: ${summary}`),
      found,
    );
  });
}

test("the costliest come first, and at most three APIs are named", () => {
  const list = Array.from({ length: 5 }, (_, i) => {
    const name = `v1.g${i}.example.com`;
    const from = i * 10_000;
    const trace = aggregatedAt(from, from + 1000 * (i + 1), 503);
    return { ...trace, apiService: { name, available: "Unknown" as const, reason: "", message: "" } };
  });
  const costs = timesOf(list).budget?.findings.map(({ costMs }) => costMs);
  assert.deepEqual(costs, [5000, 4000, 3000]);
});

test("what a command line would not take stays out of the advice", () => {
  const trace = {
    ...aggregatedAt(10, 5010, 503),
    apiService: { name: "v1.$(reboot)", available: "Unknown" as const, reason: "", message: "" },
  };
  assert.equal(timesOf([trace]).budget?.findings[0]?.advice[0], "kubectl trace check APISERVICE");
});

for (const [why, status, command] of [
  ["flow control", 429, "kubectl get flowschemas,prioritylevelconfigurations"],
  ["a server that is starting", 503, "kubectl get --raw '/readyz?verbose'"],
] as const) {
  test(`what to type about a wait: ${why}`, () => {
    const list = [workAt(0, 10, { status, retryAfterMs: 1000 }), workAt(1010, 1020)];
    assert.equal(timesOf(list).budget?.findings[0]?.advice[0], command);
  });
}

test("what to type about a wait: a disruption budget", () => {
  const evicted = { requestInfo: { verb: "create", resource: "pods", subresource: "eviction" } };
  const list = [workAt(0, 10, { status: 429, retryAfterMs: 1000 }), workAt(1010, 1020)].map(({ roundTrip }) =>
    sampleTrace({ ...evicted, roundTrip }),
  );
  const [finding] = timesOf(list).budget?.findings ?? [];
  assert.deepEqual([finding?.costMs, finding?.advice[0]], [1000, "kubectl get poddisruptionbudgets -A"]);
});

for (const party of ["Admission", "ConversionWebhook", "Proxy"] as const) {
  test(`a slow 500 of ${party} is no broken API's`, () => {
    const diagnosis = { party, cause: "RequestTimedOut", summary: "", evidence: [], advice: [] } as const;
    const list = [{ ...aggregatedAt(10, 5010, 500), diagnosis }];
    assert.deepEqual(
      timesOf(list).budget?.findings.map(({ cause }) => cause),
      ["SlowRequest"],
    );
  });
}
