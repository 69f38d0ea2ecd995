import type { Handle } from "./servers.ts";

/** Answers by "METHOD path" (query left out): JSON, or a status with a body. A function gets the request's body. */
export type Routes = Readonly<Record<string, Reply | ((body: unknown, headers: Headers) => Reply)>>;
type Headers = Readonly<Record<string, string | string[] | undefined>>;
export type Reply = {
  readonly status?: number;
  readonly type?: string;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
};

export interface ApiServer {
  readonly handle: Handle;
  /** "METHOD path?query" of every request, in order. */
  readonly requests: string[];
}

/** An API server that knows nothing but `routes`; for the rest it says 404 as the real one does. */
export function newApiServer(routes: Routes): ApiServer {
  const requests: string[] = [];
  const handle: Handle = (request, response, text) => {
    requests.push(`${request.method} ${request.url}`);
    const route = routes[`${request.method} ${request.url?.split("?")[0]}`];
    const notFound = { status: 404, type: "text/plain", body: "404 page not found\n" };
    const body = text === "" ? null : (JSON.parse(text) as unknown);
    const reply: Reply =
      route === undefined ? notFound : typeof route === "function" ? route(body, request.headers) : route;
    const headers = { "content-type": reply.type ?? "application/json", ...reply.headers };
    response.writeHead(reply.status ?? 200, headers);
    response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
  };
  return { handle, requests };
}

/** A Status as the API server words it. */
export function statusReply(code: number, reason: string, message: string): Reply {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
  return { status: code, body };
}
