import assert from "node:assert/strict";
import { test } from "node:test";
import type { RenderOptions } from "../../src/render/renderer.ts";
import type { CommandMoments } from "../../src/trace/time/time-budget.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { logged, lookupAt, workAt } from "../helpers/timed-traces.ts";
import { traces } from "../helpers/traces.ts";
import { linesOf, render } from "./rendering.ts";

const phases = { dnsLookup: 0, dial: 200, tlsHandshake: 100, serverProcessing: 100 };
/** A connection, discovery, a request that is held back, and one that gets no answer. */
const whole: readonly Trace[] = [
  lookupAt(200, 600, { phasesMs: phases }, "/api"),
  lookupAt(600, 700, {}, "/apis"),
  workAt(1200, 1300, { throttledMs: 500 }),
  workAt(1300, 2000, {
    outcome: "failed",
    status: null,
    message: "dial tcp 10.0.0.1:6443: connect: connection refused",
  }),
];
const ofCredentials = [
  workAt(10, 1210, { phasesMs: { dnsLookup: 0, dial: 2, tlsHandshake: 2, serverProcessing: 4 } }),
  workAt(1210, 1300),
];
const doubtful = [
  workAt(0, 100),
  traces.unattributed,
  workAt(50, 60, { time: null }),
  workAt(120, 200, { outcome: "pending", status: null, durationMs: null }),
  traces.planned,
];
const lookups = Array.from({ length: 300 }, (_, i) =>
  lookupAt(10 + i, 20 + i * 2, {}, `/apis/g${i}.example.com/v1`),
);

