import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cause, type Party, summaryOf } from "../../src/trace/diagnosis/diagnosis.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { hostileText, traces } from "../helpers/traces.ts";
import { render } from "./rendering.ts";

/** What the credentials say of themselves stands where it is looked for, beside what the server said. */
function diagnosed(trace: Trace, party: Party, cause: Cause, evidence: readonly string[]): Trace {
  const said = trace.roundTrip.message === null ? [] : [trace.roundTrip.message];
  const summary = summaryOf(party, cause, true);
  return { ...trace, diagnosis: { party, cause, summary, evidence: [...said, ...evidence], advice: [] } };
}

const expired = "the token of jane expires at 2026-11-24T17:00:00Z, it is 2026-11-24T18:00:00Z here";
const unauthorized = diagnosed(traces.unauthorized, "Authentication", "TokenExpired", [expired]);
const anonymous = diagnosed(traces.denied, "Authorization", "Anonymous", [
  "the kubeconfig has no credentials",
]);

for (const [format, list, wanted] of [
  [
    "table",
    [unauthorized],
    /\n +authentication \(TokenExpired\): [^\n]*\n +the token of jane expires at .*\n/,
  ],
  [
    "flow",
    [unauthorized],
    /✗ {2}authentication {2}refused: the credentials were not accepted\n┆ +the token of jane/,
  ],
  [
    "wide",
    [unauthorized],
    /SAID-NO +CAUSE .*\n.* Authentication +TokenExpired .*; the token of jane expires/,
  ],
  ["table", [anonymous], /\n +the kubeconfig has no credentials\n/],
  [
    "flow",
    [anonymous],
    /\? {2}authentication {2}nobody in particular: system:anonymous\n. +the kubeconfig has no cred/,
  ],
  [
    "flow",
    [diagnosed(traces.unauthorized, "Authentication", "NoCredentials", [])],
    /✗ {2}authentication {2}refused: no credentials came\n/,
  ],
  [
    "flow",
    [diagnosed(traces.denied, "Impersonation", "ImpersonationForbidden", [])],
    /✗ {2}authentication {2}refused: the user may not act as another\n┆ +acting as jane/,
  ],
] as const) {
  test(`${format}: ${list[0]?.diagnosis?.cause}`, async () => {
    assert.match(await render(format, list, { columns: null }), wanted);
  });
}

test("the evidence of one reason is said once in a table, and is made safe", async () => {
  const text = await render("table", [unauthorized, unauthorized], { columns: null });
  assert.equal(text.split(expired).length, 2);
  const hostile = diagnosed(traces.unauthorized, "Authentication", "TokenExpired", [hostileText]);
  for (const format of ["table", "flow", "wide"] as const)
    assert.ok(!(await render(format, [hostile], { columns: null })).includes(hostileText));
});

test("flow control by name: at its station, in its columns, and in the evidence of a 429", async () => {
  const names = { flowSchema: "trickle", priorityLevel: "drip" };
  const served = { ...traces.topNodes, flowControl: names };
  assert.match(
    await render("flow", [served], { columns: null }),
    /✓ {2}flow control {4}passed: FlowSchema "trickle", priority level "drip"\n/,
  );
  assert.match(await render("wide", [served]), / trickle +drip +no /);
  const refused = {
    ...diagnosed(traces.topNodes, "FlowControl", "TooManyRequests", ["FlowSchema trickle, and so on"]),
    flowControl: names,
  };
  assert.match(await render("table", [refused], { columns: null }), /\n +FlowSchema trickle, and so on\n/);
  assert.match(
    await render("json", [refused]),
    /"flowControl": \{\n +"flowSchema": "trickle",\n +"priorityLevel": "drip"/,
  );
});
