import type { Bar } from "../trace/time/time-line.ts";
import type { Glyphs, Style, Tone } from "./style.ts";

/** What one column of a bar stands for, and what the legend calls it. */
export const fillWords = {
  before: "before the first request",
  held: "held back",
  wait: "waiting in the client",
  network: "network",
  server: "server",
} as const satisfies Record<string, string>;

export type Fill = keyof typeof fillWords;

/** What is drawn in a row: parts that follow one another, each until a moment in milliseconds. */
export interface DrawnBar {
  readonly from: number;
  readonly parts: readonly { readonly fill: Fill; readonly to: number }[];
}

export function requestBar({ heldFrom, sent, networkFrom, serverFrom, to }: Bar): DrawnBar {
  return {
    from: heldFrom,
    parts: [
      { fill: "held", to: sent },
      { fill: "wait", to: networkFrom },
      { fill: "network", to: serverFrom },
      { fill: "server", to },
    ],
  };
}

/** The fills that are drawn: those that take any time; the last of them where none does. */
export function fillsOf(bar: DrawnBar): Fill[] {
  return partsOf(bar).map(({ fill }) => fill);
}

function partsOf({ from, parts }: DrawnBar): DrawnBar["parts"] {
  const drawn = parts.filter(({ to }, i) => to > (parts[i - 1]?.to ?? from));
  return drawn.length > 0 ? drawn : parts.slice(-1);
}

export function fillGlyph(fill: Fill, glyphs: Glyphs): string {
  switch (fill) {
    case "before":
      return glyphs.rule;
    case "held":
      return glyphs.heldFill;
    case "wait":
      return glyphs.waitFill;
    case "network":
      return glyphs.networkFill;
    case "server":
      return glyphs.serverFill;
  }
}

/**
 * The bar in exactly `width` columns that stand for `axisMs`; null is drawn as "?". Whatever is on the axis takes a column at least.
 * `tone` is that of the answer.
 */
export function renderBar(
  bar: DrawnBar | null,
  axisMs: number,
  width: number,
  tone: Tone,
  style: Style,
): string {
  if (bar === null) return `?${" ".repeat(width - 1)}`;
  const scale = axisMs === 0 ? 0 : width / axisMs;
  const end = bar.parts.at(-1)?.to ?? bar.from;
  const first = clamp(Math.floor(bar.from * scale), 0, width - 1);
  const last = clamp(Math.ceil(end * scale) - 1, first, width - 1);
  const parts = partsOf(bar);
  const fills: Fill[] = [];
  for (let column = first; column <= last; column++) fills.push(fillAt(parts, (column + 0.5) / scale));
  return " ".repeat(first) + paintRuns(fills, tone, style) + " ".repeat(width - 1 - last);
}

/** The part that is under way at a moment; before and after all of them, the nearest. */
function fillAt(parts: DrawnBar["parts"], ms: number): Fill {
  return (parts.find(({ to }) => ms < to) ?? parts.at(-1))?.fill ?? "server";
}

function paintRuns(fills: readonly Fill[], tone: Tone, style: Style): string {
  let text = "";
  for (let i = 0; i < fills.length; ) {
    const fill = fills[i] ?? "server";
    let end = i;
    while (fills[end] === fill) end++;
    text += style.paint(toneOf(fill, tone), fillGlyph(fill, style.glyphs).repeat(end - i));
    i = end;
  }
  return text;
}

function toneOf(fill: Fill, answer: Tone): Tone {
  if (fill === "server") return answer;
  return fill === "held" || fill === "wait" ? "doubt" : "faint";
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
