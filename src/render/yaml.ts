import { stringify, type ToStringOptions } from "yaml";
import { listHead, timeBudgetToJson, traceToJson } from "./json.ts";
import type { Renderer } from "./renderer.ts";
import { actsOnTerminal, escapeYaml } from "./sanitize.ts";

/** Lists as kubectl writes them, no line folded; what an older YAML would read as a boolean or a time is quoted. */
const style = { lineWidth: 0, indentSeq: false } as const;

/** Every string in double quotes, where any character can be an escape. */
const quoted: ToStringOptions = {
  defaultStringType: "QUOTE_DOUBLE",
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
};

/** A value of JSON's types as one YAML document, safe to print on a terminal. */
export function renderYaml(value: unknown): string {
  const text = stringify(value, { ...style, compat: "yaml-1.1" });
  if (!actsOnTerminal(text)) return text;
  return escapeYaml(stringify(value, { ...style, ...quoted }));
}

/** A `TraceList`, written item by item. */
export function createYamlRenderer(): Renderer {
  let count = 0;
  return {
    start: () => renderYaml(listHead),
    trace(trace) {
      count += 1;
      return `${count === 1 ? "items:\n" : ""}${renderYaml([traceToJson(trace)])}`;
    },
    end: ({ budget }) =>
      (count === 0 ? "items: []\n" : "") +
      (budget === null ? "" : renderYaml({ timeBudget: timeBudgetToJson(budget) })),
  };
}
