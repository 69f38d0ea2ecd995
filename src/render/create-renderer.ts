import type { Renderer, RenderOptions } from "./renderer.ts";

/** Every format and the file that knows it, loaded only when asked for. */
const formats = {
  table: async (options) => (await import("./table.ts")).createTableRenderer(options),
  wide: async (options) => (await import("./wide.ts")).createWideRenderer(options),
  flow: async (options) => (await import("./flow.ts")).createFlowRenderer(options),
  waterfall: async (options) => (await import("./waterfall.ts")).createWaterfallRenderer(options),
  json: async () => (await import("./json.ts")).createJsonRenderer(),
  yaml: async () => (await import("./yaml.ts")).createYamlRenderer(),
  ndjson: async () => (await import("./ndjson.ts")).createNdjsonRenderer(),
} as const satisfies Record<string, (options: RenderOptions) => Promise<Renderer>>;

export type OutputFormat = keyof typeof formats;

/** What `-o` takes. */
export const outputFormats = Object.keys(formats) as readonly OutputFormat[];

/** Formats for people: only behind these a story is told. */
const readable: ReadonlySet<OutputFormat> = new Set(["table", "wide", "flow"] as const);

/** A renderer of that format. */
export async function createRenderer(format: OutputFormat, options: RenderOptions): Promise<Renderer> {
  const renderer = await formats[format](options);
  if (options.explain !== true || !readable.has(format)) return renderer;
  return (await import("./explain.ts")).withExplanations(renderer, options);
}
