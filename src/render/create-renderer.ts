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

/** A renderer of that format. */
export function createRenderer(format: OutputFormat, options: RenderOptions): Promise<Renderer> {
  return formats[format](options);
}
