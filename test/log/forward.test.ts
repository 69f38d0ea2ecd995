import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogParser } from "../../src/log/parser.ts";
import { parseText } from "./parse-text.ts";

const at = "I1121 01:08:36.191956    7355";
const v6 = `${at} round_trippers.go:553] GET https://h/api 403 Forbidden in 3 milliseconds\n`;
const pretty = '{\n  "kind": "Secret",\n  "data": {"a": "s3cr3t"}\n}';

/** Which lines are text: what a person sees whose kubectl was given our -v. */
const cases: readonly (readonly [string, string, string])[] = [
  ["output around entries", `a\n${v6}b\n`, "a\nb\n"],
  [
    "a prompt",
    `${at} loader.go:395] Config loaded from file:  /k\nEnter Password: ${v6}Error from server (Forbidden): no\n`,
    "Enter Password: Error from server (Forbidden): no\n",
  ],
  [
    "a JSON body over several lines",
    `${at} request.go:1] Response Body: ${pretty}\nError from server (X): y\n`,
    "Error from server (X): y\n",
  ],
  [
    "a server response dump",
    `${at} helpers.go:246] server response object: %s[${pretty}]\nerror: no\n`,
    "error: no\n",
  ],
  [
    "a hex dump",
    `${at} request.go:1] Response Body:\n00000000  6b 38 73 00 0a 0c 0a 02  76 31 12 06 53 65 63 72  |k8s.....v1..Secr|\n00000010  65 [truncated 99 chars]\nNo resources found\n`,
    "No resources found\n",
  ],
  ["a cut body", `${at} request.go:1] Response Body: {"a":"b [truncated 99 chars]\ndone\n`, "done\n"],
  [
    "a cut body over several lines",
    `${at} request.go:1] Response Body: {\n "a":"b\n "c [truncated 99 chars]\ndone\n`,
    "done\n",
  ],
  ["an HTML body", `${at} request.go:1] Response Body: <html>\n<b>\n</html>\ndone\n`, "done\n"],
  [
    "a YAML request body",
    `${at} request.go:1] Request Body: kind: Secret\ndata: {a: s3cr3t}\n${v6}done\n`,
    "done\n",
  ],
  ["a block", `${at} helper.go:1] "Response Body" body=<\n\t{"a":\n\t"s3cr3t"}\n >\ndone\n`, "done\n"],
  [
    "a Go panic of kubectl 1.20",
    "F1121 01:08:36.191956    7355 helpers.go:115] Error from server: no\ngoroutine 1 [running]:\n",
    "",
  ],
  [
    "a text body of known length",
    `${at} round_trippers.go:463] GET https://h/api\n${at} round_trippers.go:469] Request Headers:\n${at} round_trippers.go:574] Response Status: 503 X in 0 milliseconds\n${at} round_trippers.go:577] Response Headers:\n${at} round_trippers.go:580]     Content-Length: 8\n${at} request.go:1] Response Body: one\ntwo\nError from server: no\n`,
    "Error from server: no\n",
  ],
];

for (const [name, log, text] of cases) {
  test(`only the program's own lines are text: ${name}`, () => {
    const parsed = parseText(log);
    assert.equal(parsed.text, text);
    assert.equal(parsed.forwarded, log);
    const bytewise = parseText(log, [1]);
    assert.deepEqual([bytewise.text, bytewise.forwarded], [text, log]);
  });
}

test("kinds: what only a high -v shows, other entries, problems", () => {
  const log =
    `${at} loader.go:395] Config loaded from file:  /k\n` +
    `${at} helpers.go:12] something\n` +
    "E1121 01:08:36.191956    7355 memcache.go:265] couldn't get current server API group list: no\n" +
    v6;
  assert.equal(parseText(log).kinds.replace(/(.)\1+/g, "$1"), "TipT");
});

test("a prompt is handed on before its line ends, the beginning of an entry is not", () => {
  const parts: string[] = [];
  const onLine = (bytes: Uint8Array) => parts.push(Buffer.from(bytes).toString());
  const parser = createLogParser({ file: "-", onRoundTrip: () => {}, onLine });
  parser.write(Buffer.from("Enter Password: "));
  assert.deepEqual(parts, ["Enter Password: "]);
  parser.write(Buffer.from("E11"));
  assert.deepEqual(parts, ["Enter Password: "]);
  parser.write(Buffer.from("x\n"));
  assert.equal(parts.join(""), "Enter Password: E11x\n");
});

test("an exchange is handed on as soon as the next one begins", () => {
  const urls: string[] = [];
  const parser = createLogParser({ file: "-", onRoundTrip: ({ url }) => urls.push(url) });
  parser.write(Buffer.from(v6 + v6.replace("/api", "/apis")));
  assert.deepEqual(urls, ["https://h/api"]);
  parser.end();
  assert.deepEqual(urls, ["https://h/api", "https://h/apis"]);
});
