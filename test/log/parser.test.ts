import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuietly, parseText, summaryOf } from "./parse-text.ts";

const host = "https://10.0.0.1:6443";
const line = (message: string, pid = "7355", ms = "191956") =>
  `I1121 01:08:36.${ms} ${pid.padStart(7)} ${message}\n`;
const old6 = (path = "/api/v1/pods", answer = "200 OK in 3", pid = "7355") =>
  line(`round_trippers.go:553] GET ${host}${path} ${answer} milliseconds`, pid);
const new6 = (path = "/api/v1/pods") =>
  line(`round_trippers.go:632] "Response" verb="GET" url="${host}${path}" status="200 OK" milliseconds=3`);
const old7 =
  line(`round_trippers.go:463] GET ${host}/api/v1/pods`) +
  line("round_trippers.go:469] Request Headers:") +
  line("round_trippers.go:473]     Impersonate-User: bob") +
  line("round_trippers.go:574] Response Status: 404 Not Found in 3 milliseconds", "7355", "195100");
const new8 =
  line(`round_trippers.go:527] "Request" verb="GET" url="${host}/api/v1/pods" headers=<`) +
  "\tAccept: application/json\n >\n" +
  line('round_trippers.go:632] "Response" status="503 Service Unavailable" headers=<', "7355", "195100") +
  '\tAudit-Id: a-1\n\tRetry-After: 5\n\tWarning: 299 - "old \\"api\\""\n > milliseconds=3\n' +
  line('helper.go:105] "Response Body" body=<', "7355", "195200") +
  "\tservice unavailable\n >\n";
const json = `{"ts":1700000000000.123,"caller":"transport/round_trippers.go:632","msg":"Response","v":6,"verb":"GET","url":"${host}/api/v1/pods","status":"200 OK","milliseconds":3}\n`;
const all = (text: string, prefix: string) => text.replace(/^(?=.)/gm, prefix);
const tabless = (text: string) => text.replace(/^\t/gm, "    ");
const headless = (text: string) => text.replace(/^I1121 \S+ +\d+ [^\]]+\] /gm, "");

const found: readonly (readonly [string, string, readonly string[]])[] = [
  ["old, v6", old6(), ["GET /api/v1/pods 200"]],
  ["old, v6, no answer", old6("/api", " in 3"), ["GET /api failed"]],
  ["old, v6, a URL with spaces", old6("/x?a b", "400 Bad Request in 0"), ["GET /x?a b 400"]],
  ["old, v7", old7, ["GET /api/v1/pods 404"]],
  ["new, v6", new6(), ["GET /api/v1/pods 200"]],
  ["new, v8", new8, ["GET /api/v1/pods 503"]],
  ["JSON lines", json, ["GET /api/v1/pods 200"]],
  [
    "old message in JSON",
    `{"ts":1.5,"caller":"transport/round_trippers.go:553","msg":"GET ${host}/api 200 OK in 3 milliseconds","v":0}\n`,
    ["GET /api 200"],
  ],
  ["kubectl logs --prefix", all(new8, "[pod/web-1/app] "), ["GET /api/v1/pods 503"]],
  ["stern", all(new8, "web-7d4b9c-x2x1z app "), ["GET /api/v1/pods 503"]],
  ["journald", all(new8, "Nov 21 01:08:36 node-1 kubelet[812]: "), ["GET /api/v1/pods 503"]],
  ["container timestamps", all(new8, "2026-11-21T01:08:36.191956123Z "), ["GET /api/v1/pods 503"]],
  ["container runtime", all(old7, "2026-11-21T01:08:36.19Z stderr F "), ["GET /api/v1/pods 404"]],
  ["docker compose", all(old6(), "web-1  | "), ["GET /api/v1/pods 200"]],
  ["prefixed JSON", all(json, "web-7d4b9c-x2x1z app "), ["GET /api/v1/pods 200"]],
  ["indented", all(new8, "    "), ["GET /api/v1/pods 503"]],
  ["quoted", all(new8, "> "), ["GET /api/v1/pods 503"]],
  ["tabs turned into spaces", tabless(new8), ["GET /api/v1/pods 503"]],
  ["CRLF", new8.replaceAll("\n", "\r\n"), ["GET /api/v1/pods 503"]],
  ["without pid", old7.replaceAll("    7355 ", " "), ["GET /api/v1/pods 404"]],
  ["without klog headers, old", headless(old7), ["GET /api/v1/pods 404"]],
  ["without klog headers, new", headless(new8), ["GET /api/v1/pods 503"]],
  [
    "coloured",
    old6().replace("round", "\x1b[01;31m\x1b[Kround").replace("go:", "go\x1b[m\x1b[K:"),
    ["GET /api/v1/pods 200"],
  ],
  ["the end is missing", old7.split("\n").slice(0, 3).join("\n"), ["GET /api/v1/pods pending"]],
  ["the beginning is missing", old7.split("\n").slice(2).join("\n"), ["unattributed"]],
  ["behind a prompt", `${old6("/a")}Enter Password: ${old6("/b")}`, ["GET /a 200", "GET /b 200"]],
  [
    "an elided line says so",
    `${old7.split("\n").slice(0, 3).join("\n")}\n...\n${old7.split("\n")[3]}\n`,
    ["GET /api/v1/pods unattributed"],
  ],
  [
    "two programs",
    old7
      .split("\n")
      .flatMap((one) => [
        one,
        one.replace("   7355", "   7356").replace("/pods", "/nodes").replace("404 Not Found", "200 OK"),
      ])
      .join("\n"),
    ["GET /api/v1/pods 404", "GET /api/v1/nodes 200"],
  ],
];

