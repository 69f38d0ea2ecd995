/** Bundles src/main.ts into dist/: one light entry, and a chunk for each part that few runs need. */
import { rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.18",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  chunkNames: "[name]-[hash]",
  // Node's own punycode prints a deprecation warning from Node 22 on; the package of that name does not.
  // yaml's ES module, where Node would get CommonJS, loads in parts and keeps its names behind import().
  alias: { punycode: "punycode/", yaml: "./node_modules/yaml/browser/index.js" },
  // CommonJS packages inside the bundle call require() for Node's own modules.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
  logLevel: "warning",
});
