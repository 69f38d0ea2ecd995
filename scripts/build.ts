/**
 * Bundles src/main.ts into dist/. What most runs need is one CommonJS file, since each file costs a third of a millisecond and
 * Node's ES module loader ten. Each heavy part is a CommonJS file of its own, which is loaded when it is imported; what the
 * light part has already, it takes from there.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { type BuildOptions, build, type Plugin, transform } from "esbuild";

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
  "src/log/parser.ts",
  "src/render/explain.ts",
  "src/render/flow.ts",
  "src/render/waterfall.ts",
  "src/render/wide.ts",
  "src/render/yaml.ts",
  "src/trace/ask-cluster.ts",
];

const heavyApart: Plugin = {
  name: "heavy-apart",
  setup(build) {
    const heavy = new Set(heavyParts.map((part) => resolve(part)));
    build.onResolve({ filter: /\.ts$/ }, ({ kind, resolveDir, path }) => {
      if (kind !== "dynamic-import" || !heavy.has(resolve(resolveDir, path))) return null;
      return { path: `./${basename(path, ".ts")}.cjs`, external: true };
    });
  },
};

/** A heavy part's imports of what is light stay imports, of `light:src/…`. Each is noted in `used`. */
function lightApart(light: ReadonlySet<string>, used: Set<string>): Plugin {
  return {
    name: "light-apart",
    setup(build) {
      build.onResolve({ filter: /\.ts$/ }, ({ resolveDir, path }) => {
        const file = relative(".", resolve(resolveDir, path));
        if (!light.has(file)) return null;
        used.add(file);
        return { path: `light:${file}`, external: true };
      });
    },
  };
}

/**
 * What is loaded at every start decides how fast that is. commander starts subcommands that are programs of their own, ours
 * are not; chalk finds out what the terminal can do, we tell it.
 */
const unusedApart: Plugin = {
  name: "unused-apart",
  setup(build) {
    const replace = (filter: RegExp, importer: RegExp, contents: string) => {
      build.onResolve({ filter }, (args) =>
        importer.test(args.importer) ? { path: contents, namespace: "unused" } : null,
      );
    };
    replace(/^node:child_process$/, /commander/, "module.exports = {}");
    replace(/^#supports-color$/, /chalk/, "module.exports = { stdout: false, stderr: false }");
    build.onLoad({ filter: /.*/, namespace: "unused" }, ({ path }) => ({ contents: path, loader: "js" }));
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
  // There is none in CommonJS.
  define: { "import.meta.dirname": "__dirname" },
  logLevel: "warning",
} as const satisfies BuildOptions;

/** Makes import() a require(): what is imported so is CommonJS, too. */
const withoutImports = { "dynamic-import": false };

const lightBuild = {
  ...common,
  format: "cjs",
  supported: withoutImports,
  plugins: [heavyApart, unusedApart],
} as const satisfies BuildOptions;

/** The source files that the light part is made of. */
async function filesOfLight(): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    ...lightBuild,
    entryPoints: ["src/main.ts"],
    metafile: true,
    write: false,
  });
  return new Set(Object.keys(metafile.inputs).filter((file) => file.startsWith("src/")));
}

/** Writes the heavy parts, and what several of them share. Returns the light files that they need. */
async function buildHeavy(): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  const { outputFiles } = await build({
    ...common,
    entryPoints: heavyParts,
    entryNames: "[name]",
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
    plugins: [lightApart(await filesOfLight(), used), unusedApart],
    write: false,
  });
  // Only ES modules can be split.
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, { format: "cjs", minify: true, supported: withoutImports });
    const linked = code.replaceAll(/require\("light:([^"]+)"\)/g, 'require("./main.cjs").light["$1"]()');
    writeFileSync(path, linked);
  }
  return used;
}

/** Writes the light part. It hands out those of its files that the heavy parts need: nothing is there twice. */
async function buildLight(shared: ReadonlySet<string>): Promise<void> {
  const handed = [...shared].map((file) => `${JSON.stringify(file)}: () => require("./${file}"),`);
  const contents = `import "./src/main.ts";\nexport const light = {\n${handed.join("\n")}\n};`;
  await build({ ...lightBuild, stdin: { contents, resolveDir: "." }, outfile: "dist/main.cjs" });
}

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
await buildLight(await buildHeavy());
