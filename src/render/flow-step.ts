export type Mark = "step" | "good" | "bad" | "doubt" | "notReached";

/** One station on the drawing: a mark, its name, and what is known of it, line by line. */
export interface Step {
  readonly mark: Mark;
  readonly label: string;
  readonly lines: readonly string[];
}

/** A step of the lines that are not empty. */
export function step(mark: Mark, label: string, ...lines: readonly string[]): Step {
  return { mark, label, lines: lines.filter((line) => line !== "") };
}