for (const [name, log, expected] of found) {
  test(`finds: ${name}`, () => {
    assert.deepEqual(summaryOf(parseText(log).roundTrips), expected);
    assert.deepEqual(summaryOf(parseQuietly(log)), expected);
  });
}

const application = old6("/api/v1/secrets", "500 Internal Server Error in 3", "1").replace(
  "10.0.0.1:6443",
  "10.96.0.1:443",
);
const ignored: readonly (readonly [string, string, readonly string[]])[] = [
  ["a sentence", `the client said GET ${host}/api 200 OK in 3 milliseconds\n`, []],
  ["another source file", line(`main.go:12] GET ${host}/api 200 OK in 3 milliseconds`), []],
  [
    "a bare line in a log that has headers",
    `${old6("/a")}GET ${host}/api 404 Not Found in 3 milliseconds\n`,
    ["GET /a 200"],
  ],
  [
    "the output of `kubectl logs`",
    old6("/api/v1/namespaces/n/pods/p/log") + application,
    ["GET /api/v1/namespaces/n/pods/p/log 200"],
  ],
  [
    "a quoted body",
    old6("/a") + line(`request.go:1] Response Body: {"a":"${old6("/b").trim()}"}`),
    ["GET /a 200"],
  ],
  [
    "a body block",
    `${new6("/a")}${line('helper.go:105] "Response Body" body=<')}\t${old6("/b")} >\n`,
    ["GET /a 200"],
  ],
  ["JSON of an application", `{"level":"info","msg":"GET ${host}/api 200 OK in 3 milliseconds"}\n`, []],
];

for (const [name, log, expected] of ignored) {
  test(`ignores: ${name}`, () => {
    assert.deepEqual(summaryOf(parseText(log).roundTrips), expected);
    assert.deepEqual(summaryOf(parseQuietly(log)), expected);
  });
}

test("the next command of a script is not the output of the one before", () => {
  const log =
    old6("/api/v1/namespaces/n/pods/p/log") + application + old6("/api/v1/nodes", "200 OK in 3", "7360");
  assert.deepEqual(summaryOf(parseText(log).roundTrips), [
    "GET /api/v1/namespaces/n/pods/p/log 200",
    "GET /api/v1/nodes 200",
  ]);
});

test("everything the lines of one exchange say is in its RoundTrip", () => {
  const [one] = parseText(new8).roundTrips;
  assert.deepEqual(
    {
      message: one?.message,
      auditId: one?.auditId,
      retryAfterMs: one?.retryAfterMs,
      warnings: one?.warnings,
      durationMs: one?.durationMs,
    },
    {
      message: "service unavailable",
      auditId: "a-1",
      retryAfterMs: 5000,
      warnings: ['old "api"'],
      durationMs: 3,
    },
  );
  assert.deepEqual(
    [one?.time, one?.source, one?.fromCache],
    ["1121 01:08:36.195100", { file: "-", line: 4 }, false],
  );
  assert.equal(parseText(old7).roundTrips[0]?.impersonation?.user, "bob");
});

