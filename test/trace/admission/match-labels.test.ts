import assert from "node:assert/strict";
import { test } from "node:test";
import { matchLabels } from "../../../src/trace/admission/match-labels.ts";
import { selector } from "./admission-objects.ts";

const labels = { runlevel: "1", app: "web" };
const expression = (key: string, operator: string, ...values: readonly string[]) => ({
  key,
  operator,
  values,
});

for (const [name, chosen, ofAll, ofSome] of [
  ["anything", selector({}), "yes", "yes"],
  ["a label", selector({ app: "web" }), "yes", "yes"],
  ["another value", selector({ app: "db" }), "no", "no"],
  ["a label that is not there", selector({ tier: "x" }), "no", "maybe"],
  ["In", selector({}, expression("runlevel", "In", "0", "1")), "yes", "yes"],
  ["In, without it", selector({}, expression("tier", "In", "x")), "no", "maybe"],
  ["NotIn", selector({}, expression("runlevel", "NotIn", "1")), "no", "no"],
  ["NotIn, another", selector({}, expression("runlevel", "NotIn", "0")), "yes", "yes"],
  ["NotIn, without it", selector({}, expression("tier", "NotIn", "x")), "yes", "maybe"],
  ["Exists", selector({}, expression("app", "Exists")), "yes", "yes"],
  ["Exists, without it", selector({}, expression("tier", "Exists")), "no", "maybe"],
  ["DoesNotExist", selector({}, expression("app", "DoesNotExist")), "no", "no"],
  ["DoesNotExist, without it", selector({}, expression("tier", "DoesNotExist")), "yes", "maybe"],
  ["one of two", selector({ app: "web", runlevel: "2" }), "no", "no"],
  ["one of two that is not known", selector({ app: "db", tier: "x" }), "no", "no"],
  ["what objects inherit", selector({}, expression("constructor", "Exists")), "no", "maybe"],
  ["an operator of the future", selector({}, expression("app", "Near", "web")), "maybe", "maybe"],
] as const) {
  test(`labels: ${name}`, () => {
    assert.equal(matchLabels(chosen, { labels, unknown: "" }).matches, ofAll);
    assert.equal(matchLabels(chosen, { labels, unknown: "not all are known" }).matches, ofSome);
  });
}
