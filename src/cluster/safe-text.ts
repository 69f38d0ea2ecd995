/** A control character: a terminal would obey it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to remove.
const controls = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

const secrets = [
  /\beyJ[\w-]{8,}(?:\.[\w-]+){0,4}/g,
  /(?<=\bbearer\s+)[^\s"',]{8,}/gi,
  /(?<=\b(?:token|password|passwd|secret|authorization)["']?\s*[:=]\s*["']?)(?!bearer\b)[^\s"',:=][^\s"',]{3,}/gi,
  /(?<![\w+=-])(?=[\w+=-]*\d)(?=[\w+=-]*[A-Za-z])[\w+=-]{40,}/g,
];

/** One line without control characters, at most `limit` characters. */
export function oneLine(text: string, limit = 300): string {
  const line = text.replace(controls, " ").replace(/ {2,}/g, " ").trim();
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

/** As oneLine, with everything that looks like a credential replaced. For text of programs that handle them. */
export function oneSafeLine(text: string, limit = 300): string {
  return oneLine(
    secrets.reduce((safe, pattern) => safe.replace(pattern, "<masked>"), text),
    limit,
  );
}
