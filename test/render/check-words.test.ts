import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckItem } from "../../src/render/check-report.ts";
import { causeOf, sentenceOf, stateOf, summaryOf } from "../../src/render/check-words.ts";
import { accepted, away, broken, fine, item, local, report } from "./check-reports.ts";

const sentences: readonly [CheckItem, state: string, cause: string, sentence: string][] = [
  [fine, "available", "Passed", "v1beta1.metrics.k8s.io is available"],
  [
    broken,
    "unavailable",
    "MissingEndpoints",
    "v1beta1.custom.metrics.k8s.io is not available: MissingEndpoints: no addresses",
  ],
  [
    { context: "dev", ...accepted },
    "accepted",
    "MissingEndpoints",
    "v1beta1.custom.metrics.k8s.io in context dev is not available, which is accepted (known outage): MissingEndpoints: no addresses",
  ],
  [item("v1.x", "Unknown", ""), "unavailable", "NotAvailable", "v1.x is not available: NotAvailable"],
  [away, "unasked", "CannotBeAsked", "context prod cannot be asked: connection refused"],
  [item("v1.\x1b[0m", "False", "A\nB"), "unavailable", "A ↵ B", "v1.\\x1b[0m is not available: A ↵ B"],
];

for (const [one, state, cause, sentence] of sentences) {
  test(sentence, () => {
    assert.deepEqual([stateOf(one), causeOf(one), sentenceOf(one)], [state, cause, sentence]);
  });
}

const summaries: readonly [readonly CheckItem[], string][] = [
  [[], "there is no APIService with a Service"],
  [[fine], "v1beta1.metrics.k8s.io is available"],
  [[broken], "v1beta1.custom.metrics.k8s.io is not available"],
  [[accepted], "v1beta1.custom.metrics.k8s.io is not available, which is accepted (known outage)"],
  [[fine, local("v1.")], "all 2 APIServices are available"],
  [[fine, broken], "1 of 2 APIServices is not available"],
  [[broken, broken, fine], "2 of 3 APIServices are not available"],
  [[fine, local("v1."), accepted], "2 of 3 APIServices are available, 1 is accepted"],
  [[fine, broken, accepted, accepted], "1 of 4 APIServices is not available, 2 more are accepted"],
  [[away], "1 of 1 contexts cannot be asked"],
  [
    [away, { context: "dev", ...fine }, { context: "dev", ...local("v1.") }],
    "all 2 APIServices are available; 1 of 2 contexts cannot be asked",
  ],
];

for (const [items, summary] of summaries) {
  test(`summary: ${summary}`, () => assert.equal(summaryOf(report(...items)), summary));
}

test("that no webhook was found is said, unless a context with some may not have been asked", () => {
  const summary = (...items: readonly CheckItem[]) => summaryOf({ ...report(...items), webhooks: [] });
  assert.equal(summary(fine), "v1beta1.metrics.k8s.io is available; no webhooks were found");
  assert.doesNotMatch(summary(fine, away), /webhook/);
  assert.equal(summary(), "there is no APIService with a Service");
});
