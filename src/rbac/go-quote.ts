const shortEscapes: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/** What Go calls printable: letters, marks, numbers, punctuation, symbols and the ASCII space. */
const notPlain = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

/** A string as Go's %q prints it, which is how the server quotes names in its reasons (Go's strconv.Quote). */
export function goQuote(text: string): string {
  return `"${text.replace(notPlain, escapeOne)}"`;
}

function escapeOne(character: string): string {
  const short = shortEscapes[character];
  if (short !== undefined) {
    return short;
  }
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) {
    return `\\x${code.toString(16).padStart(2, "0")}`;
  }
  // Half of a surrogate pair is no character: Go has the replacement character in its place.
  if (code >= 0xd800 && code <= 0xdfff) {
    return "\uFFFD";
  }
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, "0")}`
    : `\\U${code.toString(16).padStart(8, "0")}`;
}
