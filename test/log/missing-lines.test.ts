import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuietly, parseText, summaryOf } from "./parse-text.ts";

const host = "https://10.0.0.1:6443";
/** A line of one program, so many milliseconds after its first. */
const line = (ms: number, message: string) =>
  `I1121 01:08:36.${String(191_956 + Math.round(ms * 1000)).padStart(6, "0")}    7355 ${message}\n`;
const started = line(0, "loader.go:395] Config loaded from file:  /home/user/.kube/config");
const request = (ms: number, path: string) =>
  line(ms, `round_trippers.go:527] "Request" verb="GET" url="${host}${path}" headers=<`) +
  "\tAccept: a\n >\n";
const answer = (ms: number, status: string, took: number, auditId = "a") =>
  line(ms, `round_trippers.go:632] "Response" status="${status}" headers=<`) +
  `\tAudit-Id: ${auditId}\n > milliseconds=${took}\n`;
const named = (ms: number, path: string, auditId: string) =>
  line(ms, `round_trippers.go:632] "Response" verb="GET" url="${host}${path}" status="200 OK" headers=<`) +
  `\tAudit-Id: ${auditId}\n > milliseconds=1 getConnectionMilliseconds=0\n`;
const curl = (ms: number, path: string) =>
  `${line(ms, 'round_trippers.go:527] "Request" curlCommand=<')}\tcurl -v -XGET  '${host}${path}'\n >\n`;
const body = (ms: number, message: string, code: number) =>
  line(ms, 'helper.go:105] "Response Body" body=<') +
  `\t{"kind":"Status","apiVersion":"v1","status":"Failure","message":"${message}","code":${code}}\n >\n`;
const emptyBody = (ms: number) => line(ms, 'helper.go:105] "Request Body" body=""');
const withoutLine = (text: string, at: number) => text.split("\n").toSpliced(at, 1).join("\n");

const cut: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "the log begins between two requests in flight",
    request(0, "/b") + answer(1.3, "500 Internal Server Error", 1) + answer(3, "200 OK", 3),
    ["GET /b unattributed", "unattributed"],
  ],
  [
    "an elided line in the headers of a request",
    `${line(0, `round_trippers.go:527] "Request" verb="GET" url="${host}/a" headers=<`)}...\n\tAccept: a\n >\n${answer(1, "200 OK", 1)}`,
    ["GET /a unattributed"],
  ],
  [
    "the log ends in the headers of an answer that names its request",
    started + curl(0, "/a") + named(1, "/a", "x").split("\n").slice(0, 2).join("\n"),
    ["GET /a 200"],
  ],
  [
    "the end of a request's headers is missing",
    started + withoutLine(request(0, "/a"), 2) + answer(1, "200 OK", 1),
    ["GET /a unattributed"],
  ],
  [
    "the lines between two curl commands are missing",
    `${started}${curl(0, "/a").replace(" >\n", "")}${curl(1, "/b").split("\n").slice(1).join("\n")}${named(2, "/b", "x")}`,
    ["GET /b 200"],
  ],
];

for (const [name, log, expected] of cut) {
  test(`missing lines: ${name}`, () => {
    assert.deepEqual(summaryOf(parseText(log).roundTrips), expected);
    assert.deepEqual(summaryOf(parseQuietly(log)), expected);
  });
}

test("a message is not given to an answer when another one of its status may have it", () => {
  const log =
    started +
    emptyBody(0) +
    request(0, "/a") +
    emptyBody(2) +
    request(2, "/b") +
    emptyBody(2.1) +
    request(2.1, "/c") +
    answer(3.3, "503 Service Unavailable", 3) +
    answer(3.4, "503 Service Unavailable", 1) +
    body(3.5, "of /b or /c", 503) +
    answer(3.6, "200 OK", 1) +
    body(3.7, "of /a", 503);
  assert.deepEqual(
    parseText(log).roundTrips.map(({ message }) => message),
    [null, null, null],
  );
  assert.deepEqual(parseQuietly(log), parseText(log).roundTrips);
});

const answered = (path: string, rest: string, pid = "7355") =>
  `I1121 01:08:36.191956    ${pid} round_trippers.go:553] GET ${path} ${rest} milliseconds\n`;
const other = answered(`${host}/b`, "200 OK in 3", "7356");

for (const [name, log, expected] of [
  [
    "another program's entry in the middle of a line of output",
    `${answered(`${host}/a`, "200 OK in 3")}${other}NAME  ${answered(`${host}/c`, "403 Forbidden in 3")}`,
    ["GET /a 200", "GET /c 403", "GET /b 200"],
  ],
  ["white space made one space: no answer came", answered(`${host}/a`, "in 3"), ["GET /a failed"]],
  [
    "the output of `kubectl logs` without any headers",
    `GET ${host}/api/v1/namespaces/n/pods/p/log 200 OK in 3 milliseconds\nGET https://10.96.0.1/api 500 Internal Server Error in 3 milliseconds\n`,
    ["GET /api/v1/namespaces/n/pods/p/log 200"],
  ],
] as const) {
  test(`damaged: ${name}`, () => {
    assert.deepEqual(summaryOf(parseText(log).roundTrips), expected);
    assert.deepEqual(summaryOf(parseQuietly(log)), expected);
  });
}
