import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

/** docs/architecture.md says why. "type " before a folder: only its types. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  log: [],
  api: [],
  rbac: ["api", "type cluster"],
  cluster: ["api", "rbac", "log", "errors.ts"],
  trace: ["log", "api", "rbac", "type cluster"],
  render: ["api", "type trace", "type log", "type cluster"],
  sandbox: ["api", "rbac", "cluster", "type log", "errors.ts"],
  command: ["log", "api", "rbac", "cluster", "trace", "render", "sandbox", "io.ts", "errors.ts"],
  cli: ["type command", "command", "cluster", "render", "errors.ts"],
};

/** Each package has one home. */
const homes: Readonly<Record<string, readonly string[]>> = {
  undici: ["cluster"],
  "@kubernetes/client-node": ["cluster"],
  yaml: ["cluster", "render"],
  chalk: ["render"],
  "cli-table3": ["render"],
  commander: ["cli"],
};

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((name) => join("src", name))
  .filter((name) => name.endsWith(".ts") && name.split("/").length > 2);

function importsOf(file: string): { readonly from: string; readonly isType: boolean }[] {
  const text = readFileSync(file, "utf8");
  const pattern = /(?:^|\n)\s*(import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/g;
  return [...text.matchAll(pattern)].map((match) => ({
    from: match[3] ?? match[4] ?? "",
    isType: match[2] !== undefined || /^\s*import\s*\{(\s*type [^,}]+,?)+\s*\}/.test(match[0]),
  }));
}

for (const file of files) {
  const folder = file.split("/")[1] ?? "";
  test(`${file} imports only what its folder may`, () => {
    for (const { from, isType } of importsOf(file)) {
      if (from.startsWith("node:")) continue;
      if (from.startsWith(".")) {
        const [target = ""] = relative("src", join(dirname(file), from)).split("/");
        if (target === folder || target === "..") continue;
        const allowed = mayImport[folder] ?? [];
        assert.ok(
          allowed.includes(target) || (isType && allowed.includes(`type ${target}`)),
          `${file} imports ${from}`,
        );
        continue;
      }
      const name = from
        .split("/")
        .slice(0, from.startsWith("@") ? 2 : 1)
        .join("/");
      assert.ok(homes[name]?.includes(folder), `${file} imports the package ${from}`);
    }
  });
}

test("no file imports itself in a circle", () => {
  const seen = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `circle: ${[...path, file].join(" -> ")}`);
    if (seen.has(file)) return;
    for (const { from, isType } of importsOf(file)) {
      if (from.startsWith(".") && from.endsWith(".ts") && !isType)
        visit(join(dirname(file), from), [...path, file]);
    }
    seen.add(file);
  };
  for (const file of files) visit(file, []);
});

test("the process and the console are touched in main.ts only", () => {
  for (const file of files) {
    assert.doesNotMatch(
      readFileSync(file, "utf8"),
      /^(?!\s*(?:\*|\/\/|\/\*)).*(?<![.\w-])(?:process|console)\.\w/m,
      file,
    );
  }
});
