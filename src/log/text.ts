/** Lines are read as latin1, one character a byte: what is kept becomes real text here. */

/** What nearly every text fits in: a buffer for each would cost more than its bytes. */
const scratch = Buffer.allocUnsafe(2048);

/** Bytes held in a latin1 string, as UTF-8 text. The result shares no memory with its source. */
export function utf8(latin1: string): string {
  if (latin1.length > scratch.length) return Buffer.from(latin1, "latin1").toString("utf8");
  return scratch.toString("utf8", 0, scratch.write(latin1, "latin1"));
}

/** The same without the copy when it is ASCII: for what does not outlive its line for long. */
export function utf8Slice(latin1: string): string {
  return /^[\x20-\x7e]*$/.test(latin1) ? latin1 : utf8(latin1);
}

/** One line of at most 1000 characters for a person to read: UTF-8, white space collapsed. */
export function oneLine(latin1: string): string {
  return utf8(latin1.length > 8000 ? latin1.slice(0, 8000) : latin1)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 1000);
}

/** Without the blanks and other controls at its end: a terminal's copy pads lines, and klog's own never end so. */
export function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 32) end--;
  return end === text.length ? text : text.slice(0, end);
}
