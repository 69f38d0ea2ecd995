import type { Renderer } from "./renderer.ts";
import { createTraceJson } from "./trace-json.ts";

/** One Trace a line, each written as it comes. */
export function createNdjsonRenderer(): Renderer {
  const traceJson = createTraceJson();
  return {
    start: () => "",
    trace: (trace) => `${traceJson(trace)}\n`,
    end: () => "",
  };
}
