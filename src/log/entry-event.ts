import type { ClientEvent } from "./client-event.ts";
import { headersOfBlock } from "./headers.ts";
import { oneLine, utf8, utf8Slice } from "./text.ts";
import { answer, parseCurl, phases } from "./transport-line.ts";

/**
 * What an entry means, from its message and its key=value pairs.
 * Source of truth: client-go/transport/round_trippers.go (from v0.33), client-go/rest/{request,with_retry,warnings}.go,
 * client-go/discovery/cached/memory/memcache.go.
 */
export function entryEvent(
  message: string,
  values: ReadonlyMap<string, string>,
  fromTransport: boolean,
): ClientEvent | null {
  if (fromTransport) return transportEvent(message, values);
  const body = bodyEvent(message, values.get("body"));
  if (body !== null) return body;
  if (message === "Waited before sending request") return throttled(values);
  if (message === "Got a Retry-After response") {
    return {
      kind: "retryAfter",
      ms: duration(values.get("delay") ?? ""),
      url: utf8(values.get("url") ?? ""),
    };
  }
  if (message === "Unhandled Error" || message.startsWith("Couldn't get ")) {
    const error = values.get("err") ?? "";
    const groupVersion = values.get("groupVersion") ?? values.get("gv");
    return groupVersion === undefined ? messageEvent(error) : discovery(groupVersion, error);
  }
  return message.startsWith("Warning: ")
    ? { kind: "warning", text: oneLine(message.slice(9)) }
    : messageEvent(message);
}

/** `"Response Body" body="…"`, or the printf form `Response Body: …`. */
function bodyEvent(message: string, body: string | undefined): ClientEvent | null {
  const match = /^(Request|Response) Body(?:$|:\s?)/.exec(message.slice(0, 20));
  if (match === null) return null;
  const of = match[1] === "Request" ? "request" : "response";
  return { kind: "body", of, text: body ?? message.slice(match[0].length) };
}

function transportEvent(message: string, values: ReadonlyMap<string, string>): ClientEvent | null {
  if (message === "Request") return request(values);
  if (message === "HTTP Trace: Dial failed") {
    return {
      kind: "dialFailed",
      address: values.get("address") ?? "",
      error: oneLine(values.get("err") ?? ""),
    };
  }
  if (message !== "Response") return null;
  const verb = values.get("verb");
  const ms = Number(values.get("milliseconds") ?? (verb === undefined ? "NaN" : -1));
  const found = Number.isSafeInteger(ms) ? answer(values.get("status") ?? "-", ms) : null;
  if (found === null) return null;
  const block = values.get("headers");
  const headers = block === undefined ? null : headersOfBlock(block);
  return {
    kind: "answer",
    method: verb ?? null,
    url: verb === undefined ? null : utf8Slice(values.get("url") ?? ""),
    status: found.status,
    statusText: found.statusText,
    ms: block !== undefined && headers === null ? -1 : ms,
    phases: phases((name) => number(values.get(`${name}Milliseconds`))),
    headers,
  };
}

function number(text: string | undefined): number | undefined {
  return text === undefined || !/^\d{1,15}$/.test(text) ? undefined : Number(text);
}

function request(values: ReadonlyMap<string, string>): ClientEvent | null {
  const curl = values.get("curlCommand");
  if (curl !== undefined) return parseCurl(curl.trim());
  const method = values.get("verb");
  const url = values.get("url");
  if (method === undefined || url === undefined) return null;
  const headers = values.get("headers");
  return {
    kind: "request",
    method,
    url: utf8(url),
    headers: headers === undefined ? null : headersOfBlock(headers),
  };
}

function throttled(values: ReadonlyMap<string, string>): ClientEvent {
  return {
    kind: "throttled",
    ms: duration(values.get("delay") ?? ""),
    method: values.get("verb") ?? "",
    url: utf8(values.get("URL") ?? values.get("url") ?? ""),
  };
}

/** The printf messages of the rest of client-go. */
function messageEvent(message: string): ClientEvent | null {
  const start = message.slice(0, 400);
  const waited = /^(?:Waited for|Throttling request took) (\S{1,40}?)(?: due to|,) /.exec(start);
  if (waited !== null) {
    const request = /request: ([A-Z]{1,30}):(\S+)$/.exec(message.slice(0, 20_000));
    return (
      request && {
        kind: "throttled",
        ms: duration(waited[1] ?? ""),
        method: request[1] ?? "",
        url: utf8(request[2] ?? ""),
      }
    );
  }
  const retry = /^Got a Retry-After (\S{1,40}) response for attempt \d{1,9} to (\S+)$/.exec(
    message.slice(0, 20_000),
  );
  if (retry !== null) return { kind: "retryAfter", ms: duration(retry[1] ?? ""), url: utf8(retry[2] ?? "") };
  const empty = /^received empty response for: (\S{1,300})$/.exec(start);
  if (empty !== null) return { kind: "discovery", groupVersion: empty[1] ?? "", statuses: [200] };
  const list = /^couldn't get resource list for (\S{1,300}): /.exec(start);
  if (list !== null) return discovery(list[1] ?? "", message.slice(list[0].length));
  const failed = incompleteDiscovery(message.slice(0, 20_000));
  if (failed !== null) return failed;
  return /^(?:couldn't get current server API group list: |Connection error: |Error in request: )/.test(start)
    ? { kind: "failure", error: message }
    : null;
}

/** The group/versions whose discovery failed, when it is one. Source of truth: client-go/discovery ErrGroupDiscoveryFailed. */
export function incompleteDiscovery(message: string): ClientEvent | null {
  const failed =
    /^(?:error: |Error loading discovery information: )?unable to retrieve the complete list of server APIs: ([^\s:]{1,300}): (.*)$/s.exec(
      message,
    );
  if (failed === null || /, [^\s:,]{1,300}\/v\d\w{0,20}: /.test(failed[2] ?? "")) return null;
  return discovery(failed[1] ?? "", failed[2] ?? "");
}

/** Only error texts that client-go makes of one status and no other say anything about the answer. */
const statusOfError: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^received empty response for: /, [200]],
  [/^the server is currently unable to handle the request$/, [503]],
  [/^the server could not find the requested resource$/, [404]],
  [/^the server has asked for the client to provide credentials$/, [401]],
  [/^Unauthorized$/, [401]],
  [/ is forbidden: User ".*" cannot |^forbidden: User ".*" cannot /, [403]],
  [/^(?:Get|Post) "?https?:\/\/[^\s"]+"?: /, [0]],
];

function discovery(groupVersion: string, error: string): ClientEvent {
  const text = error.slice(0, 2000).trim();
  return {
    kind: "discovery",
    groupVersion,
    statuses: statusOfError.find(([form]) => form.test(text))?.[1] ?? [],
  };
}

const unitMs: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  µs: 0.001,
  Âµs: 0.001,
  us: 0.001,
  ns: 1e-6,
};

/** Milliseconds of a Go duration ("1m2.5s"); 0 for anything else. */
function duration(text: string): number {
  let ms = 0;
  for (const [, amount, unit = ""] of text
    .slice(0, 60)
    .matchAll(/(\d{1,12}(?:\.\d{1,12})?)(h|ms|m|s|µs|Âµs|us|ns)/g)) {
    ms += Number(amount) * (unitMs[unit] ?? 0);
  }
  return Math.round(ms);
}
