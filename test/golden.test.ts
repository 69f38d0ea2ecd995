import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";

/**
 * The built binary on each folder of fixtures/cases: its words are in `argv`, one a line, its standard input is `stdin`
 * where there is one, and stdout, stderr and the exit code must be what the files say.
 * UPDATE_GOLDEN=1 writes what comes out instead.
 */
const binary = resolve("bin/kubectl-trace.js");
const cases = resolve("fixtures/cases");
let home = "";

before(() => {
  home = mkdtempSync(join(tmpdir(), "kubectl-trace-golden-"));
});
after(() => rmSync(home, { recursive: true, force: true }));

for (const name of readdirSync(cases)) {
  const folder = join(cases, name);
  test(`fixtures/cases/${name}`, () => {
    const words = readFileSync(join(folder, "argv"), "utf8").trimEnd().split("\n");
    const { stdout, stderr, status } = spawnSync(process.execPath, [binary, ...words], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: home },
      input: existsSync(join(folder, "stdin")) ? readFileSync(join(folder, "stdin")) : "",
    });
    check(folder, "stdout.txt", stdout);
    check(folder, "stderr.txt", stderr);
    check(folder, "exitcode", `${status}\n`);
  });
}

/** A file that is not there stands for no text. */
function check(folder: string, file: string, actual: string): void {
  const path = join(folder, file);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    if (actual === "") rmSync(path, { force: true });
    else writeFileSync(path, actual);
  }
  assert.equal(actual, existsSync(path) ? readFileSync(path, "utf8") : "");
}
