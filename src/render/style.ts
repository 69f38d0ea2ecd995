import { Chalk } from "chalk";
import type { RenderOptions } from "./renderer.ts";

/** What a piece of text means. Colour only repeats what its words say. */
export type Tone = "plain" | "strong" | "faint" | "good" | "bad" | "doubt";

/** Colours and drawing characters of one renderer. */
export interface Style {
  readonly colored: boolean;
  readonly paint: (tone: Tone, text: string) => string;
  readonly glyphs: Glyphs;
}

export type Glyphs = Readonly<Record<keyof typeof unicode, string>>;

const unicode = {
  ellipsis: "…",
  arrow: "→",
  times: "×",
  line: "│",
  brokenLine: "┆",
  branch: "├",
  rule: "─",
  step: "●",
  good: "✓",
  bad: "✗",
  doubt: "?",
  notReached: "○",
  heldFill: "░",
  waitFill: "·",
  networkFill: "▒",
  serverFill: "█",
} as const;

const ascii: Glyphs = {
  ellipsis: "..",
  arrow: "->",
  times: "x",
  line: "|",
  brokenLine: ":",
  branch: "+",
  rule: "-",
  step: "*",
  good: "+",
  bad: "x",
  doubt: "?",
  notReached: "o",
  heldFill: ".",
  waitFill: "~",
  networkFill: "=",
  serverFill: "#",
};

export function createStyle(options: RenderOptions): Style {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const painters = {
    plain: (text: string) => text,
    strong: chalk.bold,
    faint: chalk.dim,
    good: chalk.green,
    bad: chalk.red,
    doubt: chalk.yellow,
  } satisfies Record<Tone, (text: string) => string>;
  return {
    colored: options.color,
    paint: options.color ? (tone, text) => painters[tone](text) : (_tone, text) => text,
    glyphs: options.ascii ? ascii : unicode,
  };
}
