import type { Diagnosis } from "../trace/diagnosis/diagnosis.ts";
import { glossary, type Term } from "./glossary.ts";
import type { Renderer, RenderOptions } from "./renderer.ts";
import { createStyle, type Style } from "./style.ts";
import { termsIn, termsOf } from "./terms.ts";
import { wrapText } from "./text-width.ts";

/** The same renderer, with the story of each term that occurred behind its output: first those of what failed. */
export function withExplanations(renderer: Renderer, options: RenderOptions): Renderer {
  const failed = new Set<Term>();
  const others = new Set<Term>();
  return {
    start: () => renderer.start(),
    trace(trace) {
      for (const term of termsIn(trace)) (trace.diagnosis === null ? others : failed).add(term);
      return renderer.trace(trace);
    },
    end(times) {
      const terms = [...new Set([...failed, ...others])];
      return renderer.end(times) + renderStories(terms, options.columns, createStyle(options));
    },
  };
}

/** The story of each term of these, for what is no renderer of Traces. */
export function explainDiagnoses(
  diagnoses: readonly Diagnosis[],
  options: Pick<RenderOptions, "columns" | "color">,
): string {
  return renderStories([...new Set(diagnoses.flatMap(termsOf))], options.columns, createStyle(options));
}

/** A blank line, a title and the story of each term, on lines of at most `columns`; "" for no terms. */
function renderStories(terms: readonly Term[], columns: number | null, style: Style): string {
  const room = columns === null ? Number.POSITIVE_INFINITY : Math.max(columns, 40) - 2;
  return terms
    .map((term) => {
      const { title, story } = glossary[term];
      const lines = story.flatMap((sentence) => wrapText(sentence, room));
      const heading = wrapText(title, room + 2).map((line) => style.paint("strong", line));
      return `\n${heading.join("\n")}\n${lines.map((line) => `  ${line}\n`).join("")}`;
    })
    .join("");
}
