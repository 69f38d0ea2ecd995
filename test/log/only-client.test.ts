import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogParser } from "../../src/log/parser.ts";

const start = (pid: number, second: number) =>
  `I1124 10:00:0${second}.000000   ${pid} loader.go:405] Config loaded from file:  /home/user/.kube/config`;
const request = (pid: number, second: number, path = "/api") =>
  `I1124 10:00:0${second}.500000   ${pid} round_trippers.go:553] GET https://10.0.0.1:6443${path} 200 OK in 4 milliseconds`;

const logs: readonly (readonly [
  name: string,
  lines: readonly string[],
  firstEntry: string | null | undefined,
])[] = [
  ["begins with its client", [start(7, 1), request(7, 2)], "1124 10:00:01.000000"],
  ["has other programs' lines before", [start(8, 0), start(7, 1), request(7, 2)], "1124 10:00:01.000000"],
  ["loads two configurations", [start(7, 1), start(7, 2), request(7, 3)], "1124 10:00:01.000000"],
  ["begins in the middle", [request(7, 2), request(7, 3)], null],
  ["has two clients", [start(7, 1), request(7, 2), start(8, 3), request(8, 4)], undefined],
  ["has no request", [start(7, 1)], undefined],
  ["is empty", [], undefined],
];
for (const [name, lines, firstEntry] of logs) {
  test(`a log that ${name}: who sent its requests`, () => {
    const parser = createLogParser({ file: "-", onRoundTrip: () => {} });
    parser.write(Buffer.from(lines.map((line) => `${line}\n`).join("")));
    parser.end();
    assert.equal(parser.client()?.firstEntry, firstEntry);
    assert.equal(parser.client() === null, firstEntry === undefined);
  });
}
