import { type Client, createClient } from "./client.ts";
import type { ClientEvent } from "./client-event.ts";
import type { Exchange } from "./exchange.ts";
import { msBetween } from "./klog-header.ts";

/**
 * Which program wrote an entry, and whether it is a client at all. Once a client reads another program's output
 * (`logs`, `exec`, `attach`, `--raw` of a log), entries of programs not seen before are that output, unless
 * they come from the same client binary, later, and ask the same server: the next command of a script.
 */
export interface Admission {
  /** The client whose entry that is; null for somebody else's. */
  admit(source: Source, event: ClientEvent): Client | null;
  /** The client that wrote an entry last. */
  last(): Client | null;
  /** The client that wrote last, when it has that process id, no prefix, and reads no other program's output; null otherwise. */
  lastIs(pid: number): Client | null;
  /** The program has just started: its first requests are in the log. `time` is klog's text of that moment. */
  started(tag: string, pid: string, time: string | null): void;
  isForeign(tag: string, pid: string): boolean;
  each(visit: (client: Client) => void): void;
  /** The one client of the log; null when there is none, or more than one. */
  only(): OnlyClient | null;
}

/** A program that sent all the requests of a log. */
export interface OnlyClient {
  /** klog's text of the moment at which it says that it begins; null when it does not say so. */
  readonly firstEntry: string | null;
}

export interface Source {
  readonly tag: string;
  readonly pid: string;
  /** Line of the source file that wrote it; 0 when unknown. */
  readonly fileLine: number;
  readonly ms: number | null;
  readonly format: "printf" | "structured" | "json";
}

interface Program {
  readonly client: Client;
  readonly pid: string;
  readonly tag: string;
  /** The process id as a number; NaN without one. */
  readonly number: number;
  readonly fileLines: Map<number, number>;
  host: string;
  /** How its last URL begins, up to the path; "" when that is not certain. */
  origin: string;
  ms: number | null;
}

interface Stream {
  readonly since: number | null;
  readonly host: string;
  readonly fileLines: ReadonlyMap<number, number>;
}

/** Times have no year: what seems more than 30 days later is taken for earlier. */
const longestSession = 30 * 86_400_000;
const maxPrograms = 2000;

export function createAdmission(emit: (exchange: Exchange) => void): Admission {
  const programs = new Map<string, Program>();
  const foreign = new Set<string>();
  const starts = new Map<string, string | null>();
  const streams = new Map<string, Stream>();
  let last: Program | null = null;
  let started = 0;

  function programOf(key: string, source: Source, event: ClientEvent): Program | null {
    const stream = streams.get(source.tag);
    const known = programs.get(key);
    if (known !== undefined)
      return stream === undefined ||
        (sameBinary(known.fileLines, source, event, stream) && !isOther(known, source, event))
        ? known
        : null;
    if (foreign.has(key)) return null;
    const odd = last !== null && last.tag === source.tag && goesBack(last, source, event);
    if (odd || (stream !== undefined && !nextCommand(stream, source, event))) {
      if (foreign.size < maxPrograms) foreign.add(key);
      return null;
    }
    return start(key, source);
  }

  function start(key: string, { pid, tag }: Source): Program {
    const number = pid === "" ? Number.NaN : Number(pid);
    const program: Program = {
      client: createClient(emit, starts.has(key)),
      pid,
      tag,
      number,
      fileLines: new Map(),
      host: "",
      origin: "",
      ms: null,
    };
    programs.set(key, program);
    started++;
    const [oldest] = programs;
    if (programs.size > maxPrograms && oldest !== undefined) {
      oldest[1].client.end();
      programs.delete(oldest[0]);
    }
    return program;
  }

  return {
    admit(source, event) {
      const same =
        last !== null && last.pid === source.pid && last.tag === source.tag && !streams.has(source.tag);
      const program = same ? last : programOf(`${source.tag}\n${source.pid}`, source, event);
      if (program === null) return null;
      last = program;
      program.ms = source.ms;
      const url = urlOf(event);
      if (url === null) return program.client;
      noteServer(program, url);
      if (source.fileLine > 0) program.fileLines.set(shapeOf(source, event), source.fileLine);
      if (opensStream(url, event)) {
        streams.set(source.tag, { since: source.ms, host: hostOf(url), fileLines: program.fileLines });
      }
      return program.client;
    },
    last: () => last?.client ?? null,
    lastIs: (pid) =>
      last !== null && last.number === pid && last.tag === "" && !streams.has("") ? last.client : null,
    started(tag, pid, time) {
      const key = `${tag}\n${pid}`;
      if (starts.size < maxPrograms && !starts.has(key)) starts.set(key, time);
    },
    isForeign: (tag, pid) => foreign.size > 0 && foreign.has(`${tag}\n${pid}`),
    each(visit) {
      for (const program of programs.values()) visit(program.client);
    },
    only() {
      const [key] = programs.keys();
      return started === 1 && key !== undefined ? { firstEntry: starts.get(key) ?? null } : null;
    },
  };
}

