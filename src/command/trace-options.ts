import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import type { OutputFormat } from "../render/create-renderer.ts";

export const colorModes = ["auto", "always", "never"] as const;
export type ColorMode = (typeof colorModes)[number];

/** What every verb that prints Traces can be told. */
export interface TraceOptions {
  readonly output: OutputFormat;
  /** File that takes the trace instead of stdout; null: stdout. */
  readonly to: string | null;
  readonly color: ColorMode;
  /** Draw with ASCII characters only. */
  readonly ascii: boolean;
  /** Tell the story of each term that occurs, behind what is for people. */
  readonly explain: boolean;
  /** File to ask instead of a cluster. */
  readonly snapshot: string | null;
  /** Ask no cluster at all. */
  readonly offline: boolean;
  readonly flags: ConnectionFlags;
}
