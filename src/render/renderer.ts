import type { CommandTimes } from "../trace/time/time-keeper.ts";
import type { Trace } from "../trace/trace.ts";

/** How to render, beside the format. */
export interface RenderOptions {
  /** Columns of the terminal; null when the text does not go to one: then nothing is shortened or wrapped. */
  readonly columns: number | null;
  readonly color: boolean;
  /** Draw with ASCII only. What comes from logs and clusters stays as it is. */
  readonly ascii?: boolean;
  /** Tell the story of each term that occurs, behind what is for people. */
  readonly explain?: boolean;
  /** Who answered the questions, for people: `context "kind-dev" (https://…)`, "offline". */
  readonly title?: string;
  /** The command line that sent the requests: `["kubectl", "top", "nodes"]`. */
  readonly command?: readonly string[];
}

/**
 * Traces to text, piece by piece: what the three functions give, in the order start, trace…, end, is the output.
 * Memory stays bounded however many traces come.
 */
export interface Renderer {
  start(): string;
  trace(trace: Trace): string;
  end(times: CommandTimes): string;
}
