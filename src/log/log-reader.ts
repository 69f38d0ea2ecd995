import { createAdmission, type OnlyClient } from "./admission.ts";
import { gluedAt, isBare, mayBecomeEntry, safeLength } from "./anchors.ts";
import type { ClientEvent } from "./client-event.ts";
import { isKubectlLine } from "./continuation.ts";
import { incompleteDiscovery } from "./entry-event.ts";
import type { Exchange } from "./exchange.ts";
import { createFastReader } from "./fast-reader.ts";
import { parseJsonLine, unwrapped } from "./json-line.ts";
import { type KlogHeader, klogMs, parseKlogHeader } from "./klog-header.ts";
import { isBody, kindOf, type LineResult, lineResult } from "./line-kind.ts";
import { maxLine } from "./lines.ts";
import type { LineKind } from "./parser.ts";
import { type Prefix, parsePrefix, plainLine, stripLike } from "./prefix.ts";
import { closeEntry, continueEntry, type OpenEntry, readEntry } from "./source.ts";
import { withoutPadding } from "./text.ts";

/** Lines -> exchanges: tells entries from text, puts entries of several lines together, finds the client that wrote them. */
export interface LogReader {
  /** `begun`: the beginning of this line was released before. `at` is where an entry in the middle of a text line begins. */
  line(
    bytes: Buffer,
    start: number,
    end: number,
    begun: boolean,
  ): { readonly kind: LineKind; readonly at: number };
  rest(bytes: Buffer, start: number, end: number, terminated: boolean): void;
  releasable(tail: Buffer, begun: boolean): number;
  end(): void;
  client(): OnlyClient | null;
}