/** Whether an entry of a new program is older than what stands before it, and speaks to another server: somebody's old log. */
function goesBack(last: Program, source: Source, event: ClientEvent): boolean {
  const url = urlOf(event);
  if (url === null || last.ms === null || source.ms === null) return false;
  const later = msBetween(last.ms, source.ms);
  return (later < -1000 || later > longestSession) && hostOf(url) !== last.host;
}

/** Whether an entry under a known id is really that program's: the same call site, and time goes forward. */
function sameBinary(
  fileLines: ReadonlyMap<number, number>,
  source: Source,
  event: ClientEvent,
  stream: Stream,
): boolean {
  const own = fileLines.get(shapeOf(source, event));
  if (source.fileLine > 0 && own !== undefined && own !== source.fileLine) return false;
  return stream.since === null || source.ms === null || msBetween(stream.since, source.ms) > -1000;
}

/** Without a header only the server tells the client from the program whose output it reads. */
function isOther(program: Program, source: Source, event: ClientEvent): boolean {
  const url = urlOf(event);
  return source.pid === "" && source.ms === null && url !== null && hostOf(url) !== program.host;
}

function nextCommand(stream: Stream, source: Source, event: ClientEvent): boolean {
  const url = urlOf(event);
  if (url !== null && hostOf(url) !== stream.host) return false;
  return url !== null && sameBinary(stream.fileLines, source, event, stream);
}

/** One call site of client-go writes entries of one shape: a number for each. */
function shapeOf(source: Source, event: ClientEvent): number {
  const format = source.format === "printf" ? 0 : source.format === "json" ? 1 : 2;
  return format * 4 + (event.kind === "request" ? 2 : 0) + (urlOf(event) === null ? 0 : 1);
}

function urlOf(event: ClientEvent): string | null {
  return event.kind === "request" || event.kind === "answer" ? event.url : null;
}

const streamPath = /\/(?:log|exec|attach)$|\/proxy\/|^[a-z]+:\/\/[^/]+\/logs\//i;

function opensStream(url: string, event: ClientEvent): boolean {
  if (event.kind === "answer" && event.status !== null && (event.status === 0 || event.status >= 400))
    return false;
  return (
    /\/(?:log|exec|attach)(?:[?#]|$)|\/proxy\/|\/logs\//.test(url) &&
    streamPath.test(url.replace(/[?#].*$/s, ""))
  );
}

/** One client asks one server, again and again. */
function noteServer(program: Program, url: string): void {
  if (program.origin !== "" && url.startsWith(program.origin)) return;
  const [origin = "", host = ""] = serverPart.exec(url) ?? [];
  program.host = host;
  program.origin = url.charAt(origin.length) === "/" && origin !== "" ? `${origin}/` : "";
}

const serverPart = /^[a-z]+:\/\/([^/?#]*)/i;

function hostOf(url: string): string {
  return serverPart.exec(url)?.[1] ?? "";
}
