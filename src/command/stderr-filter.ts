import type { LineKind } from "../log/parser.ts";
import type { ByteSink } from "./byte-sink.ts";

/**
 * Passes kubectl's stderr on, without the lines that only our verbosity caused. Problems (W, E, F) are printed at any
 * level; whether an I line belongs to the user's own level it does not say, so below 6 all but the transport's pass.
 *
 * @param userLevel the user's own -v; 0 for none
 */
export function createStderrFilter(
  userLevel: number,
  stderr: ByteSink,
): (bytes: Uint8Array, kind: LineKind) => void {
  const wanted: Readonly<Record<LineKind, boolean>> = {
    text: true,
    problem: true,
    info: userLevel > 0,
    transport: userLevel >= 6,
  };
  return (bytes, kind) => {
    if (wanted[kind]) stderr.write(bytes);
  };
}
