import type { Answered } from "./compare-logs.ts";

/** A request of a component, and how it ended. */
export interface ComponentRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly status: number;
  /** Milliseconds after the first one, and to the answer's headers; with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
}

export interface ComponentLog {
  readonly text: string;
  readonly accessLog: readonly Answered[];
}

interface Line {
  readonly ms: number;
  readonly object: Readonly<Record<string, unknown>>;
}

const host = "https://10.0.0.1:6443";
const texts: Readonly<Record<number, string>> = { 200: "OK", 403: "Forbidden", 503: "Service Unavailable" };

/**
 * What a component with `--logging-format=json` writes about its requests: one object a line, `ts` in milliseconds.
 * `printf`: its client-go is older than 0.33, so the messages of the text format stand in `msg`.
 * Source of truth: component-base/logs/json/json.go, client-go/transport/round_trippers.go.
 */
export function componentLog(
  requests: readonly ComponentRequest[],
  level: number,
  printf: boolean,
): ComponentLog {
  const lines = requests.flatMap((request, index) => {
    const auditId = `audit-${index}`;
    return printf ? printfLines(request, level, auditId) : structuredLines(request, level, auditId);
  });
  const noise = { ms: 0, object: { caller: "app/server.go:77", msg: "Starting workers", v: 0, workers: 2 } };
  const text = [noise, ...lines]
    .toSorted((a, b) => a.ms - b.ms)
    .map(({ ms, object }) => `${JSON.stringify({ ts: 1_700_000_000_000 + round(ms), ...object })}\n`)
    .join("");
  const accessLog = requests.map(({ method, url, status }, index) => ({
    method,
    url,
    status,
    auditId: `audit-${index}`,
  }));
  return { text, accessLog };
}

/** Zap writes nanoseconds as a fraction of milliseconds. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function structuredLines(request: ComponentRequest, level: number, auditId: string): Line[] {
  const { method: verb, startMs, durationMs } = request;
  const url = `${host}${request.url}`;
  const status = statusLine(request);
  const milliseconds = Math.floor(durationMs);
  const headers = request.status === 0 ? {} : { "Audit-Id": [auditId], "Content-Type": ["application/json"] };
  const send = entry(527, "Request", level);
  const receive = entry(632, "Response", level);
  const end = startMs + durationMs;
  if (level === 6) return [{ ms: end, object: { ...receive, verb, url, status, milliseconds } }];
  if (level >= 9) {
    const curlCommand = `curl -v -X${verb}  -H "Accept: application/json" '${url}'\n`;
    const timings = { getConnectionMilliseconds: 0, serverProcessingMilliseconds: milliseconds };
    const answer = { ...receive, verb, url, status, headers, milliseconds, ...timings };
    return [
      { ms: startMs, object: { ...send, curlCommand } },
      { ms: end, object: answer },
    ];
  }
  const answer = level === 7 ? { status, milliseconds } : { status, headers, milliseconds };
  return [
    { ms: startMs, object: { ...send, verb, url, headers: { Accept: ["application/json"] } } },
    { ms: end, object: { ...receive, ...answer } },
  ];
}

function printfLines(request: ComponentRequest, level: number, auditId: string): Line[] {
  const { method, startMs, durationMs } = request;
  const url = `${host}${request.url}`;
  const took = `${statusLine(request)} in ${Math.floor(durationMs)} milliseconds`;
  const end = startMs + durationMs;
  const line = (ms: number, number: number, msg: string): Line => ({ ms, object: entry(number, msg, 0) });
  const headers = request.status === 0 ? [] : [line(end, 580, `    Audit-Id: ${auditId}`)];
  if (level === 6) return [line(end, 553, `${method} ${url} ${took}`)];
  if (level >= 9)
    return [
      line(startMs, 466, `curl -v -X${method}  -H "Accept: application/json" '${url}'`),
      line(end, 553, `${method} ${url} ${took}`),
      line(end, 570, `HTTP Statistics: GetConnection 0 ms Duration ${Math.floor(durationMs)} ms`),
      line(end, 577, "Response Headers:"),
      ...headers,
    ];
  return [
    line(startMs, 463, `${method} ${url}`),
    line(startMs, 469, "Request Headers:"),
    line(startMs, 473, "    Accept: application/json"),
    line(end, 574, `Response Status: ${took}`),
    ...(level === 8 ? [line(end, 577, "Response Headers:"), ...headers] : []),
  ];
}

/** printf-style calls lose their verbosity. */
function entry(line: number, msg: string, v: number) {
  return { caller: `transport/round_trippers.go:${line}`, msg, v };
}

function statusLine({ status }: ComponentRequest): string {
  return status === 0 ? "" : `${status} ${texts[status] ?? ""}`;
}
