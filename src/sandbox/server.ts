import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { AccessLog } from "./access-log.ts";
import type { Credentials } from "./authentication.ts";
import type { CertificateAuthority, KeyPair } from "./certificates.ts";
import { headerOf } from "./exchange.ts";
import type { Failure } from "./faults.ts";
import { type Chain, handle, type IncomingRequest } from "./handler.ts";
import type { HeaderList } from "./impersonation.ts";
import { type Answer, pathNotFound, plainText } from "./status.ts";

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

export interface ServerOptions {
  readonly authority: CertificateAuthority;
  readonly serverCertificate: KeyPair;
  /** "/k8s/clusters/c-x": only paths below it are answered; "" for none. */
  readonly basePath: string;
  readonly accessLog: AccessLog;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** HTTP/2 and HTTP/1.1 over TLS on 127.0.0.1. Rejects when the port is taken. */
export async function startServer(
  chain: Chain,
  port: number,
  options: ServerOptions,
): Promise<RunningServer> {
  const server = createSecureServer({
    allowHTTP1: true,
    key: options.serverCertificate.key,
    cert: options.serverCertificate.certificate,
    ca: options.authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  });
  const connections = trackConnections(server);
  server.on("request", (request: Request, response: Response) => {
    void respond(chain, options, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      connections.destroy();
      await closed;
    },
  };
}

/** Watches stay open for long: closing does not wait for them. */
function trackConnections(server: Http2SecureServer): { destroy(): void } {
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => session.destroy());
  });
  return {
    destroy() {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function respond(
  chain: Chain,
  options: ServerOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const start = options.now();
  const startedAt = new Date().toISOString();
  const headers = headerList(request);
  const auditId = headerOf(headers, "audit-id") || randomUUID();
  const method = request.method ?? "";
  const url = request.url ?? "";
  request.on("error", () => {});
  response.on("error", () => {});
  if (!isWellFormed(url)) {
    await send(response, { status: 400, headers: badRequestHeaders, body: "400 Bad Request" }, method);
    return;
  }
  const { answer, username, impersonated } = await outcomeOf(chain, options, {
    method,
    url,
    headers,
    credentials: credentialsOf(request, headers),
    readBody: () => readBody(request),
  });
  options.accessLog.add({
    method,
    url,
    status: typeof answer === "string" ? 0 : answer.status,
    user: username,
    ...(impersonated === null ? {} : { impersonatedUser: impersonated }),
    auditId,
    userAgent: headerOf(headers, "user-agent"),
    clientPort: socketOf(request)?.remotePort ?? 0,
    httpVersion: request.httpVersion,
    startedAt,
    durationMs: Math.round(options.now() - start),
  });
  if (typeof answer === "string") fail(answer, request);
  else await send(response, { ...answer, headers: { "Audit-Id": auditId, ...answer.headers } }, method);
}

/** Go's net/http refuses a broken escape before any handler sees it. */
function isWellFormed(url: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(url.split("?")[0] ?? "");
}

const badRequestHeaders = { "Content-Type": "text/plain; charset=utf-8", Connection: "close" };

async function outcomeOf(chain: Chain, { basePath }: ServerOptions, request: IncomingRequest) {
  const nobody = { username: "", impersonated: null };
  if (!request.url.startsWith(basePath)) return { answer: pathNotFound(), ...nobody };
  try {
    return await handle(chain, { ...request, url: request.url.slice(basePath.length) || "/" });
  } catch (error) {
    // A request the sandbox cannot handle must not end it; the client sees that the fault is here.
    const message = error instanceof Error ? error.message : String(error);
    return { answer: plainText(500, `sandbox: ${message}`), ...nobody };
  }
}

function fail(failure: Failure, request: Request): void {
  if (failure === "hang") return;
  if ("stream" in request) request.stream.session?.destroy();
  request.socket.destroy();
}

async function send(response: Response, { status, headers, body }: Answer, method: string): Promise<void> {
  for (const [name, value] of Object.entries(headers))
    response.setHeader(name, typeof value === "string" ? value : [...value]);
  response.statusCode = status;
  if (typeof body === "string") {
    response.setHeader("Content-Length", String(Buffer.byteLength(body)));
    response.end(method === "HEAD" ? "" : body);
    return;
  }
  const left = new AbortController();
  response.on("close", () => left.abort());
  flush(response);
  await body((chunk) => write(response, chunk), left.signal);
  response.end();
}

function flush(response: Response): void {
  if ("stream" in response) response.writeHead(response.statusCode);
  else response.flushHeaders();
}

function write(response: Response, chunk: string): void {
  if (response.writable) (response as ServerResponse).write(chunk);
}

function headerList({ rawHeaders }: Request): HeaderList {
  const list: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    list.push([(rawHeaders[index] ?? "").toLowerCase(), rawHeaders[index + 1] ?? ""]);
  }
  return list;
}

function credentialsOf(request: Request, headers: HeaderList): Credentials {
  const socket = socketOf(request);
  const certificate = socket?.getPeerCertificate() ?? null;
  const isPresent = certificate !== null && Object.keys(certificate).length > 0;
  return {
    authorization: headerOf(headers, "authorization"),
    certificate: isPresent ? certificate : null,
    certificateIsValid: socket?.authorized === true,
  };
}

/** HTTP/2 hides the socket of a request behind one that must not be used: its session's is the same for all. */
function socketOf(request: Request): TLSSocket | undefined {
  return ("stream" in request ? request.stream.session?.socket : request.socket) as TLSSocket | undefined;
}

/** The bodies that the sandbox reads are small; a real server's limit is 3 MiB too. */
const maxBodyBytes = 3 * 1024 * 1024;

async function readBody(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size <= maxBodyBytes ? Buffer.concat(chunks) : new Uint8Array();
}
