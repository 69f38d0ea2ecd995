const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const breaks: string[] = [];

function lineBreak(columns: number): string {
  breaks[columns] ??= `\n${" ".repeat(columns)}`;
  return breaks[columns];
}

/**
 * JSON text without blanks as JSON.stringify writes it with an indentation of two, standing so many columns further to the right, but
 * for its first line. Only its brackets, commas and colons are looked at: five times as fast as to parse it and write it anew.
 */
export function indentJson(json: string, columns: number): string {
  let text = "";
  let written = 0;
  let column = columns;
  for (let at = 0; at < json.length; at += 1) {
    switch (json.charCodeAt(at)) {
      case quote:
        at = endOfString(json, at);
        break;
      case openBrace:
      case openBracket:
        if (isClosing(json.charCodeAt(at + 1))) {
          at += 1;
          break;
        }
        column += 2;
        text += json.slice(written, at + 1) + lineBreak(column);
        written = at + 1;
        break;
      case closeBrace:
      case closeBracket:
        column -= 2;
        text += json.slice(written, at) + lineBreak(column);
        written = at;
        break;
      case comma:
        text += json.slice(written, at + 1) + lineBreak(column);
        written = at + 1;
        break;
      case colon:
        text += `${json.slice(written, at)}: `;
        written = at + 1;
        break;
    }
  }
  return text + json.slice(written);
}

function isClosing(code: number): boolean {
  return code === closeBrace || code === closeBracket;
}

/** Where the string that begins at `start` has its last quote. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}
