import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";
import type { Keys } from "./keys.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON; throws when it is none. */
  json(): Record<string, unknown>;
}

/** Who asks: a client certificate of the control plane's keys, or a bearer token; neither is nobody. */
export type Credentials = { readonly certificate: string } | { readonly token: string } | null;

export interface ApiRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
  /** Milliseconds after which the connection is closed: for watches. */
  readonly closeAfterMs?: number;
}

/** Raw requests to the API server of a control plane. */
export interface RawApi {
  send(credentials: Credentials, path: string, options?: ApiRequest): Promise<ApiAnswer>;
}

export interface AdminApi extends RawApi {
  get(path: string): Promise<ApiAnswer>;
}

export function createAdminApi(url: string, keys: Pick<Keys, "file">): AdminApi {
  const agents = new Map<string, Agent>();
  const agentOf = (certificate: string): Agent => {
    const known = agents.get(certificate);
    if (known !== undefined) return known;
    const own =
      certificate === ""
        ? {}
        : {
            cert: readFileSync(keys.file(certificate, "crt")),
            key: readFileSync(keys.file(certificate, "key")),
          };
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 8,
      ca: readFileSync(keys.file("ca", "crt")),
      ...own,
    });
    agents.set(certificate, agent);
    return agent;
  };
  const send: RawApi["send"] = (credentials, path, options = {}) => {
    const agent = agentOf(
      credentials !== null && "certificate" in credentials ? credentials.certificate : "",
    );
    const bearer =
      credentials !== null && "token" in credentials ? { Authorization: `Bearer ${credentials.token}` } : {};
    return sendRaw(`${url}${path}`, agent, { ...options, headers: { ...bearer, ...options.headers } });
  };
  return { send, get: (path) => send({ certificate: "admin" }, path) };
}

function sendRaw(
  url: string,
  agent: Agent,
  { method = "GET", headers = {}, body, closeAfterMs }: ApiRequest,
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    // The path is sent as it stands: URL would normalise what the API server is to see.
    const { hostname, port } = new URL(url);
    const path = url.slice(url.indexOf("/", 8));
    const sent = request({ hostname, port, path, method, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      const done = (): void => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text),
        });
      };
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", closeAfterMs === undefined ? reject : done);
      response.on("end", done);
      if (closeAfterMs !== undefined) setTimeout(() => response.destroy(), closeAfterMs).unref();
      response.on("close", done);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
