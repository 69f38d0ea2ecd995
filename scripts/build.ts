/** Bundles src/main.ts into dist/: one light entry, and a chunk for each part that few runs need. */
import { rmSync } from "node:fs";
import { build, type Plugin } from "esbuild";

/**
 * Modules that packages load but we have no use for, and that cost milliseconds at every start:
 * - commander starts subcommands that are programs of their own: ours are not.
 * - chalk finds out what the terminal can do: we tell it.
 * - importing node:process evaluates all its getters, which opens the standard streams: the global is the same object.
 */
const replaced: Plugin = {
  name: "replaced",
  setup(build) {
    const replace = (filter: RegExp, by: string, importer: RegExp) => {
      build.onResolve({ filter }, (args) =>
        importer.test(args.importer) ? { path: by, namespace: "replaced" } : null,
      );
    };
    replace(/^node:child_process$/, "module.exports = {}", /commander/);
    replace(/^#supports-color$/, "module.exports = { stdout: false, stderr: false }", /chalk/);
    replace(/^(node:)?process$/, "module.exports = globalThis.process", /node_modules/);
    build.onLoad({ filter: /.*/, namespace: "replaced" }, ({ path }) => ({ contents: path, loader: "js" }));
  },
};

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.18",
  minify: true,
  legalComments: "none",
  chunkNames: "[name]-[hash]",
  // Node's own punycode prints a deprecation warning from Node 22 on; the package of that name does not.
  // yaml's ES module, where Node would get CommonJS, loads in parts and keeps its names behind import().
  alias: { punycode: "punycode/", yaml: "./node_modules/yaml/browser/index.js" },
  // CommonJS packages inside the bundle call require() for Node's own modules.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
  plugins: [replaced],
  logLevel: "warning",
});
