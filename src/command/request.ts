import { stripBasePath } from "../api/base-path.ts";
import { openConnection } from "../cluster/connection/connection.ts";
import type { Failure } from "../cluster/connection/transport-failure.ts";
import { loadConnectionSettings } from "../cluster/kubeconfig/kubeconfig.ts";
import { sendRequest } from "../cluster/live/send.ts";
import { ClusterError, exitCodes, TraceError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Diagnosis } from "../trace/diagnosis/diagnosis.ts";
import { resolveTrace } from "../trace/resolve-trace.ts";
import type { Trace } from "../trace/trace.ts";
import { openClusters } from "./clusters.ts";
import { isOn, liveOptions } from "./open-live.ts";
import { type BodyWriter, createBodyWriter, readRequestBody } from "./request-body.ts";
import type { TraceOptions } from "./trace-options.ts";
import { openTraceOutput } from "./trace-output.ts";

export interface RequestOptions extends TraceOptions {
  /** Absolute URL on the kubeconfig's server, or a path below it. */
  readonly url: string;
  /** Upper-case HTTP method. */
  readonly method: string;
  /** Was the method given? A body needs that: nobody writes by mistake. */
  readonly methodGiven: boolean;
  /** What --data says; null for no body. */
  readonly data: string | null;
  /** Each "Name: value". */
  readonly headers: readonly string[];
  readonly showBody: boolean;
}

/**
 * Sends one request with the kubeconfig's credentials and traces it. Exit code 0 when it succeeded; throws TraceError
 * (1) for an answer that says no and ClusterError (3) when there was none, both after the trace is printed.
 */
export async function run(options: RequestOptions, io: Io): Promise<number> {
  if (options.data !== null && !options.methodGiven) {
    throw new UsageError("a body needs a method", "say which with -X, such as -X POST");
  }
  const headers = readHeaders(options);
  if (options.url === "") throw new UsageError("the URL is empty", "give a path such as /api/v1/nodes");
  const body = await readRequestBody(options.data, io);
  const settings = await loadConnectionSettings(options.flags, { env: io.env });
  const path = pathOn(settings.server, options.url);
  const output = await openTraceOutput(options, io);
  const connection = openConnection(settings, liveOptions(io, io.signal));
  const clusters = await openClusters(options, io, "own", io.signal);
  const shown = options.showBody ? bodyWriter(options, io) : null;
  let failure: Failure | null = null;
  try {
    const roundTrip = await sendRequest(connection, {
      method: options.method,
      path,
      headers,
      signal: io.signal,
      source: { file: "command line", line: 1 },
      ...(body === null ? {} : { body }),
      ...(shown === null ? {} : { onBody: shown.write }),
      onFailure: (told) => {
        failure = told;
      },
    });
    shown?.end();
    const trace = resolveTrace(roundTrip, clusters);
    output.add(trace);
    await output.close();
    return verdictOf(await trace, failure);
  } finally {
    connection.close();
    await clusters.close();
  }
}

function readHeaders({ headers, data }: RequestOptions): Record<string, string> {
  const read: Record<string, string> = data === null ? {} : { "content-type": "application/json" };
  for (const header of headers) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/.exec(header);
    if (match === null)
      throw new UsageError("a header is not of the form Name: value", "such as -H 'Accept: text/plain'");
    const name = (match[1] ?? "").toLowerCase();
    refuseHeader(name);
    read[name] = match[2] ?? "";
  }
  return read;
}

/** The verdict is asked as the user of the flags, so that who the request is from cannot be a header's business. */
function refuseHeader(name: string): void {
  if (name === "authorization" || name.startsWith("impersonate-")) {
    throw new UsageError(
      `${name} is not taken as a header: the RBAC verdict would be about another user`,
      "use --token, --as, --as-group, --as-uid or --as-user-extra",
    );
  }
  if (ofConnection.has(name)) {
    throw new UsageError(`the header ${name} is set by the connection itself`, "leave it out");
  }
}

const ofConnection: ReadonlySet<string> = new Set(
  "connection content-length expect host http2-settings keep-alive proxy-connection te trailer transfer-encoding upgrade".split(
    " ",
  ),
);

/** Path and query below the server's base path. The credentials go to no other server. */
function pathOn(server: string, url: string): string {
  if (!URL.canParse(url)) return escapePath(url.startsWith("/") ? url : `/${url}`);
  if (!isOn(url, server)) {
    throw new UsageError(
      "that URL is not on the kubeconfig's server",
      `give a path, or a URL that begins with ${server}`,
    );
  }
  const { pathname, search } = new URL(url);
  return (stripBasePath(pathname, new URL(server).pathname) || "/") + search;
}

/** As a URL parser would send it, but with its dots and slashes left alone; what is escaped already stays so. */
function escapePath(path: string): string {
  return path
    .replace(/#.*$/s, "")
    .replace(/[^!-~]+/g, (text) => encodeURIComponent(Buffer.from(text).toString()));
}

/** Where kubectl's own output would go: to stdout only when the trace goes elsewhere. */
function bodyWriter(options: RequestOptions, io: Io): BodyWriter {
  return options.to === null
    ? createBodyWriter(io.stderr, io.stderrIsTerminal)
    : createBodyWriter(io.stdout, io.stdoutIsTerminal);
}

/** The same status means something else from a proxied program, or of an object. */
function hintFor(status: number, diagnosis: Diagnosis | null): string {
  const { party = "", cause = "" } = diagnosis ?? {};
  if (party === "Authentication" || cause === "Anonymous")
    return "the server does not know you: look at the credentials of your context, kubectl auth whoami";
  if (party === "Authorization")
    return "the RBAC verdict above is about this very request; -o wide shows its reason";
  if (cause.endsWith("NotServed")) return "kubectl api-resources lists what the server has";
  if (party === "Aggregator") return "kubectl trace check shows which APIService is not available";
  return status < 400
    ? "something on the way may have answered or cut in, such as a proxy or a login page: try kubectl version"
    : "the trace above shows who answered";
}

function verdictOf({ roundTrip, diagnosis }: Trace, failure: Failure | null): number {
  const { outcome, status, statusText, message } = roundTrip;
  if (outcome === "failed" || status === null || failure?.kind === "credentials") {
    throw new ClusterError(
      message ?? "no answer came",
      failure?.hint || "is the server's address right? kubectl config view --minify",
    );
  }
  if (status < 400 && message === null) return exitCodes.ok;
  const answer = `${status} ${statusText ?? ""}`.trimEnd();
  if (failure !== null) {
    const hint = failure.kind === "timeout" ? failure.hint : hintFor(status, diagnosis);
    throw new TraceError(`the answer ${answer} broke off: ${message ?? failure.message}`, hint);
  }
  const said = message === null ? "" : `: ${message}`;
  throw new TraceError(`the server answered ${answer}${said}`, hintFor(status, diagnosis));
}
