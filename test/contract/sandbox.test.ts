import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { askAll } from "./ask-all.ts";
import { titleOf } from "./question.ts";
import { questions } from "./questions.ts";
import { readRecord } from "./record.ts";
import { withSandboxAsked } from "./sandbox-asked.ts";

const all = Object.values(questions).flat();

test("the sandbox answers as the newest real server has answered", async (t) => {
  const { answers: recorded, ...contract } = readRecord();
  const answers = await withSandboxAsked(contract, (asked) => askAll(all, asked));
  for (const [subject, list] of Object.entries(questions)) {
    await t.test(subject, () => {
      for (const title of list.map(titleOf)) {
        assert.ok(recorded[title], `${title}: not in the record, see CONTRIBUTING.md`);
        assert.deepEqual(answers[title], recorded[title], title);
      }
    });
  }
});

test("no two questions are the same, and the record has no other", () => {
  const titles = all.map(titleOf);
  assert.deepEqual(
    titles.filter((title, index) => titles.indexOf(title) !== index),
    [],
  );
  assert.deepEqual(
    Object.keys(readRecord().answers).filter((title) => !titles.includes(title)),
    [],
  );
});

test("the record holds no Secret, no token, no key and no path of a machine", () => {
  const folder = join(import.meta.dirname, "../../fixtures/contract");
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), "utf8");
    assert.doesNotMatch(
      text,
      /"kind":"Secret","(apiVersion|metadata)|"Opaque"|s3cr3t|eyJhbGciOi|PRIVATE KEY|BEGIN CERTIFICATE/,
    );
    assert.doesNotMatch(text, /"\/(tmp|home|root|usr|work)\//);
  }
});
