import type { TimeBudget } from "../trace/time/time-budget.ts";
import type { Trace } from "../trace/trace.ts";
import { indentJson } from "./indent-json.ts";
import type { Renderer } from "./renderer.ts";
import { escapeJson, wellFormed } from "./sanitize.ts";
import { createTraceJson, traceJson } from "./trace-json.ts";

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

/** The last field of a `TraceList`, there when it is known. */
export function timeBudgetToJson({ totalMs, sharesMs, from, to, findings }: TimeBudget): unknown {
  const found = findings.map(({ cause, costMs, summary, advice }) => ({
    cause,
    costMs,
    summary: wellFormed(summary),
    advice: advice.map(wellFormed),
  }));
  return { totalMs, sharesMs: { ...sharesMs }, from, to, findings: found };
}

/** A `TraceList`, written item by item, as JSON.stringify would write the whole with an indentation of two. */
export function createJsonRenderer(): Renderer {
  const traceJson = createTraceJson();
  let count = 0;
  return {
    start: () => `${renderJson(listHead).slice(0, -"\n}".length)},\n  "items": [`,
    trace(trace) {
      const item = indentJson(traceJson(trace), 4);
      count += 1;
      return `${count === 1 ? "" : ","}\n    ${item}`;
    },
    end({ budget }) {
      const last =
        budget === null
          ? ""
          : `,\n  "timeBudget": ${indentJson(escapeJson(JSON.stringify(timeBudgetToJson(budget))), 2)}`;
      return `${count === 0 ? "" : "\n  "}]${last}\n}\n`;
    },
  };
}
