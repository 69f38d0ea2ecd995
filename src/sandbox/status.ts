import type { RequestInfo } from "../api/request-info.ts";
import { goQuote } from "../rbac/go-quote.ts";

/** What the sandbox sends back. A function as the body writes a stream until its promise resolves. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | StreamBody;
}

export type StreamBody = (write: (chunk: string) => void, signal: AbortSignal) => Promise<void>;

/** A JSON answer. Header names are written as the API server writes them. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { "Content-Type": "application/json", ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** What Go's http.Error writes: text, with the header that keeps browsers from guessing. */
export function plainText(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: {
      "Content-Type": "text/plain; charset=utf-8",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    },
    body: `${text}\n`,
  };
}

/** For a path that nobody serves: plain text, not a Status. */
export function pathNotFound(): Answer {
  return plainText(404, "404 page not found");
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  /** The plural resource, in spite of the name of the field. */
  readonly kind?: string;
  readonly retryAfterSeconds?: number;
}

/** `apimachinery/pkg/apis/meta/v1` Status, as an answer. */
export function status(code: number, reason: string, message: string, details?: StatusDetails): Answer {
  const about = details === undefined || Object.keys(details).length === 0 ? {} : { details };
  return json(code, {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...about,
    code,
  });
}

export function unauthorized(): Answer {
  return status(401, "Unauthorized", "Unauthorized");
}

export function badRequest(message: string): Answer {
  return status(400, "BadRequest", message);
}

export function notFound(info: RequestInfo): Answer {
  const resource = qualifiedResource(info);
  return status(404, "NotFound", `${resource} ${goQuote(info.name)} not found`, detailsOf(info));
}

/** The sandbox changes nothing: every write ends here, after it was authorized. */
export function methodNotAllowed(info: RequestInfo): Answer {
  const message = "the server does not allow this method on the requested resource";
  return status(405, "MethodNotAllowed", message, detailsOf(info));
}

/** "deployments.apps"; the core group has no suffix. */
export function qualifiedResource({ resource, apiGroup }: RequestInfo): string {
  return apiGroup === "" ? resource : `${resource}.${apiGroup}`;
}

export function detailsOf({ name, apiGroup, resource }: RequestInfo): StatusDetails {
  return {
    ...(name === "" ? {} : { name }),
    ...(apiGroup === "" ? {} : { group: apiGroup }),
    ...(resource === "" ? {} : { kind: resource }),
  };
}
