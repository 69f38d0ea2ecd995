import type { RequestInfo } from "../api/request-info.ts";
import { goQuote } from "../rbac/go-quote.ts";

/** What the sandbox sends back. A function as the body writes a stream until its promise resolves. */
export interface Answer {
  readonly status: number;
  /** A list is sent as several headers of the name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
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

/** JSON that is written past the negotiation of its form: indented. */
export function rawJson(status: number, value: unknown): Answer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value, null, 2) };
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

/** In a group that kube-apiserver serves itself, a path that its resources do not have: the words of a 404 without a body. */
export function noSuchResource(): Answer {
  return status(404, "NotFound", "the server could not find the requested resource", {});
}

/** With a header that kubectl prints as "Warning: …": apimachinery/pkg/util/net/http.go (NewWarningHeader). */
export function withWarnings(answer: Answer, texts: readonly string[]): Answer {
  const values = texts.map((text) => `299 - "${text.replace(/["\\]/g, "\\$&")}"`);
  return values.length === 0 ? answer : { ...answer, headers: { ...answer.headers, Warning: values } };
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  /** The plural resource, in spite of the name of the field; the kind where an object is invalid. */
  readonly kind?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** `apimachinery/pkg/apis/meta/v1` Status, as an answer. */
export function status(code: number, reason: string, message: string, details?: StatusDetails): Answer {
  return json(code, {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    ...(reason === "" ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  });
}

/** An object whose fields are wrong: apimachinery/pkg/api/errors NewInvalid. */
export function invalid(kind: string, group: string, causes: readonly StatusCause[]): Answer {
  const errors = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = errors.length === 1 ? errors[0] : `[${errors.join(", ")}]`;
  const details = { group, ...(kind === "" ? {} : { kind }), causes };
  return status(422, "Invalid", `${kind}.${group} "" is invalid: ${all}`, details);
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

/** No route of that method. The sandbox changes nothing: every write ends here too, after it was authorized. */
export function methodNotAllowed(): Answer {
  const message = "the server does not allow this method on the requested resource";
  return status(405, "MethodNotAllowed", message, {});
}

/** There is a route, but what stands behind it cannot do that: apimachinery/pkg/api/errors NewMethodNotSupported. */
export function methodNotSupported(info: RequestInfo): Answer {
  const message = `${info.verb} is not supported on resources of kind ${goQuote(qualifiedResource(info))}`;
  const { name: _, ...details } = detailsOf(info);
  return status(405, "MethodNotAllowed", message, details);
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
