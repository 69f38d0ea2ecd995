import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { comparable } from "./normalise.ts";
import type { Files } from "./record.ts";

export const fixturesFolder = join(import.meta.dirname, "../../../fixtures/broken");

/** Compares with what is recorded; UPDATE_GOLDEN=1 records instead, and keeps a file that says the same in other words. */
export function checkFiles(folder: string, files: Files): void {
  const recorded = readFiles(folder);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(folder, { recursive: true });
    for (const name of Object.keys(recorded)) if (files[name] === undefined) rmSync(join(folder, name));
    for (const [name, text] of Object.entries(files))
      if (comparable(recorded[name] ?? "") !== comparable(text)) writeFileSync(join(folder, name), text);
    return;
  }
  assert.deepEqual(Object.keys(files).sort(), Object.keys(recorded).sort());
  for (const [name, text] of Object.entries(files))
    assert.equal(comparable(text), comparable(recorded[name] ?? ""), join(folder, name));
}

function readFiles(folder: string): Files {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}
