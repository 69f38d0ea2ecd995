import type { ClientEvent } from "./client-event.ts";
import { entryEvent } from "./entry-event.ts";
import { headersOfJson } from "./headers.ts";
import { parseTransportMessage } from "./transport-line.ts";

export interface JsonEntry {
  readonly event: ClientEvent;
  /** The moment as ISO text (or as logged), and in milliseconds. */
  readonly time: string | null;
  readonly ms: number | null;
  readonly fileLine: number;
  readonly format: "printf" | "json";
}

/**
 * An entry of a component that logs JSON, one object a line; null when it is none of client-go's.
 * Source of truth: component-base/logs/json/json.go.
 */
export function parseJsonLine(line: string): JsonEntry | null {
  const object = parseObject(line);
  const message = object?.["msg"];
  if (object === null || typeof message !== "string") return null;
  const caller = /(?:^|\/)([^/:]{1,100}):(\d{1,7})$/.exec(String(object["caller"] ?? ""));
  const transport = caller?.[1] === "round_trippers.go";
  const printf = transport ? parseTransportMessage(latin1(message)) : null;
  const event = printf ?? entryEvent(latin1(message), stringValues(object), transport);
  if (event === null) return null;
  const headers =
    event.kind === "answer" || event.kind === "request" ? headersOfJson(object["headers"]) : null;
  const withHeaders = headers === null ? event : ({ ...event, headers } as ClientEvent);
  return {
    event: withHeaders,
    ...moment(object["ts"]),
    fileLine: Number(caller?.[2] ?? 0),
    format: printf === null ? "json" : "printf",
  };
}

/** The line inside an object of Docker's json-file log, `{"log":"…\n","stream":"stderr","time":"…"}`; any other line as it is. */
export function unwrapped(line: string): string {
  const log = line.startsWith('{"log":"') ? parseObject(line)?.["log"] : undefined;
  return typeof log === "string" ? latin1(log.replace(/\r?\n$/, "")) : line;
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(line, "latin1").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function stringValues(object: Record<string, unknown>): Map<string, string> {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(object)) {
    if (typeof value === "string" || typeof value === "number") values.set(key, latin1(String(value)));
  }
  return values;
}

function moment(ts: unknown): { time: string | null; ms: number | null } {
  const ms =
    typeof ts === "number"
      ? ts < 1e11
        ? ts * 1000
        : ts
      : typeof ts === "string"
        ? Date.parse(ts)
        : Number.NaN;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8e15)
    return { time: typeof ts === "string" ? ts.slice(0, 60) : null, ms: null };
  return { time: new Date(ms).toISOString(), ms };
}

function latin1(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
