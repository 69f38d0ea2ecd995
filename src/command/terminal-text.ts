import { sanitize } from "../render/sanitize.ts";

/** Text of several lines made safe for a terminal: line ends and tabs stay, all other controls become visible. */
export function sanitizeLines(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/\r$/, "").split("\t").map(sanitize).join("\t"))
    .join("\n");
}
