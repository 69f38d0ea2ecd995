import { unquoteGo } from "./go-quote.ts";
import type { Impersonation } from "./round-trip.ts";
import { oneLine, utf8 } from "./text.ts";

/** What is kept of request or response headers. Everything else, credentials above all, is dropped at once. */
export interface HeaderFacts {
  auditId: string | null;
  /** The Audit-Id is there twice. */
  relayed: boolean;
  flowSchemaUid: string | null;
  priorityLevelUid: string | null;
  fromCache: boolean;
  /** The body is a page of HTML. */
  isPage: boolean;
  retryAfterMs: number | null;
  contentLength: number | null;
  warnings: string[];
  impersonation: Impersonation | null;
  /** How many header lines there were. */
  count: number;
}

export function newHeaderFacts(): HeaderFacts {
  return {
    auditId: null,
    relayed: false,
    flowSchemaUid: null,
    priorityLevelUid: null,
    fromCache: false,
    isPage: false,
    retryAfterMs: null,
    contentLength: null,
    warnings: [],
    impersonation: null,
    count: 0,
  };
}

const maxWarnings = 50;
const maxValue = 300;
const maxExtra = 100;

/** Takes one header into the facts. Values are latin1 text of the log. */
export function addHeader(facts: HeaderFacts, name: string, value: string): void {
  facts.count++;
  const key = name.toLowerCase();
  if (key === "audit-id") addAuditId(facts, short(value));
  else if (key === "x-kubernetes-pf-flowschema-uid") facts.flowSchemaUid = short(value);
  else if (key === "x-kubernetes-pf-prioritylevel-uid") facts.priorityLevelUid = short(value);
  else if (key === "x-from-cache") facts.fromCache = value.trim() === "1";
  else if (key === "content-type") facts.isPage = /^\s*text\/html\b/i.test(value.slice(0, maxValue));
  else if (key === "retry-after") facts.retryAfterMs = seconds(value);
  else if (key === "content-length")
    facts.contentLength = /^\d{1,15}$/.test(value.trim()) ? Number(value) : null;
  else if (key === "warning") addWarnings(facts, value);
  else if (key.startsWith("impersonate-")) addImpersonation(facts, key.slice(12), value);
}

function addAuditId(facts: HeaderFacts, id: string): void {
  facts.relayed = facts.auditId === id;
  facts.auditId = id;
}

function short(value: string): string {
  return utf8(value.slice(0, maxValue)).trim();
}

function seconds(value: string): number | null {
  return /^\s*\d{1,9}\s*$/.test(value) ? Number(value) * 1000 : null;
}

/** `299 - "text"`, several of them with commas between. Source of truth: apimachinery net.ParseWarningHeader. */
function addWarnings(facts: HeaderFacts, value: string): void {
  let at = 0;
  while (facts.warnings.length < maxWarnings) {
    const start = /^[ ,]*299 \S{1,300} (?=")/.exec(value.slice(at, at + 400));
    if (start === null) return;
    const text = unquoteGo(value, at + start[0].length);
    if (text === null) return;
    facts.warnings.push(oneLine(text.value));
    at = text.end;
  }
}

function addImpersonation(facts: HeaderFacts, key: string, value: string): void {
  const old = facts.impersonation ?? { user: "", groups: [], uid: "", extra: {} };
  const text = short(value);
  if (key === "user") facts.impersonation = { ...old, user: text };
  else if (key === "uid") facts.impersonation = { ...old, uid: text };
  else if (key === "group") facts.impersonation = { ...old, groups: unique(old.groups, text) };
  else if (key.startsWith("extra-")) {
    const name = decode(key.slice(6, 6 + maxValue));
    if (Object.keys(old.extra).length >= maxExtra) return;
    const values = Object.hasOwn(old.extra, name) ? (old.extra[name] ?? []) : [];
    facts.impersonation = {
      ...old,
      extra: Object.fromEntries([...Object.entries(old.extra), [name, unique(values, text)]]),
    };
  }
}

function unique(list: readonly string[], text: string): readonly string[] {
  return list.includes(text) || list.length >= 200 ? list : [...list, text];
}

function decode(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/**
 * Facts of a block `Key: value`, one header a line. client-go sorts them by key: null when they are not sorted, because
 * then lines are missing and some belong to another entry.
 */
export function headersOfBlock(text: string): HeaderFacts | null {
  const facts = newHeaderFacts();
  let last = "";
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim();
    if (name < last) return null;
    last = name;
    addHeader(facts, name, line.slice(colon + 1).trim());
  }
  return facts;
}

/** Facts of the JSON form `{"Accept":["…"]}`. */
export function headersOfJson(value: unknown): HeaderFacts | null {
  if (typeof value !== "object" || value === null) return null;
  const facts = newHeaderFacts();
  for (const [name, values] of Object.entries(value)) {
    for (const one of Array.isArray(values) ? values : [values]) addHeader(facts, name, latin1(String(one)));
  }
  return facts;
}

function latin1(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
