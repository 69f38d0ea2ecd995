/**
 * Go's string literals, as klog writes them (strconv.Quote and %+q). They are not JSON: `\a`, `\v`, `\x1b` and
 * `\U0001f600` occur. The text here is latin1, one character a byte, so escapes above 0x7f become UTF-8 bytes.
 */
export interface Unquoted {
  readonly value: string;
  /** Index just behind the closing quote. */
  readonly end: number;
}

const simple: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** Reads the literal that begins with the quote at `start`. null: there is none, or it does not end. */
export function unquoteGo(text: string, start: number): Unquoted | null {
  if (text.charCodeAt(start) !== 34) return null;
  const end = closingQuote(text, start + 1);
  if (end === -1) return null;
  return { value: unescapeGo(text.slice(start + 1, end)), end: end + 1 };
}

function closingQuote(text: string, from: number): number {
  let quote = text.indexOf('"', from);
  while (quote !== -1) {
    let backslashes = 0;
    while (quote - 1 - backslashes >= from && text.charCodeAt(quote - 1 - backslashes) === 92) backslashes++;
    if (backslashes % 2 === 0) return quote;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}

/** The inside of a literal without its escapes. An unknown or cut escape stays as it is. */
export function unescapeGo(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:([abfnrtv\\"'])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/g,
    (whole, letter, byte, short, long, octal) => {
      if (letter !== undefined) return simple[letter] ?? whole;
      if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      const code = Number.parseInt(short ?? long, 16);
      return code > 0x10ffff ? whole : Buffer.from(String.fromCodePoint(code), "utf8").toString("latin1");
    },
  );
}
