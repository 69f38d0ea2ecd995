/** Columns of a terminal, for text that `sanitize` has been over: no controls, nothing invisible but combining marks. */

const ascii = /^[\x20-\x7e]*$/;
/** Marks that a terminal draws over the character before them. */
const combining = /^[\p{Mn}\p{Me}]$/u;
const emoji = /^(?!\p{Regional_Indicator})\p{Emoji_Presentation}$/u;

/** East Asian Wide and Fullwidth blocks, as first and last code point (Unicode's EastAsianWidth.txt, by block). */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18df2],
  [0x1aff0, 0x1b2fb],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

/** How many columns the text takes. */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text, or as much of its start and end as fits into `width` columns with the mark between them. */
export function shortenMiddle(text: string, width: number, mark: string): string {
  if (textWidth(text) <= width) return text;
  if (width <= mark.length) return mark.slice(0, Math.max(0, width));
  const room = width - mark.length;
  const start = takeStart(text, Math.ceil(room / 2));
  const end = takeEnd(text, room - textWidth(start));
  return `${start}${mark}${end}`;
}

/** The text and the mark, when it does not fit into `width` columns; the text itself when it does. */
export function shortenEnd(text: string, width: number, mark: string): string {
  if (textWidth(text) <= width) return text;
  return `${takeStart(text, Math.max(0, width - mark.length))}${mark}`;
}

/** The text with spaces up to `width` columns. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const missing = width - textWidth(text);
  if (missing <= 0) return text;
  return align === "left" ? text + " ".repeat(missing) : " ".repeat(missing) + text;
}

/**
 * The text in lines of at most `width` columns, broken at spaces, within a word only when it fits on no line.
 * Infinity for `width` gives one line. An empty text gives one empty line.
 */
export function wrapText(text: string, width: number): string[] {
  if (text.length <= width && textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = breakWord(word, width, lines);
  }
  lines.push(line);
  return lines;
}

/** The same for what may be a command to type: where that is broken, a shell reads on behind a backslash. */
export function wrapAdvice(text: string, width: number): string[] {
  const isCommand = text.startsWith("try: ") && text.split(" ").every((word) => textWidth(word) <= width - 2);
  if (!isCommand || textWidth(text) <= width) return wrapText(text, width);
  const lines = wrapText(text, width - 2);
  return lines.map((line, i) => (i < lines.length - 1 ? `${line} \\` : line));
}

/** Pushes the full lines of a word that is too long for one, and gives what is left of it. */
function breakWord(word: string, width: number, lines: string[]): string {
  let rest = word;
  while (textWidth(rest) > width) {
    const start = takeStart(rest, width) || Array.from(rest)[0] || rest;
    lines.push(start);
    rest = rest.slice(start.length);
  }
  return rest;
}

function takeStart(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += characterWidth(character);
    if (used > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function takeEnd(text: string, width: number): string {
  const characters = Array.from(text);
  let used = 0;
  let start = text.length;
  for (let i = characters.length - 1; i >= 0; i--) {
    const character = characters[i] ?? "";
    used += characterWidth(character);
    if (used > width) break;
    start -= character.length;
  }
  return text.slice(start);
}

function characterWidth(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x300) return 1;
  if (combining.test(character)) return 0;
  return isWide(codePoint) || emoji.test(character) ? 2 : 1;
}

function isWide(codePoint: number): boolean {
  return wideRanges.some(([first, last]) => codePoint >= first && codePoint <= last);
}
