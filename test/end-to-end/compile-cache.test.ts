import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../helpers/kubeconfigs.ts";
import { runTrace } from "./processes.ts";

/** Whoever can write the code that Node keeps can run it as us: it must not lie in a folder that is everybody's. */
const skip = process.platform === "win32" ? "there the default is the user's own" : false;
test("compiled code is kept in the user's own folder or nowhere", { skip }, async (t) => {
  const home = await temporaryFolder(t);
  const spy = join(home, "spy.cjs");
  writeFileSync(
    spy,
    'require("node:module").enableCompileCache = (folder) => process.stderr.write("[" + folder + "]");',
  );
  const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ HOME: home }, `[${home}/.cache/kubectl-trace]`],
    [{ HOME: "/no/such", XDG_CACHE_HOME: home }, `[${home}/kubectl-trace]`],
    [{ HOME: "/no/such" }, ""],
    [{ HOME: "." }, ""],
    [{}, ""],
  ];
  for (const [env, told] of cases) {
    const { stdout, stderr } = await runTrace(["--version"], {
      env: { ...env, NODE_OPTIONS: `--require=${spy}` },
    });
    assert.equal(stderr, told, JSON.stringify(env));
    assert.match(stdout, /^\d/);
  }
});
