import type { Trace } from "../trace/trace.ts";
import type { Renderer } from "./renderer.ts";
import { escapeJson } from "./sanitize.ts";
import { traceJson } from "./trace-json.ts";

/** The list that `json` and `yaml` write around their traces, but for its items. */
export const listHead = { apiVersion: "kubectl-trace/v1alpha1", kind: "TraceList" } as const;

/** The Trace as the output contract has it, as a plain value. */
export function traceToJson(trace: Trace): unknown {
  return JSON.parse(traceJson(trace));
}

/** JSON text with an indentation of two, safe to print on a terminal. */
export function renderJson(value: unknown): string {
  return escapeJson(JSON.stringify(value, null, 2));
}

/** A `TraceList`, written item by item, as JSON.stringify would write the whole with an indentation of two. */
export function createJsonRenderer(): Renderer {
  let count = 0;
  return {
    start: () => `${renderJson(listHead).slice(0, -"\n}".length)},\n  "items": [`,
    trace(trace) {
      const item = renderJson(traceToJson(trace)).replaceAll("\n", "\n    ");
      count += 1;
      return `${count === 1 ? "" : ","}\n    ${item}`;
    },
    end: () => (count === 0 ? "]\n}\n" : "\n  ]\n}\n"),
  };
}
