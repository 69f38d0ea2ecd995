/**
 * What stands before a log line when it went through another program, or through a chat: `kubectl logs --prefix`, stern,
 * journald and syslog, container runtimes and CI with their timestamps, docker compose, quotes and indentation.
 */
export interface Prefix {
  /** Index of the first character behind it. */
  readonly end: number;
  /** What tells one source of lines from another ("" when nothing does). */
  readonly tag: string;
  /** The indentation or quotes before everything else. */
  readonly lead: string;
}

type Form = "time" | "syslog" | "unit" | "bracket" | "pods" | "compose" | "runtime";

const forms: Readonly<Record<Form, RegExp>> = {
  time: /\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]? /y,
  syslog: /[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? /y,
  unit: /[\w.-]{1,253} [\w.@/-]{1,200}(?:\[\d{1,10}\])?: /y,
  bracket: /\[[a-z0-9./-]{1,400}\] /y,
  pods: /(?=[a-z.]*[-\d])(?:[a-z0-9][a-z0-9.-]{0,252} ){1,2}(?:› )?[a-z0-9][a-z0-9-]{0,62} (?:[|›] )?/y,
  compose: /[\w.-]{1,100} *\| /y,
  runtime: /(?:stdout|stderr) [FP] /y,
};
const tagForms: ReadonlySet<Form> = new Set(["unit", "bracket", "pods", "compose"]);
const order = Object.keys(forms) as Form[];

const lead = /[ \t>|]*/y;

/** Reads the prefix at the beginning of a line; an empty one is a prefix too. */
export function parsePrefix(line: string): Prefix {
  lead.lastIndex = 0;
  const first = lead.exec(line)?.[0] ?? "";
  let end = first.length;
  let tag = "";
  let afterTime = false;
  for (let i = 0; i < 4; i++) {
    const found = longestForm(line, end, afterTime);
    if (found === null) break;
    if (tagForms.has(found.form)) tag += line.slice(end, found.end);
    afterTime = found.form === "time" || found.form === "syslog";
    end = found.end;
  }
  return { end, tag, lead: first };
}

function longestForm(line: string, at: number, afterTime: boolean): { form: Form; end: number } | null {
  for (const form of order) {
    if (form === "unit" && !afterTime) continue;
    const pattern = forms[form];
    pattern.lastIndex = at;
    if (pattern.test(line)) return { form, end: pattern.lastIndex };
  }
  return null;
}

/** The line that continues an entry, without the same prefix; its own indentation stays. null: it is another source's. */
export function stripLike(line: string, like: Prefix): string | null {
  if (like.end === like.lead.length) {
    if (line.startsWith(like.lead)) return line.slice(like.lead.length);
    return line.startsWith(like.lead.trimEnd()) ? line.slice(like.lead.trimEnd().length) : line;
  }
  const own = parsePrefix(line);
  return own.tag === like.tag && own.end > own.lead.length ? line.slice(own.end) : null;
}

/** Whether more characters can make a prefix of an incomplete line, or of what is left behind one. */
export function mayBecomePrefix(text: string): boolean {
  return (
    text.length < 700 &&
    (/^[ \t>|]*$/.test(text) ||
      /^\[[a-z0-9./-]*\]?$/.test(text) ||
      /^[a-z0-9][a-z0-9.-]*(?: (?:› ?)?[a-z0-9.-]*){0,2}(?: [|›]?)?$/.test(text) ||
      /^[\w.-]{1,100} *\|?$/.test(text) ||
      /^\[?\d[\d/T:.,Z+ -]*\]?$/.test(text) ||
      /^[A-Z][a-z]{0,2}(?: [ \d][\d :.]*)?$/.test(text) ||
      /^[\w.-]+(?: [\w.@/-]*(?:\[\d*\]?)?:?)?$/.test(text))
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what colours are made of
const ansi = /\x1b\[[0-9;?]*[A-Za-z]/g;

/** The line without colours and without the carriage return at its end. */
export function plainLine(line: string): string {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  return text.includes("\x1b") ? text.replace(ansi, "") : text;
}