/** Sources of lines that may be in the middle of an entry at a time. */
const maxOpen = 64;
/** Programs that may write into one log at a time, and into the middle of each other's lines. */
const mostPids = 3;
const noPrefix: Prefix = { end: 0, tag: "", lead: "", forms: 0 };
/** What a client logs before its first request. */
const beginning = /^(?:Config loaded from file|Using in-cluster|"?Feature gate )/;
const elision =
  /^\s*(?:\.{3,}|\xe2\x80\xa6|[[(<]\s*(?:\.{3,}|\xe2\x80\xa6|snip(?:ped)?)\s*[\])>]|-+ ?8<.*|[-=]+ ?snip.*)\s*$/i;

/** `exact`: every line's kind matters, not only what it tells. */
export function createLogReader(emit: (exchange: Exchange) => void, exact: boolean): LogReader {
  const admission = createAdmission(emit);
  const open = new Map<string, OpenEntry>();
  let lineNumber = 0;
  const seen = { headed: false, json: false, prefixed: 0 };
  let bareHeaders = false;
  /** What was released of the current line. */
  let begunText = "";
  let lastBytes = "";
  /** Process ids of the last entries that began their lines, the last one first. */
  let lastPids: readonly string[] = [];
  /** What stood before the last entry: the program's own text has it too. */
  let lastPrefix = noPrefix;
  const fast = createFastReader({ admission, open, exact, seen, readEntry: readPlain, takeInto });

  function read(text: string, at: number, prefix: Prefix): LineKind | null {
    const header = parseKlogHeader(text, at);
    if (header === null)
      return text.charCodeAt(at) === 123
        ? readJson(text.slice(at), prefix)
        : readBare(text.slice(at), prefix);
    seen.headed = true;
    if (admission.isForeign(prefix.tag, header.pid)) return "text";
    if (prefix.end === 0) notePid(header.pid);
    lastPrefix = prefix;
    seen.prefixed = prefix.end;
    return readMessage(text.slice(header.end), header, prefix);
  }

  function notePid(pid: string): void {
    if (pid !== lastPids[0] && pid !== "")
      lastPids = [pid, ...lastPids.filter((other) => other !== pid)].slice(0, mostPids);
  }

  /** An entry of the client that wrote last, with nothing before it. */
  function readPlain(line: string, header: KlogHeader): LineKind {
    seen.headed = true;
    notePid(header.pid);
    lastPrefix = noPrefix;
    seen.prefixed = 0;
    return readMessage(line.slice(header.end), header, noPrefix);
  }

  function readMessage(text: string, header: KlogHeader | null, prefix: Prefix): LineKind {
    const transport = header === null ? !isBody(text) : header.file === "round_trippers.go";
    const message = isBody(text) && text.charCodeAt(0) !== 34 ? text : withoutPadding(text);
    const last = admission.last();
    const kind = kindOf(message, header, transport);
    const found = readEntry(message, {
      header,
      prefix,
      lineNumber,
      kind,
      transport,
      wantsBody: last?.wantsBody() ?? false,
      bodyLength: last?.bodyLength() ?? null,
    });
    if (found.open !== null) openEntry(prefix.tag, found.open);
    if (found.event === null) {
      if (!transport && beginning.test(message)) {
        admission.started(prefix.tag, header?.pid ?? "", header?.time ?? null);
      }
      if (kind === "problem") admission.last()?.takeText(message);
      return kind;
    }
    return give(found.event, header, prefix.tag, lineNumber) ? kind : "text";
  }

  function openEntry(tag: string, entry: OpenEntry): void {
    open.set(tag, entry);
    const [oldest] = open;
    if (open.size > maxOpen && oldest !== undefined) close(oldest[0], oldest[1], false);
  }

  function give(event: ClientEvent, header: KlogHeader | null, tag: string, line: number): boolean {
    const time = header?.time ?? null;
    const ms = time === null ? null : klogMs(time);
    const client = admission.admit(
      { tag, pid: header?.pid ?? "", fileLine: header?.fileLine ?? 0, ms, format: "printf" },
      event,
    );
    client?.take(event, { line, time, ms });
    return client !== null;
  }

  function readJson(text: string, prefix: Prefix): LineKind | null {
    const entry = parseJsonLine(text);
    if (entry === null) return null;
    const { event, fileLine, ms, time, format } = entry;
    const client = admission.admit({ tag: `${prefix.tag}\njson`, pid: "", fileLine, ms, format }, event);
    client?.take(event, { line: lineNumber, time, ms });
    if (client === null) return null;
    seen.headed = true;
    seen.json = true;
    return "transport";
  }

  /** Without klog headers only what nothing but client-go writes counts, and only in a log that has none at all. */
  function readBare(text: string, prefix: Prefix): LineKind | null {
    if (seen.headed || prefix.forms > 0) return null;
    if (bareHeaders && /^\s+[\w-]+: /.test(prefix.lead + text.slice(0, 200)))
      return readMessage(prefix.lead + text, null, prefix);
    bareHeaders = /^Re(?:quest|sponse) Headers:$/.test(text);
    return isBare(text) ? readMessage(text, null, prefix) : null;
  }

  function readContinued(text: string): LineKind | null {
    const own: Prefix[] = [];
    for (const [tag, entry] of open) {
      const { forms } = entry.prefix;
      own[forms] ??= forms === 0 ? noPrefix : parsePrefix(text, forms);
      const line = stripLike(text, entry.prefix, own[forms]);
      if (line === null) continue;
      const header = parseKlogHeader(text, entry.prefix.end) ?? parseKlogHeader(line, 0);
      if (header !== null) close(tag, entry, false);
      else if (takeInto(tag, entry, line)) return entry.kind;
    }
    return null;
  }

  function takeInto(tag: string, entry: OpenEntry, line: string): boolean {
    if (entry.structured !== null && /^[.[(<\xe2=-]/.test(line) && elision.test(line)) {
      admission.each((client) => client.gap());
      close(tag, entry, false);
      return true;
    }
    const result = continueEntry(entry, line);
    if (result !== "taken") close(tag, entry, result === "done");
    return result !== "over";
  }

  function close(tag: string, entry: OpenEntry, complete: boolean): void {
    open.delete(tag);
    const event = closeEntry(entry);
    if (event !== null) give(event, entry.header, tag, entry.lineNumber);
    if (entry.structured !== null && entry.structured.block !== null && entry.transport && !complete)
      admission.last()?.gap();
  }

  function readText(line: string): void {
    const text = withoutPadding(seen.prefixed > 0 ? (stripLike(line, lastPrefix) ?? "") : line);
    if (elision.test(text)) admission.each((client) => client.gap());
    else if (isKubectlLine(text)) {
      const failed = incompleteDiscovery(text);
      if (failed !== null) admission.last()?.take(failed, { line: lineNumber, time: null, ms: null });
      else admission.last()?.takeText(text);
    }
  }

  function readLine(text: string): LineResult {
    const raw = plainLine(text);
    const plain = unwrapped(raw);
    seen.json ||= plain !== raw;
    if (open.size > 0) {
      const kind = readContinued(plain);
      if (kind !== null) return { kind, at: 0 };
    }
    const prefix = /^[IWEF]\d/.test(plain) ? noPrefix : parsePrefix(plain);
    const kind = read(plain, prefix.end, prefix);
    return kind === null ? readGlued(text) : { kind, at: 0 };
  }

  /** A program's text without a line feed may stand before an entry of a client that wrote lately. */
  function readGlued(text: string): LineResult {
    const at = gluedAt(text, lastPids);
    const kind = at === -1 ? null : read(plainLine(text.slice(at)), 0, noPrefix);
    if (kind !== null) return { kind, at };
    readText(unwrapped(plainLine(begunText + text)));
    return { kind: "text", at: 0 };
  }

  return {
    line(bytes, start, end, begun) {
      if (!begun) {
        lineNumber++;
        const kind = fast.read(bytes, start, end);
        if (kind !== null) return lineResult(kind, start);
      }
      const text = bytes.toString("latin1", start, Math.min(end, start + maxLine));
      if (begun) bareHeaders = false;
      const { kind, at } = begun ? readGlued(text) : readLine(text);
      begunText = "";
      return lineResult(kind, start + at);
    },
    rest(bytes, start, end, terminated) {
      lastBytes = (lastBytes + bytes.toString("latin1", Math.max(start, end - 64), end)).slice(-64);
      if (!terminated) return;
      for (const [tag, entry] of open) {
        if (entry.continuation !== null && /[}\]]\s*$/.test(lastBytes)) close(tag, entry, true);
      }
      lastBytes = "";
    },
    releasable(tail, begun) {
      if (open.size > 0) return 0;
      const text = tail.toString("latin1", 0, Math.min(tail.length, 4096));
      if (!begun && ((bareHeaders && /^\s/.test(text)) || mayBecomeEntry(text, !seen.headed))) return 0;
      const count = safeLength(text, lastPids);
      if (begunText.length < 8000) begunText += text.slice(0, count);
      if (!begun && count > 0) lineNumber++;
      return count;
    },
    end() {
      for (const [tag, entry] of open) close(tag, entry, true);
      admission.each((client) => client.end());
    },
    client: admission.only,
  };
}