for (const [what, headers, status, message] of [
  ["a page", "Content-Type: text/html; charset=utf-8", "200 OK", "not a Kubernetes API answer: text/html"],
  ["a page that kube-apiserver handed on", "Audit-Id: a\n\tContent-Type: text/html", "200 OK", null],
  ["an object", "Content-Type: application/json", "200 OK", null],
  ["a page with an error, which has words of its own", "Content-Type: text/html", "502 Bad Gateway", null],
] as const) {
  test(`the answer is ${what}`, () => {
    const log = `I1121 01:08:36.195100       1 round_trippers.go:632] "Response" verb="GET" url="https://h:6443/api" status="${status}" headers=<\n\t${headers}\n > milliseconds=3\n`;
    assert.deepEqual(
      [parseText(log), parseQuietly(log)].map(
        (parsed) => ("roundTrips" in parsed ? parsed.roundTrips : parsed)[0]?.message,
      ),
      [message, message],
    );
  });
}

test("a phase that client-go never saw begin is not known", () => {
  const [one] = parseText(
    line(
      `round_trippers.go:632] "Response" verb="GET" url="${host}/a" status="200 OK" headers="" milliseconds=3 getConnectionMilliseconds=0 serverProcessingMilliseconds=9223372036854`,
    ),
  ).roundTrips;
  assert.deepEqual(one?.phasesMs, { getConnection: 0 });
});

test("kubectl's own last words are the message of the answer before them", () => {
  const [one] = parseText(
    `${old6("/x", "404 Not Found in 3")}Error from server (NotFound): pods "x" not found\n`,
  ).roundTrips;
  assert.deepEqual([one?.message, one?.statusReason], ['pods "x" not found', "NotFound"]);
  const [other] = parseText(
    `${old6("/x", "403 Forbidden in 3")}Error from server (NotFound): pods "x" not found\n`,
  ).roundTrips;
  assert.deepEqual([other?.message, other?.statusReason], [null, null]);
});

test("client-side throttling belongs to the request that waited", () => {
  const waited = line(
    `request.go:601] Waited for 1.2s due to client-side throttling, not priority and fairness, request: GET:${host}/a`,
  );
  assert.equal(parseText(waited + old6("/b") + old6("/a")).roundTrips[1]?.throttledMs, 1200);
  const structured = line(
    `request.go:683] "Waited before sending request" delay="1.2s" reason="client-side throttling, not priority and fairness" verb="GET" URL="${host}/a"`,
  );
  assert.equal(parseText(structured + new6("/a")).roundTrips[0]?.throttledMs, 1200);
});

test("parallel requests: what is not certain is not said", () => {
  const two = (first: string, second: string) =>
    line(`round_trippers.go:463] GET ${host}/a`) +
    line(`round_trippers.go:463] GET ${host}/b`) +
    line("round_trippers.go:469] Request Headers:") +
    line("round_trippers.go:469] Request Headers:") +
    line(`round_trippers.go:574] Response Status: ${first} milliseconds`, "7355", "195100") +
    line(`round_trippers.go:574] Response Status: ${second} milliseconds`, "7355", "195200");
  const start = line("loader.go:395] Config loaded from file:  /home/user/.kube/config");
  const parse = (first: string, second: string) => parseText(start + two(first, second)).roundTrips;
  assert.deepEqual(summaryOf(parse("200 OK in 2", "200 OK in 3")), ["GET /a 200", "GET /b 200"]);
  assert.deepEqual(
    parse("200 OK in 2", "200 OK in 3").map((one) => one.durationMs),
    [null, null],
  );
  assert.deepEqual(summaryOf(parse("200 OK in 2", "503 Service Unavailable in 3")), [
    "GET /a unattributed",
    "GET /b unattributed",
  ]);
  assert.deepEqual(parse("200 OK in 2", "503 Service Unavailable in 3")[0]?.candidates, [200, 503]);
});