const cases: readonly (readonly [
  name: string,
  traces: readonly Trace[],
  options: Partial<RenderOptions>,
  text: string,
  moments?: CommandMoments | null,
])[] = [
  [
    "40 columns",
    whole,
    { columns: 40 },
    `
REQUEST     STATUS  0       2.00s   TIME
(before)    -       ──             200ms
get /api    200      ▒▒█           400ms
get /apis   200        ██          100ms
list …ult/  200         ░░░░█      100ms
list …ult/  failed          ▒▒▒▒▒  700ms

─ before the first request, ░ held back,
▒ network, █ server

4 requests, 1 failed (no answer ×1);
RBAC: 4 allowed
2.00s from the first log line to the
last answer: 200ms before the first
request, discovery 200ms, held back
500ms, network 1.00s, server 100ms;
slowest 700ms: list pods.v1 default/
slow: 500ms (ClientSideThrottling): the
client held one of its own requests
back; the server did not ask for that
since 1.24 kubectl may send 300 lookups
at once and then 50 a second, before
that 100 and 5; other clients have what
they set as burst and QPS, client-go's
own are 10 and 5
`,
  ],
  [
    "80 columns",
    whole,
    { columns: 80 },
    `
REQUEST                STATUS  0                                    2.00s   TIME
(before)               -       ─────                                       200ms
get /api               200         ▒▒▒▒▒▒▒██                               400ms
get /apis              200                 ███                             100ms
list pods.v1 default/  200                   ░░░░░░░░░░░███                100ms
list pods.v1 default/  failed                             ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  700ms

─ before the first request, ░ held back, ▒ network, █ server

4 requests, 1 failed (no answer ×1); RBAC: 4 allowed
2.00s from the first log line to the last answer: 200ms before the first
request, discovery 200ms, held back 500ms, network 1.00s, server 100ms; slowest
700ms: list pods.v1 default/
slow: 500ms (ClientSideThrottling): the client held one of its own requests
back; the server did not ask for that
since 1.24 kubectl may send 300 lookups at once and then 50 a second, before
that 100 and 5; other clients have what they set as burst and QPS, client-go's
own are 10 and 5
`,
  ],
  [
    "120 columns",
    whole,
    { columns: 120 },
    `
REQUEST                STATUS  0                                                                            2.00s   TIME
(before)               -       ─────────                                                                           200ms
get /api               200             ▒▒▒▒▒▒▒▒▒▒▒▒█████                                                           400ms
get /apis              200                             █████                                                       100ms
list pods.v1 default/  200                                 ░░░░░░░░░░░░░░░░░░░░░█████                              100ms
list pods.v1 default/  failed                                                       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  700ms

─ before the first request, ░ held back, ▒ network, █ server

4 requests, 1 failed (no answer ×1); RBAC: 4 allowed
2.00s from the first log line to the last answer: 200ms before the first request, discovery 200ms, held back 500ms,
network 1.00s, server 100ms; slowest 700ms: list pods.v1 default/
slow: 500ms (ClientSideThrottling): the client held one of its own requests back; the server did not ask for that
since 1.24 kubectl may send 300 lookups at once and then 50 a second, before that 100 and 5; other clients have what
they set as burst and QPS, client-go's own are 10 and 5
`,
  ],
  [
    "no terminal",
    whole.slice(0, 2),
    { columns: null },
    `
REQUEST    STATUS  0                                                700ms   TIME
(before)   -       ────────────────                                        200ms
get /api   200                    ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒████████         400ms
get /apis  200                                                   ████████  100ms

─ before the first request, ▒ network, █ server

2 requests; RBAC: 2 allowed
700ms from the first log line to the last answer: 200ms before the first
request, discovery 200ms, network 300ms; slowest 400ms: get /api
`,
  ],
  [
    "ASCII",
    whole.slice(0, 3),
    { columns: 60, ascii: true },
    `
REQUEST              STATUS  0                  1.30s   TIME
(before)             -       ----                      200ms
get /api             200        ======###              400ms
get /apis            200                ##             100ms
list pods..default/  200                 ..........##  100ms

- before the first request, . held back, = network, # server

3 requests; RBAC: 3 allowed
1.30s from the first log line to the last answer: 200ms
before the first request, discovery 200ms, held back 500ms,
network 300ms, server 100ms; slowest 400ms: get /api
slow: 500ms (ClientSideThrottling): the client held one of
its own requests back; the server did not ask for that
since 1.24 kubectl may send 300 lookups at once and then 50
a second, before that 100 and 5; other clients have what
they set as burst and QPS, client-go's own are 10 and 5
`,
  ],
  [
    "credentials",
    ofCredentials,
    { columns: 60 },
    `
REQUEST              STATUS  0                  1.30s   TIME
(before)             -       ─                          10ms
list pods… default/  200     ······················█   1.20s
list pods… default/  200                           ██   90ms

─ before the first request, · waiting in the client, ▒
network, █ server

2 requests; RBAC: 2 allowed
1.30s from the first log line to the last answer: 10ms
before the first request, credentials 1.19s, network 4ms,
server 94ms; slowest 1.20s: list pods.v1 default/
slow: 1.19s (SlowCredentials): the first requests waited for
credentials
try: kubectl config view --minify
a credential plugin runs in every command: one that keeps
its token on disk answers at once
`,
  ],
  [
    "times that are not known",
    doubtful,
    { columns: 60 },
    `
REQUEST             STATUS   0                  200ms   TIME
list pods…default/  200      ████████████              100ms
list pods…default/  pending                         █      -
list pods…default/  200      ?                          10ms
get deplo…shop/web  ?        ?                             ?
patch dep…shop/web  planned  ?                             -

█ network and server

5 requests, 1 unattributed, 1 pending, 1 planned; RBAC: 5
allowed
summed request time 110ms (parallel requests overlap): no
discovery, work 110ms in 5; slowest 100ms: list pods.v1
default/
`,
  ],
  [
    "no time at all",
    [traces.list, traces.topNodes],
    { columns: 60 },
    `
REQUEST              STATUS                             TIME
list node…cs.k8s.io  200     ?                          12ms
list pods… default/  200     ?                           5ms

it is not known when these requests were sent

2 requests; RBAC: 2 allowed
summed request time 17ms (parallel requests overlap): no
discovery, work 17ms in 2; slowest 12ms: list
nodes.v1beta1.metrics.k8s.io
`,
    null,
  ],
  [
    "hundreds of lookups",
    [...lookups, workAt(700, 800)],
    { columns: 80 },
    `
REQUEST                       STATUS  0                             800ms   TIME
(before)                      -       ─                                     10ms
297 lookups                   -       ███████████████████████████          306ms
get /apis/g297…xample.com/v1  200                  ██████████████          307ms
get /apis/g298…xample.com/v1  200                  ██████████████          308ms
get /apis/g299…xample.com/v1  200                  ███████████████         309ms
list pods.v1 default/         200                                   █████  100ms

─ before the first request, █ network and server

301 requests; RBAC: 301 allowed
800ms from the first log line to the last answer: 10ms before the first request,
discovery 608ms, server 100ms, client 82ms (the log does not tell the network
apart); slowest 309ms: get /apis/g299.example.com/v1
slow: 580ms (DiscoveryNotCached): what the server has was asked anew: there was
no cache of it, or it was too old
its cache is ~/.kube/cache, where kubectl keeps it for six hours since 1.24 and
for ten minutes before: that folder must be writable, and kept between the runs
of a CI job
slow: 580ms (DiscoveryByGroup): 290 groups and versions were asked about one by
one
where kubectl and the server are of 1.30 or newer, two requests ask about all of
them
`,
  ],
  [
    "nothing that takes time",
    [workAt(0, 0)],
    { columns: 60 },
    `
REQUEST              STATUS                             TIME
list pods… default/  200     █                           0ms

█ network and server

1 request; RBAC: 1 allowed
`,
  ],
  [
    "no requests",
    [],
    { columns: 60 },
    `
no API requests: nothing here is a request that a Kubernetes
client logs at -v=6 or above
`,
  ],
];
for (const [name, list, options, text, moments = logged] of cases) {
  test(`waterfall: ${name}`, async () => {
    assert.equal(`\n${await render("waterfall", list, options, moments)}`, text);
  });
}

test("of many requests the slowest are drawn", async () => {
  const list = Array.from({ length: 70 }, (_, i) => workAt(i * 10, i * 10 + i + 1));
  const lines = linesOf(await render("waterfall", list, {}, logged));
  assert.equal(lines.filter((line) => line.startsWith("list pods")).length, 50);
  assert.ok(lines.includes("20 more requests are not drawn"));
  assert.ok(!lines.some((line) => line.endsWith(" 20ms")) && lines.some((line) => line.endsWith(" 21ms")));
});

test("a long log is counted, not kept", async () => {
  const list = Array.from({ length: 2100 }, (_, i) => workAt(i, i + 1));
  const text = await render("waterfall", list, {}, logged);
  assert.match(text, /^2050 more requests are not drawn$/m);
  assert.match(text, /^2100 requests; /m);
  assert.match(text, /^bars are drawn for at most 2000 requests$/m);
});

test("a failed answer's bar is painted as one", async () => {
  const list = [workAt(0, 100, { status: 503, statusText: "Service Unavailable" })];
  const text = await render("waterfall", list, { color: true, columns: 60 }, logged);
  const red = text.split("\x1b[31m").slice(1);
  assert.ok(red.some((piece) => /^█+$/.test(piece.split("\x1b[39m")[0] ?? "")));
});
