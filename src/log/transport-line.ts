import type { Answer, ClientEvent } from "./client-event.ts";
import { unquoteGo } from "./go-quote.ts";
import { addHeader, newHeaderFacts } from "./headers.ts";
import type { Phases } from "./round-trip.ts";
import { oneLine, utf8, utf8Slice } from "./text.ts";

/**
 * The printf messages of client-go up to 1.32, without their klog header.
 * Source of truth: client-go/transport/round_trippers.go (debuggingRoundTripper) at v0.32.
 */
export function parseTransportMessage(message: string): ClientEvent | null {
  switch (message.charCodeAt(0)) {
    case 32:
    case 9:
      return headerLine(message);
    case 72: // H
      return httpTrace(message) ?? requestOrAnswer(message);
    case 82: // R
      return responseStatus(message) ?? headersBegin(message);
    case 99: // c
      return parseCurl(message);
    default:
      return requestOrAnswer(message);
  }
}

function headerLine(message: string): ClientEvent | null {
  const match = /^\s{1,32}([!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}):(?: |$)/.exec(message.slice(0, 260));
  if (match === null) return null;
  return { kind: "header", name: match[1] ?? "", value: message.slice(match[0].length) };
}

function headersBegin(message: string): ClientEvent | null {
  if (message === "Request Headers:") return { kind: "headers", of: "request" };
  return message === "Response Headers:" ? { kind: "headers", of: "response" } : null;
}

function responseStatus(message: string): ClientEvent | null {
  if (!message.startsWith("Response Status: ")) return null;
  const end = milliseconds(message);
  return end === null ? null : answer(message.slice(17, end.at), end.ms);
}

/** `GET url` or `GET url 200 OK in 3 milliseconds`. The status of a failed request is empty: two spaces. */
function requestOrAnswer(message: string): ClientEvent | null {
  const method = methodOf(message);
  if (method === null) return null;
  const rest = message.slice(method.length + 1);
  const end = milliseconds(rest);
  if (end === null)
    return rest.includes(" ") ? null : { kind: "request", method, url: utf8(rest), headers: null };
  const left = rest.slice(0, end.at);
  const space = statusAt(left);
  // No status: what was copied has lost one of the two spaces between which it is missing.
  if (space === -1) return left.includes(" ") ? null : answer("", end.ms, method, utf8Slice(left));
  return answer(left.slice(space + 1), end.ms, method, utf8Slice(left.slice(0, space)));
}

const commonMethods = ["GET", "POST", "PATCH", "PUT", "DELETE"] as const;

/** The method before a URL; null when the message does not begin so. The five of every log are found without a copy. */
function methodOf(message: string): string | null {
  for (const method of commonMethods)
    if (message.startsWith(method) && message.startsWith(" https://", method.length)) return method;
  const start = /^([A-Z][A-Z-]{1,30}) (?=[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/)/.exec(message.slice(0, 80));
  return start?.[1] ?? null;
}

/** A URL has no space, but what `get --raw` was given may: try the first few. */
function statusAt(text: string): number {
  let space = text.indexOf(" ");
  for (let tries = 0; space !== -1 && tries < 20; tries++) {
    if (space === text.length - 1 || /^ \d{3}(?: [^/?&=]*)?$/.test(text.slice(space, space + 200)))
      return space;
    space = text.indexOf(" ", space + 1);
  }
  return -1;
}

function milliseconds(message: string): { readonly at: number; readonly ms: number } | null {
  if (!message.endsWith(" milliseconds")) return null;
  const at = message.lastIndexOf(" in ");
  const digits = message.slice(at + 4, -13);
  return at === -1 || !/^\d{1,15}$/.test(digits) ? null : { at, ms: Number(digits) };
}

/** An answer from its status line ("200 OK", "" when none came); null when that is no status line. */
export function answer(
  statusLine: string,
  ms: number,
  method: string | null = null,
  url: string | null = null,
): Answer | null {
  const match = /^(\d{3})(?: ([^\n]{0,200}))?$/.exec(statusLine);
  if (match === null && statusLine !== "") return null;
  return {
    kind: "answer",
    method,
    url,
    status: Number(match?.[1] ?? 0),
    statusText: utf8Slice(match?.[2] ?? "").trim(),
    ms,
    phases: {},
    headers: null,
  };
}

/** `curl -v -XGET  -H "Accept: …" 'https://…'`: the headers are Go-quoted, the URL is not escaped at all. */
export function parseCurl(command: string): ClientEvent | null {
  const start = /^curl (?:-k )?-v -X([A-Z][A-Z-]{0,30}) /.exec(command.slice(0, 60));
  if (start === null) return null;
  const facts = newHeaderFacts();
  let at = start[0].length;
  while (command.startsWith(' -H "', at)) {
    const header = unquoteGo(command, at + 4);
    if (header === null) return null;
    const colon = header.value.indexOf(": ");
    if (colon > 0) addHeader(facts, header.value.slice(0, colon), header.value.slice(colon + 2));
    at = header.end;
  }
  const open = command.indexOf("'", at);
  const close = command.lastIndexOf("'");
  if (open === -1 || close <= open || command.slice(at, open).trim() !== "") return null;
  // No URL has a line feed: two commands' lines became one when those between were lost.
  if (command.includes("\n", open)) return null;
  return {
    kind: "request",
    method: start[1] ?? "",
    url: utf8(command.slice(open + 1, close)),
    headers: facts,
  };
}

function httpTrace(message: string): ClientEvent | null {
  const failed = /^HTTP Trace: Dial to [^:\s]{1,20}:(\S{1,300}) failed: /.exec(message.slice(0, 400));
  if (failed !== null)
    return { kind: "dialFailed", address: failed[1] ?? "", error: oneLine(message.slice(failed[0].length)) };
  if (!message.startsWith("HTTP Statistics: ")) return null;
  const numbers = new Map(
    [...message.slice(17, 400).matchAll(/([A-Za-z]{1,30}) (\d{1,15}) ms/g)].map((m) => [m[1], Number(m[2])]),
  );
  const ms = numbers.get("Duration");
  if (ms === undefined) return null;
  return {
    kind: "statistics",
    ms,
    phases: phases((name) => numbers.get(name[0]?.toUpperCase() + name.slice(1)) ?? numbers.get(dns(name))),
  };
}

function dns(name: string): string {
  return name === "dnsLookup" ? "DNSLookup" : name === "tlsHandshake" ? "TLSHandshake" : "";
}

const phaseNames = [
  "dnsLookup",
  "dial",
  "tlsHandshake",
  "getConnection",
  "serverProcessing",
] as const satisfies (keyof Phases)[];

/** Of Go's longest Duration: what client-go counts from a moment that it has not noted, a race in it. */
const neverStartedMs = 9_223_372_036_854;

/** The phases that `read` knows, in whole milliseconds. */
export function phases(read: (name: string) => number | undefined): Phases {
  const known: { -readonly [name in keyof Phases]: Phases[name] } = {};
  for (const name of phaseNames) {
    const ms = read(name);
    if (ms !== undefined && Number.isSafeInteger(ms) && ms < neverStartedMs) known[name] = ms;
  }
  return known;
}

/** kubectl 1.23 at -v=9 logs the statistics of an answer, but not its status. */
export function unnamedAnswer(event: Extract<ClientEvent, { kind: "statistics" }>): Answer {
  const { ms, phases } = event;
  return { kind: "answer", method: null, url: null, status: null, statusText: "", ms, phases, headers: null };
}
