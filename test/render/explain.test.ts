import assert from "node:assert/strict";
import { test } from "node:test";
import { glossary, type Term } from "../../src/render/glossary.ts";
import { termsIn, termsOf, termsToSay } from "../../src/render/terms.ts";
import { type Cause, causes, type Party, parties, summaryOf } from "../../src/trace/diagnosis/diagnosis.ts";
import { sampleTrace, traces } from "../helpers/traces.ts";
import { render } from "./rendering.ts";

const diagnosed = (party: Party, cause: Cause) => ({
  party,
  cause,
  summary: summaryOf(party, cause, true),
  evidence: [],
  advice: [],
});

test("every party and every cause has a story", () => {
  for (const party of Object.keys(parties) as Party[]) {
    for (const cause of Object.keys(causes) as Cause[]) {
      const terms = termsOf(diagnosed(party, cause));
      assert.ok(terms.length > 0, `${party} ${cause}`);
      assert.equal(new Set(terms).size, terms.length);
    }
  }
});

for (const [term, { title, sentence, story }] of Object.entries(glossary)) {
  test(`${term} is told plainly`, () => {
    assert.notEqual(title, "");
    assert.ok(story.length >= 2 && story.length <= 8, `${story.length} sentences`);
    for (const line of [sentence, ...story]) {
      assert.match(line, /^[ -~]*$/, "ASCII alone");
      assert.ok(line.length <= 230, line);
    }
    assert.doesNotMatch(sentence, /\.$/);
    for (const line of story) assert.match(line, /[.?]$/, line);
  });
}

test("nobody's no is not that of somebody who may not", () => {
  assert.deepEqual(termsOf(diagnosed("Authorization", "Anonymous")), ["anonymous"]);
  assert.deepEqual(termsOf(diagnosed("Authorization", "NoRuleAllows")), ["forbidden", "rbac"]);
  assert.deepEqual(termsOf(diagnosed("APIServer", "NotServed")), ["discovery"]);
  assert.deepEqual(termsOf(diagnosed("ExtensionServer", "ObjectNotFound")), ["aggregation"]);
  assert.deepEqual(termsOf(null), []);
});

test("what went well says nothing, but for the client's own waiting", () => {
  assert.deepEqual(termsToSay(traces.list), []);
  assert.deepEqual(termsToSay(sampleTrace({ roundTrip: { throttledMs: 1000 } })), ["throttling"]);
});

test("the terms in a Trace", () => {
  const impersonation = { user: "jane", groups: [], uid: "", extra: {} };
  const found: readonly Term[] = termsIn(sampleTrace({ roundTrip: { impersonation, throttledMs: 1 } }));
  assert.deepEqual(found, ["throttling", "impersonation", "masters", "aggregation"]);
  assert.deepEqual(termsIn(traces.discoveryApis), ["authenticated", "discovery"]);
});

for (const format of ["table", "flow"] as const) {
  test(`${format}: a term is said once, and its story told once, behind everything else`, async () => {
    const list = [traces.denied, traces.denied, traces.unauthorized];
    const said = (text: string, words: string): number => text.split(words).length - 1;
    const plain = await render(format, list, { columns: null });
    assert.equal(said(plain, glossary.forbidden.sentence), 1);
    assert.equal(said(plain, glossary.unauthorized.sentence), 1);
    const explained = await render(format, list, { columns: null, explain: true });
    assert.ok(explained.startsWith(plain));
    const stories = explained.slice(plain.length);
    assert.match(stories, /^\n403 Forbidden\n {2}Authorization comes after/);
    for (const title of ["403 Forbidden", "401 Unauthorized", "RBAC"])
      assert.equal(said(stories, `\n${title}\n`), 1);
    const narrow = (await render(format, list, { columns: 50, explain: true })).split("\n");
    assert.ok(narrow.every((line) => line.length <= 50));
  });
}

test("a title that is wider than the terminal is wrapped", async () => {
  const text = await render("flow", [traces.discoveryApis], { columns: 40, explain: true });
  assert.match(text, /\n\nsystem:authenticated,\nsystem:unauthenticated\n {2}Groups /);
});

test("wide: the stories stand behind the rows", async () => {
  const text = await render("wide", [traces.denied], { explain: true });
  assert.match(text, /\n\nRBAC\n {2}RBAC only allows/);
});

for (const format of ["json", "yaml", "ndjson"] as const) {
  test(`${format}: a program is told no stories`, async () => {
    const list = [traces.denied];
    assert.equal(await render(format, list, { explain: true }), await render(format, list));
  });
}

test("nothing to explain where nothing was sent", async () => {
  assert.equal(await render("table", [], { explain: true }), await render("table", []));
});
