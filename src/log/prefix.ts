/**
 * What stands before a log line when it went through another program, or through a chat: `kubectl logs --prefix`, stern,
 * journald and syslog, container runtimes and CI with their timestamps, docker compose, grep and line numbers, quotes
 * and indentation.
 */
export interface Prefix {
  /** Index of the first character behind it. */
  readonly end: number;
  /** What tells one source of lines from another ("" when nothing does). */
  readonly tag: string;
  /** The indentation or quotes before everything else. */
  readonly lead: string;
  /** How many forms it is put together from. */
  readonly forms: number;
}

interface Form {
  readonly pattern: RegExp;
  /** It names a source of lines. */
  readonly names?: true;
  /** Only behind a time, or only at the very beginning: elsewhere it would be the text itself. */
  readonly where?: "afterTime" | "first";
  readonly isTime?: true;
}

const forms: readonly Form[] = [
  // 2026-11-24T14:50:59.1234567Z (containers, GitHub Actions), [2026-11-24 14:50:59,123] (Jenkins)
  {
    pattern:
      /\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?[ \t]/y,
    isTime: true,
  },
  // Nov 24 14:50:59
  { pattern: /[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? /y, isTime: true },
  // 14:50:59 or [14:50:59.123] (Jenkins, foreman), [ 1234.567890] and 1795531859.123456 (journalctl)
  { pattern: /\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]? +/y, isTime: true },
  { pattern: /(?:\[ {0,9}\d{1,10}\.\d{1,9}\]|\d{9,11}\.\d{6}) /y, isTime: true },
  // 01O, the stream of a GitLab job
  { pattern: /\d\d[OE][ +]/y, where: "afterTime" },
  // node-1 kubelet[812]: (syslog), app[web.1]: (Heroku), node-1 kubelet 812 - - (RFC 5424)
  {
    pattern:
      /(?:[\w.-]{1,253} [\w.@/-]{1,200}(?:\[\d{1,10}\])?: |[\w-]{1,60}\[[\w.-]{1,60}\]: |[\w.-]{1,253} [\w./-]{1,48} (?:\d{1,10}|-) [\w-]{1,32} - )/y,
    names: true,
    where: "afterTime",
  },
  // <30>1
  { pattern: /<\d{1,3}>(?:1 )?/y, where: "first" },
  // [pod/web-1/app], [web-1 app] (kubetail)
  { pattern: /\[[a-z0-9./-]{1,400}(?: [a-z0-9.-]{1,63})?\] /y, names: true },
  // web-7d4b9c-x2x1z app, default web-7d4b9c-x2x1z app (stern)
  {
    pattern:
      /(?:[a-z0-9][a-z0-9-]{0,62} (?:\xe2\x80\xba )?)?(?=[a-z.]*[-\d])(?:[a-z0-9][a-z0-9.-]{0,252} ){1,2}(?:\xe2\x80\xba )?[a-z0-9][a-z0-9-]{0,62} (?:(?:\||\xe2\x80\xba) )?/y,
    names: true,
  },
  // web-1  | (docker compose, pm2, tilt)
  { pattern: /[\w.|-]{1,100} *(?:\||\xe2\x94\x82) /y, names: true },
  { pattern: /(?:stdout|stderr) [FP] /y },
  // build<TAB>Run kubectl<TAB> (gh run view --log)
  {
    pattern: /[\w./ -]{1,100}(?:\([^)\t]{1,60}\))?\t[^\t]{1,200}\t(?=\d{4}-|\xef\xbb\xbf)(?:\xef\xbb\xbf)?/y,
    names: true,
    where: "first",
  },
  // null_resource.web (local-exec): (Terraform)
  { pattern: /[\w.:["\]/-]{1,200} \((?:local|remote)-exec\): /y, names: true, where: "first" },
  // kubectl.log:12: (grep), 12: or a line number
  { pattern: /[\w./-]{1,200}\.(?:log|txt|out|err):(?:\d{1,7}:)?/y, names: true, where: "first" },
  { pattern: /\d{1,7}(?::|\t| +)/y, where: "first" },
  // "- " and "+ " (a list, a diff)
  { pattern: /[-*+] ?/y, where: "first" },
  // kubectl : (how PowerShell shows a program's first line of stderr)
  { pattern: /(?:kubectl|helm|oc|kubeadm)(?:\.exe)? : /y, where: "first" },
];

const lead = /(?:\xef\xbb\xbf)?[ \t>|]*/y;
const mostForms = 4;

/** Reads the prefix at the beginning of a line, of at most that many forms; an empty one is a prefix too. */
export function parsePrefix(line: string, most = mostForms): Prefix {
  lead.lastIndex = 0;
  const first = lead.exec(line)?.[0] ?? "";
  let end = first.length;
  let tag = "";
  let afterTime = false;
  let count = 0;
  for (; count < most; count++) {
    const found = formAt(line, end, count === 0, afterTime);
    if (found === null) break;
    const { pattern, names, isTime } = found;
    if (names) tag += line.slice(end, pattern.lastIndex).replace(/:\d+:$/, ":");
    afterTime = isTime === true;
    end = pattern.lastIndex;
  }
  return { end, tag, lead: first, forms: count };
}

/** The form that stands there; its pattern's lastIndex is where it ends. */
function formAt(line: string, at: number, first: boolean, afterTime: boolean): Form | null {
  for (const form of forms) {
    if ((form.where === "afterTime" && !afterTime) || (form.where === "first" && !first)) continue;
    form.pattern.lastIndex = at;
    if (form.pattern.test(line)) return form;
  }
  return null;
}

/**
 * The line that continues an entry, without the same prefix; its own indentation stays. null: it is another source's.
 * `own` is the line's prefix, of as many forms.
 */
export function stripLike(line: string, like: Prefix, own = parsePrefix(line, like.forms)): string | null {
  if (like.forms === 0) {
    if (line.startsWith(like.lead)) return line.slice(like.lead.length);
    return line.startsWith(like.lead.trimEnd()) ? line.slice(like.lead.trimEnd().length) : line;
  }
  return own.tag === like.tag && own.forms > 0 ? line.slice(own.end) : null;
}

/** Whether more characters can make a prefix of an incomplete line, or of what is left behind one. */
export function mayBecomePrefix(text: string): boolean {
  return (
    text.length < 700 &&
    (/^(?:\xef(?:\xbb\xbf?)?)?\r*[ \t>|]*$/.test(text) ||
      /^\[[a-z0-9./-]*(?: [a-z0-9.-]*)?\]?$/.test(text) ||
      /^\[ *[\d.]*\]?$/.test(text) ||
      /^<[\d>]{0,4}1? ?$/.test(text) ||
      /^[a-z0-9][a-z0-9.-]*(?: (?:\xe2\x80?\xba? ?)?[a-z0-9.-]*){0,3}(?: (?:\||\xe2\x80?\xba?)?)?$/.test(
        text,
      ) ||
      /^[\w.|-]{1,100} *(?:\||\xe2\x94?\x82?)?$/.test(text) ||
      /^\[?\d[\d/T:.,ZOE+ \t-]*\]?$/.test(text) ||
      /^[A-Z][a-z]{0,2}(?: [ \d][\d :.]*)?$/.test(text) ||
      /^[\w.-]+(?: [\w.@/-]*(?:\[[\w.-]*\]?)?:?)?$/.test(text) ||
      /^[\w.-]+ [\w./-]* [\d-]*(?: [\w -]*)?$/.test(text) ||
      /^[\w./ -]{1,100}$/.test(text) ||
      /^[^\t]{1,100}\t[^\t]{0,200}\t?(?:\xef\xbb?)?\d{0,4}$/.test(text) ||
      /^[\w-]+\[[\w.-]*\]?:?$/.test(text) ||
      /^[\w./-]*(?:\.(?:log|txt|out|err):\d*:?)?$/.test(text) ||
      /^[\w.:["\]/-]{1,200} \([a-z-]*\)?:?$/.test(text))
  );
}

const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what colours, titles and links are made of
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|[()*+][0-9A-B]|[=>78cDEHMNOZ])/g;

/** The line without colours, without carriage returns at its ends, with the spaces of a web page made plain ones. */
export function plainLine(line: string): string {
  let text = line.includes("\x1b") ? line.replace(escapes, "") : line;
  let [start, end] = [0, text.length];
  while (text.charCodeAt(start) === 13) start++;
  while (end > start && text.charCodeAt(end - 1) === 13) end--;
  text = text.slice(start, end);
  return text.includes("\xc2\xa0") ? text.replaceAll("\xc2\xa0", " ") : text;
}
