import assert from "node:assert/strict";
import { test } from "node:test";
import { parseQuietly, parseText, summaryOf } from "./parse-text.ts";

const host = "https://10.0.0.1:6443";
const line = (message: string, ms = "191956") => `I1121 01:08:36.${ms}    7355 ${message}\n`;
/** An answer that needs its block, and kubectl's own words about it. */
const log =
  line(`round_trippers.go:527] "Request" verb="GET" url="${host}/api/v1/pods/x" headers=<`) +
  "\tAccept: application/json\n >\n" +
  line('round_trippers.go:632] "Response" status="404 Not Found" headers=<', "195100") +
  "\tAudit-Id: a-1\n\tDate: x\n > milliseconds=3\n" +
  'Error from server (NotFound): pods "x" not found\n';

const everyLine = (prefix: string | ((index: number) => string)) => {
  let index = 0;
  return log.replace(/^(?=.)/gm, () => (typeof prefix === "string" ? prefix : prefix(index++)));
};
const terminated = (end: string) => log.replaceAll("\n", `${end}\n`);

const pasted: readonly (readonly [string, string])[] = [
  ["nothing", log],
  ["GitHub Actions", everyLine((i) => `2026-11-24T14:50:59.${1_234_560 + i}Z `)],
  ["gh run view --log", everyLine((i) => `build\tRun kubectl get\t2026-11-24T14:50:59.${1_234_560 + i}Z `)],
  ["GitLab job log", everyLine("2026-11-24T14:50:59.123456Z 01E ")],
  ["Jenkins timestamps", everyLine("[2026-11-24T14:50:59.123Z] ")],
  ["Jenkins clock", everyLine("14:50:59  ")],
  ["a clock in brackets", everyLine("[14:50:59.123] ")],
  ["CloudWatch", everyLine("2026-11-24T14:50:59.123Z\t")],
  ["syslog with a priority", everyLine("<30>Nov 24 14:50:59 node-1 kubelet[812]: ")],
  ["RFC 5424", everyLine("<30>1 2026-11-24T14:50:59.123Z node-1 kubelet 812 - - ")],
  ["journalctl -o short-monotonic", everyLine("[ 1234.567890] node-1 kubelet[812]: ")],
  ["journalctl -o short-unix", everyLine("1795531859.123456 node-1 kubelet[812]: ")],
  ["Heroku", everyLine("2026-11-24T14:50:59.123456+00:00 app[web.1]: ")],
  ["stern in all namespaces", everyLine("default web-7d4b9c-x2x1z app ")],
  ["stern's arrows", everyLine("default \xe2\x80\xba web-7d4b9c-x2x1z \xe2\x80\xba app | ")],
  ["stern in colours", everyLine("\x1b[31mweb-7d4b9c-x2x1z\x1b[0m \x1b[91mapp\x1b[0m ")],
  ["kubetail", everyLine("[web-7d4b9c-x2x1z app] ")],
  ["pm2", everyLine("0|web      | ")],
  ["tilt", everyLine("          web \xe2\x94\x82 ")],
  ["Terraform", everyLine("module.x.null_resource.y (local-exec): ")],
  ["grep -n", everyLine((i) => `${i + 1}:`)],
  ["grep -Hn", everyLine((i) => `/tmp/kubectl.log:${i + 1}:`)],
  ["cat -n", everyLine((i) => `${String(i + 1).padStart(6)}\t`)],
  ["less -N", everyLine((i) => `${String(i + 1).padStart(7)} `)],
  ["a quote of a quote", everyLine("> > ")],
  ["a byte order mark", `\xef\xbb\xbf${log}`],
  ["a terminal in raw mode", log.replaceAll("\n", "\n\r")],
  ["two carriage returns", terminated("\r\r")],
  ["padded lines", terminated("    ")],
  ["NULs at the ends", terminated("\0")],
  ["spaces of a web page", log.replaceAll(" ", "\xc2\xa0")],
  ["colours and CRLF", log.replace(/^(.+)$/gm, "\x1b[32m$1\x1b[0m\r")],
  ["links", log.replace(/(https:[^"]+)/, "\x1b]8;;$1\x1b\\$1\x1b]8;;\x07")],
  ["script", `\x1b[?2004h$ kubectl get pod x -v=8\r\n\x1b[?2004l\r${terminated("\r")}`],
  ["a diff", everyLine("+")],
  ["a list", everyLine("- ")],
  [
    "Docker's json-file",
    log.replace(
      /(.*)\n/g,
      (_, one) => `${JSON.stringify({ log: `${one}\n`, stream: "stderr", time: "x" })}\n`,
    ),
  ],
  ["Buildkite", everyLine("\x1b_bk;t=1795531859123\x07")],
];

for (const [name, text] of pasted) {
  test(`pasted: ${name}`, () => {
    const { roundTrips } = parseText(text);
    assert.deepEqual(summaryOf(roundTrips), ["GET /api/v1/pods/x 404"]);
    assert.deepEqual([roundTrips[0]?.auditId, roundTrips[0]?.message], ["a-1", 'pods "x" not found']);
    assert.deepEqual(parseQuietly(text), roundTrips);
    if (!text.includes("\xa0")) assert.deepEqual(parseText(text, [1, 7, 30]).roundTrips, roundTrips);
  });
}

test("PowerShell: the program's name before its first line", () => {
  const first = `kubectl : ${line(`round_trippers.go:553] GET ${host}/api 200 OK in 3 milliseconds`)}At line:1 char:1\n`;
  assert.deepEqual(summaryOf(parseText(first).roundTrips), ["GET /api 200"]);
});

const utf16 = Buffer.from(`\ufeff${log.replaceAll("\n", "\r\n")}`, "utf16le");
for (const [name, bytes] of [
  ["UTF-16", utf16],
  ["UTF-16 without a byte order mark", utf16.subarray(2)],
  ["UTF-16, big endian", Buffer.from(utf16).swap16()],
] as const) {
  test(`pasted: ${name}`, () => {
    const text = bytes.toString("latin1");
    assert.deepEqual(summaryOf(parseText(text).roundTrips), ["GET /api/v1/pods/x 404"]);
    assert.deepEqual(parseText(text, [1]), parseText(text));
    assert.match(parseText(text).text, /^Error from server/);
  });
}
