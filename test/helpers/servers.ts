import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import {
  createSecureServer as createHttp2,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from "node:net";
import type { TlsOptions } from "node:tls";
import type { Certificate } from "./certificates.ts";

export type Handle = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse & Http2ServerResponse,
  body: string,
) => void;

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Connections ever opened. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** A real server on 127.0.0.1: http without a certificate, https or h2 (with ALPN for both) with one. */
export async function serve(
  kind: "http" | "https" | "h2",
  handle: Handle,
  certificate?: Certificate,
  tls: TlsOptions = {},
): Promise<TestServer> {
  const onRequest = (request: IncomingMessage | Http2ServerRequest, response: unknown): void => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => handle(request, response as ServerResponse & Http2ServerResponse, body));
  };
  const server: Server =
    kind === "http"
      ? createHttp(onRequest)
      : kind === "https"
        ? createHttps({ ...certificate, ...tls }, onRequest)
        : createHttp2({ ...certificate, ...tls, allowHTTP1: true }, onRequest);
  return await listen(server, kind === "http" ? "http" : "https");
}

/** A bare TCP server. */
export async function serveTcp(onSocket: (socket: Socket) => void): Promise<TestServer> {
  return await listen(createTcp(onSocket), "http");
}

async function listen(server: Server, scheme: string): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await serveTcp(() => {});
  await server.close();
  return server.port;
}

export interface TestProxy extends TestServer {
  /** First lines and headers of the requests it got. */
  readonly heads: readonly string[];
}

/** An HTTP proxy: CONNECT, and whole URLs for plain HTTP. With `credentials` ("user:password") it wants them. */
export async function serveProxy(credentials = ""): Promise<TestProxy> {
  const heads: string[] = [];
  const server = await serveTcp((socket) => {
    socket.once("data", (data: Buffer) => {
      const head = data.toString("latin1");
      heads.push(head);
      const wanted = `Basic ${Buffer.from(credentials).toString("base64")}`;
      if (credentials !== "" && !head.includes(wanted)) {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      const tunnel = /^CONNECT ([^ ]+):(\d+) /.exec(head);
      const forward = /^\w+ http:\/\/([^ /]+):(\d+)(\S*) /.exec(head);
      const upstream = connect(Number((tunnel ?? forward)?.[2]), "127.0.0.1");
      upstream.on("error", () => socket.destroy());
      if (tunnel !== null) socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      else upstream.write(head.replace(/http:\/\/[^ /]+/, ""));
      socket.pipe(upstream).pipe(socket);
    });
  });
  return { ...server, heads };
}

/** A SOCKS5 proxy without login; `names` are the hosts it was asked for. */
export async function serveSocks5(): Promise<TestServer & { readonly names: readonly string[] }> {
  const names: string[] = [];
  const server = await serveTcp((socket) => {
    socket.once("data", () => {
      socket.write(Buffer.from([5, 0]));
      socket.once("data", (request: Buffer) => {
        const length = request[4] ?? 0;
        names.push(request.subarray(5, 5 + length).toString());
        const upstream = connect(request.readUInt16BE(5 + length), "127.0.0.1");
        upstream.on("error", () => socket.destroy());
        socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
        socket.pipe(upstream).pipe(socket);
      });
    });
  });
  return { ...server, names };
}
