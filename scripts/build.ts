/**
 * Bundles src/main.ts into dist/. What most runs need is one CommonJS file, because Node loads that without its ES module
 * loader, in half the time. Each heavy part is an ES module that is imported when it is needed.
 */
import { rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, resolve } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

/** Imported with import() by the light part, and by nothing else of it. */
const heavyParts = [
  "src/cluster/kubeconfig/kubeconfig.ts",
  "src/cluster/live/live.ts",
  "src/cluster/live/live-reader.ts",
  "src/cluster/snapshot/snapshot-cluster.ts",
  "src/command/check.ts",
  "src/command/request.ts",
  "src/command/sandbox.ts",
  "src/command/snapshot.ts",
  "src/command/snapshot-file.ts",
  "src/render/flow.ts",
  "src/render/wide.ts",
  "src/render/yaml.ts",
];

/** Both parts throw and catch the same errors, so there is one copy of them. */
const errors = resolve("src/errors.ts");

const errorsApart: Plugin = {
  name: "errors-apart",
  setup(build) {
    build.onResolve({ filter: /\/errors\.ts$/ }, ({ resolveDir, path }) =>
      resolve(resolveDir, path) === errors ? { path: "./errors.cjs", external: true } : null,
    );
  },
};

const heavyApart: Plugin = {
  name: "heavy-apart",
  setup(build) {
    const heavy = new Set(heavyParts.map((part) => resolve(part)));
    build.onResolve({ filter: /\.ts$/ }, ({ kind, resolveDir, path }) => {
      if (kind !== "dynamic-import" || !heavy.has(resolve(resolveDir, path))) return null;
      return { path: `./${basename(path, ".ts")}.js`, external: true };
    });
  },
};

/**
 * What is loaded at every start, and how, decides how fast that is:
 * - Node's own modules are taken as they are. To import one, Node makes a copy that evaluates all its getters: that of
 *   node:process opens the standard streams, that of node:fs loads everything about streams.
 * - commander starts subcommands that are programs of their own: ours are not.
 * - chalk finds out what the terminal can do: we tell it.
 */
const cheapModules: Plugin = {
  name: "cheap-modules",
  setup(build) {
    const replace = (filter: RegExp, by: (path: string) => string, importer = /./) => {
      build.onResolve({ filter }, (args) =>
        importer.test(args.importer) ? { path: by(args.path), namespace: "cheap" } : null,
      );
    };
    replace(/^node:child_process$/, () => "module.exports = {}", /commander/);
    replace(/^#supports-color$/, () => "module.exports = { stdout: false, stderr: false }", /chalk/);
    replace(/^(node:)?process$/, () => "module.exports = process");
    const builtIn = new RegExp(
      `^(node:.*|${builtinModules.map((name) => name.replaceAll("/", "\\/")).join("|")})$`,
    );
    replace(builtIn, (path) => `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`);
    build.onLoad({ filter: /.*/, namespace: "cheap" }, ({ path }) => ({ contents: path, loader: "js" }));
  },
};

const common = {
  bundle: true,
  platform: "node",
  target: "node20.18",
  minify: true,
  legalComments: "none",
  // Node's own punycode prints a deprecation warning from Node 22 on; the package of that name does not.
  // yaml's ES module, where Node would get CommonJS, loads in parts and keeps its names behind import().
  alias: { punycode: "punycode/", yaml: "./node_modules/yaml/browser/index.js" },
  logLevel: "warning",
} as const satisfies BuildOptions;

rmSync("dist", { recursive: true, force: true });
await Promise.all([
  build({ ...common, entryPoints: [errors], outfile: "dist/errors.cjs", format: "cjs" }),
  build({
    ...common,
    entryPoints: ["src/main.ts"],
    outfile: "dist/main.cjs",
    format: "cjs",
    plugins: [errorsApart, heavyApart, cheapModules],
  }),
  build({
    ...common,
    entryPoints: heavyParts,
    entryNames: "[name]",
    outdir: "dist",
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
    plugins: [errorsApart, cheapModules],
  }),
]);
