/**
 * The klog header `Lmmdd hh:mm:ss.uuuuuu PPPPPPP file:line] `.
 * Source of truth: k8s.io/klog/v2 internal/buffer/buffer.go (FormatHeader).
 */
export interface KlogHeader {
  readonly severity: "I" | "W" | "E" | "F";
  /** As logged: "1121 01:08:36.191956". */
  readonly time: string;
  /** "" when whoever pasted the log removed it. */
  readonly pid: string;
  /** Base name of the source file. */
  readonly file: string;
  readonly fileLine: number;
  /** Index of the first character of the message. */
  readonly end: number;
}

const template = "L0000 00:00:00.000000";

const header =
  /([IWEF])(\d{4} \d\d:\d\d:\d\d\.\d{6})[ \t]+(?:(\d{1,20})[ \t]+)?((?:[^\s:\]"'()[{}]{1,200}\/)?)([^\s:\]/"'()[{}]{1,100}):(\d{1,7})\] ?/y;

/** Reads the header that begins exactly at `at`; null when there is none. Takes constant time. */
export function parseKlogHeader(line: string, at: number): KlogHeader | null {
  if (!fits(line.charCodeAt(at), 76)) return null;
  return plainHeader(line, at) ?? unusualHeader(line, at);
}

/** `file:line] ` is shorter than that. */
const longestPlace = 110;

/** A header exactly as klog writes it, without a regular expression: nearly all are. */
function plainHeader(line: string, at: number): KlogHeader | null {
  for (let i = 1; i < template.length; i++)
    if (!fits(line.charCodeAt(at + i), template.charCodeAt(i))) return null;
  let start = at + template.length;
  while (line.charCodeAt(start) === 32) start++;
  let file = start;
  while (fits(line.charCodeAt(file), 48)) file++;
  if (start === at + template.length || file === start || file - start > 20 || line.charCodeAt(file) !== 32)
    return null;
  const place = line.slice(file + 1, file + longestPlace);
  const name = place.indexOf(".go:") + 3;
  const end = name < 3 ? -1 : place.indexOf("] ", name);
  if (end === -1 || end - name > 8 || !/^[\w-]+$/.test(place.slice(0, name - 3))) return null;
  const fileLine = Number(place.slice(name + 1, end));
  if (!Number.isInteger(fileLine)) return null;
  const severity = line.charAt(at) as KlogHeader["severity"];
  const time = line.slice(at + 1, at + template.length);
  return {
    severity,
    time,
    pid: line.slice(start, file),
    file: place.slice(0, name),
    fileLine,
    end: file + 1 + end + 2,
  };
}

function unusualHeader(line: string, at: number): KlogHeader | null {
  header.lastIndex = at;
  const match = header.exec(line);
  if (match === null) return null;
  const [, severity = "I", time = "", pid = "", , file = "", fileLine = ""] = match;
  return {
    severity: severity as KlogHeader["severity"],
    time,
    pid,
    file,
    fileLine: Number(fileLine),
    end: header.lastIndex,
  };
}

/** Whether what stands at `at` is a klog header, is none, or needs more characters to tell. */
export function headerAt(text: string, at: number): "yes" | "no" | "partial" {
  for (let i = 0; i < template.length; i++) {
    if (at + i >= text.length) return "partial";
    if (!fits(text.charCodeAt(at + i), template.charCodeAt(i))) return "no";
  }
  if (parseKlogHeader(text, at) !== null) return "yes";
  return text.length - at < 360 && /^[ \t]*(?:\d*[ \t]*)(?:[^\s\]"'()[{}]*)\]?$/.test(text.slice(at + 21))
    ? "partial"
    : "no";
}

function fits(code: number, wanted: number): boolean {
  if (wanted === 76) return code === 73 || code === 87 || code === 69 || code === 70;
  if (wanted === 48) return code >= 48 && code <= 57;
  return code === wanted;
}

/** Of a leap year: no day of any year is without a place. */
const daysBefore = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335] as const;
const dayMs = 86_400_000;
const yearMs = 366 * dayMs;
const february28 = 59 * dayMs;

/** Milliseconds into the year, for differences only; null for a date that does not exist. */
export function klogMs(time: string): number | null {
  return msOfDigits((at) => time.charCodeAt(at));
}

/** The same of the time that stands at `at` in a line's bytes. */
export function klogMsAt(bytes: Uint8Array, at: number): number | null {
  return msOfDigits((index) => bytes[at + index] ?? 0);
}

function msOfDigits(code: (index: number) => number): number | null {
  /** The number of two digits. */
  const two = (index: number) => code(index) * 10 + code(index + 1) - 528;
  const days = daysBefore[two(0) - 1];
  if (days === undefined) return null;
  const seconds = two(5) * 3600 + two(8) * 60 + two(11);
  const micros = two(14) * 10_000 + two(16) * 100 + two(18);
  return (days + two(2)) * dayMs + seconds * 1000 + micros / 1000;
}

/** Whether a klog time stands at `at`: its digits and the marks between them. */
export function isKlogTime(bytes: Uint8Array, at: number): boolean {
  for (let i = 1; i < template.length; i++)
    if (!fits(bytes[at + i - 1] ?? 0, template.charCodeAt(i))) return false;
  return true;
}

/** Milliseconds from one moment to another; klog has no year, so the nearer way round it is taken. */
export function msBetween(from: number, to: number): number {
  return to < from ? -msForward(to, from) : msForward(from, to);
}

function msForward(from: number, to: number): number {
  // In most years the day after 28 February is 1 March; JSON logs have a date, and larger numbers.
  const skipped = from >= february28 && from < february28 + dayMs && to >= february28 + 2 * dayMs;
  const ms = to - from - (skipped ? dayMs : 0);
  return ms > yearMs / 2 ? ms - yearMs : ms;
}
