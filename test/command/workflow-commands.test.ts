import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckFormat } from "../../src/render/check-formats.ts";
import type { CheckReport } from "../../src/render/check-report.ts";
import { apiService } from "../cluster/objects.ts";
import { check, core } from "./check-cases.ts";
import { createTestIo } from "./test-io.ts";

/** As the runner finds commands in a line: two colons in front (TryParseV2), or this anywhere (TryParse). */
function isCommand(line: string): boolean {
  return /^\s*::[^:]/.test(line) || /##\[[^\]]*\]/.test(line);
}

const hostile = ["::error::x", "\u00a0::add-mask::e", "a ##[group]b", "##[error]c", "  ::stop-commands::d"];

async function checkIn(env: Record<string, string>, output: CheckFormat, message: string) {
  const condition = { status: "False", reason: message, message };
  const broken = apiService("v1.broken.example.com", { namespace: "a", name: "b" }, condition);
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: [core, broken] });
  return await check({ files: ["-"], output }, "", createTestIo({ input, env }));
}

for (const message of hostile) {
  test(`in GitHub Actions a cluster's ${JSON.stringify(message)} is no command, in any format`, async () => {
    for (const output of ["table", "json", "yaml", "junit", "sarif", "markdown"] as const) {
      const { stdout } = await checkIn({ GITHUB_ACTIONS: "true" }, output, message);
      assert.deepEqual(stdout.split("\n").filter(isCommand), [], output);
    }
    const { stdout } = await checkIn({ GITHUB_ACTIONS: "true" }, "github", message);
    const own = stdout.split("\n").filter((line) => /^::(error|notice) title=/.test(line));
    assert.equal(own.length, 2);
    assert.equal(stdout.trimEnd().split("\n").length, 2);
  });
}

test("JSON says the same; elsewhere the table is left alone", async () => {
  const message = "see ##[group]b";
  const { stdout } = await checkIn({ GITHUB_ACTIONS: "true" }, "json", message);
  const { items } = JSON.parse(stdout) as CheckReport;
  assert.ok(items.some(({ apiService }) => apiService.message === message));
  assert.match((await checkIn({}, "table", message)).stdout, /see ##\[group\]b/);
});
