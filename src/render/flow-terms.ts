import type { Trace } from "../trace/trace.ts";
import type { IsNews } from "./details.ts";
import type { Step } from "./flow-step.ts";
import { glossary } from "./glossary.ts";
import { termsToSay } from "./terms.ts";

/** What the words of a station mean, said once where they first occur: at the client, or at the one that said no. */
export function withTerms(steps: readonly Step[], trace: Trace, isNews: IsNews): readonly Step[] {
  const [client] = steps;
  const no = steps.find(({ mark }) => mark === "bad") ?? steps.at(-1);
  const said = new Map<Step | undefined, string[]>();
  for (const term of termsToSay(trace)) {
    if (!isNews("term", term)) continue;
    const where = term === "throttling" ? client : no;
    said.set(where, [...(said.get(where) ?? []), glossary[term].sentence]);
  }
  return steps.map((step) => ({ ...step, lines: [...step.lines, ...(said.get(step) ?? [])] }));
}
