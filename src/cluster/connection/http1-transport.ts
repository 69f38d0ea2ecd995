import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Dispatcher } from "undici";
import { limitConcurrency } from "../limit-concurrency.ts";
import type { Exchange, Transport } from "./transport.ts";

/** client-go has no such limit over HTTP/1.1, but a browser's six do for small questions. */
const maxConnections = 6;
const idleMs = 30_000;

/**
 * Requests over at most six connections: `first`, which is open already, and those `dialMore` opens when
 * several requests are under way. `toPath` makes the request target (the whole URL, for a plain HTTP proxy).
 */
export async function openHttp1(
  origin: URL,
  first: Socket,
  dialMore: () => Promise<Socket>,
  toPath: (path: string) => string,
): Promise<Transport> {
  const { default: Client } = await import("undici/lib/dispatcher/client.js");
  const clients = new Set<Dispatcher>();
  const idle: Dispatcher[] = [];
  const limited = limitConcurrency(maxConnections);
  let ready: Socket | null = first;
  let isDestroyed = false;
  const newClient = (): Dispatcher => {
    const client = new Client(origin.origin, {
      pipelining: 1,
      keepAliveTimeout: idleMs,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, callback) => {
        const taken = ready;
        ready = null;
        const socket = taken === null || taken.destroyed ? dialMore() : Promise.resolve(taken);
        socket.then(
          (opened) => callback(null, opened as TLSSocket),
          (error: Error) => callback(error, null),
        );
      },
    });
    clients.add(client);
    return client;
  };
  return {
    isUsable: () => !isDestroyed,
    send: async (exchange, signal) =>
      await limited(async () => {
        // The one used last: undici's own pool opens a second connection for a second request in a row.
        const client = idle.pop() ?? newClient();
        try {
          await send(client, exchange, toPath, signal);
        } finally {
          idle.push(client);
        }
      }),
    destroy: () => {
      isDestroyed = true;
      ready?.destroy();
      for (const client of clients) client.destroy().catch(() => {});
    },
  };
}

async function send(
  client: Dispatcher,
  exchange: Exchange,
  toPath: (path: string) => string,
  signal: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    const fail = (error: Error): void => {
      reject(error);
      controller?.abort(error);
    };
    const onAbort = (): void => fail(signal.reason as Error);
    const settle = (act: () => void): void => {
      signal.removeEventListener("abort", onAbort);
      act();
    };
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (given) => {
        controller = given;
        if (signal.aborted) given.abort(signal.reason as Error);
        else exchange.onSent();
      },
      onResponseStart: (_, status, headers) => exchange.onHeaders(status, headers),
      onResponseData: (given, chunk) => {
        // Resuming flushes the parser with nothing: to pause for that would go round for ever.
        if (chunk.length === 0) return;
        const wait = exchange.onData(chunk);
        if (wait === undefined) return;
        given.pause();
        wait.then(() => given.resume(), fail);
      },
      onResponseEnd: () => settle(resolve),
      onResponseError: (_, error) => settle(() => reject(error)),
    };
    const headers = Object.fromEntries(
      Object.entries(exchange.headers).map(([name, value]) => [
        name,
        typeof value === "string" ? value : [...value],
      ]),
    );
    const request: Dispatcher.DispatchOptions = {
      method: exchange.method as Dispatcher.HttpMethod,
      path: toPath(exchange.path),
      headers,
      body: exchange.body,
      idempotent: exchange.idempotent,
    };
    try {
      client.dispatch(request, handler);
    } catch (error) {
      settle(() => reject(error));
    }
  });
}