test("a complaint about one group/version tells which request failed", () => {
  const get = (path: string) =>
    line(`round_trippers.go:463] GET ${host}${path}`) + line("round_trippers.go:469] Request Headers:");
  const log =
    line("loader.go:395] Config loaded from file:  /home/user/.kube/config") +
    get("/apis/example.com/v1?timeout=32s") +
    get("/apis/apps/v1?timeout=32s") +
    line("round_trippers.go:574] Response Status: 200 OK in 2 milliseconds", "7355", "194100") +
    line(
      "round_trippers.go:574] Response Status: 503 Service Unavailable in 2 milliseconds",
      "7355",
      "194200",
    ) +
    line(
      'memcache.go:287] "Unhandled Error" err="couldn\'t get resource list for example.com/v1: the server is currently unable to handle the request"',
    ).replace("I", "E");
  assert.deepEqual(summaryOf(parseText(log).roundTrips), [
    "GET /apis/example.com/v1?timeout=32s 503",
    "GET /apis/apps/v1?timeout=32s 200",
  ]);
});

test("no token of an old curl line is kept", () => {
  const curl = line(
    `round_trippers.go:423] curl -k -v -XGET  -H "Authorization: Bearer s3cr3t" -H "Impersonate-User: bob" '${host}/api'`,
  );
  const log = curl + old6("/api");
  assert.doesNotMatch(JSON.stringify(parseText(log).roundTrips), /s3cr3t/);
  assert.equal(parseText(log).roundTrips[0]?.impersonation?.user, "bob");
});

/** A kubectl of 1.32 or later at -v=8 that the machine held up for `heldMs` between logging a request and sending it. */
const heldUp = (heldMs: number, bodies = true): string => {
  const at = (ms: number) => `${191_956 + ms * 1000}`;
  const body = (of: string, ms: number) =>
    bodies ? line(`helper.go:113] "${of} Body" body=""`, "7355", at(ms)) : "";
  const request = line(
    `round_trippers.go:527] "Request" verb="GET" url="${host}/a" headers=<`,
    "7355",
    at(0),
  );
  const answer = line('round_trippers.go:632] "Response" status="200 OK" headers=<', "7355", at(heldMs + 1));
  return `${body("Request", 0)}${request}\tAccept: a\n >\n${answer}\tAudit-Id: b\n > milliseconds=1\n${body("Response", heldMs + 2)}`;
};

for (const [name, log, expected] of [
  ["its body's lines show that none is missing", heldUp(15), "GET /a 200"],
  ["nothing shows that no line is missing", heldUp(15, false), "GET /a unattributed"],
  ["a line before it is missing", `${heldUp(0)}...\n${heldUp(15)}`, "GET /a unattributed"],
  ["longer than any machine is busy", heldUp(300), "GET /a unattributed"],
] as const) {
  test(`a client held up before it sends: ${name}`, () => {
    assert.equal(summaryOf(parseText(log).roundTrips).at(-1), expected);
    assert.equal(summaryOf(parseQuietly(log)).at(-1), expected);
  });
}

test("a client held up between the lines of its headers keeps them", () => {
  const at = (ms: number) => String(191_956 + ms * 1000);
  const log =
    line(`round_trippers.go:463] GET ${host}/a`, "7355", at(0)) +
    line("round_trippers.go:469] Request Headers:", "7355", at(0)) +
    line("round_trippers.go:473]     Accept: application/json", "7355", at(1)) +
    line("round_trippers.go:473]     Impersonate-User: bob", "7355", at(15)) +
    line("round_trippers.go:574] Response Status: 200 OK in 3 milliseconds", "7355", at(19)) +
    line("round_trippers.go:577] Response Headers:", "7355", at(19)) +
    line("round_trippers.go:580]     Audit-Id: a-1", "7355", at(35));
  const [one] = parseText(log).roundTrips;
  assert.deepEqual([one?.status, one?.impersonation?.user, one?.auditId], [200, "bob", "a-1"]);
  assert.deepEqual(parseQuietly(log), parseText(log).roundTrips);
});
