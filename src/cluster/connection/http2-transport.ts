import {
  type ClientHttp2Session,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { Socket } from "node:net";
import { type Exchange, headerOf, incompleteError, type Transport } from "./transport.ts";

const windowBytes = 1 << 20;

/**
 * All requests on the one connection `socket`, whose TLS handshake has chosen h2. Node's own HTTP/2 is used, not
 * undici's, which joins a repeated header into one: two Impersonate-Group headers would become one other group.
 */
export function openHttp2(origin: URL, socket: Socket): Transport {
  const session = connect(origin, {
    createConnection: () => socket,
    settings: { enablePush: false, initialWindowSize: windowBytes },
  });
  let isLeaving = false;
  let open = 0;
  session.on("connect", () => session.setLocalWindowSize(windowBytes));
  session.on("goaway", () => {
    isLeaving = true;
  });
  // What ends the session ends its streams as well: they report it.
  session.on("error", () => {});
  session.unref();
  return {
    isUsable: () => !isLeaving && !session.closed && !session.destroyed,
    send: async (exchange, signal) => {
      if (open === 0) session.ref();
      open += 1;
      try {
        await send(session, exchange, signal);
      } finally {
        open -= 1;
        if (open === 0) session.unref();
      }
    },
    destroy: () => session.destroy(),
  };
}

async function send(session: ClientHttp2Session, exchange: Exchange, signal: AbortSignal): Promise<void> {
  const headers: OutgoingHttpHeaders = { ":method": exchange.method, ":path": exchange.path };
  for (const [name, value] of Object.entries(exchange.headers)) {
    headers[name] = typeof value === "string" ? value : [...value];
  }
  const stream = session.request(headers, { endStream: exchange.body === null });
  exchange.onSent();
  let expected = "";
  let received = 0;
  let status = 0;
  const stop = (): void => {
    stream.close();
    stream.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason);
      stop();
    };
    const fail = (error: unknown): void => {
      reject(error);
      stop();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    stream.on("response", (answer: IncomingHttpHeaders & { ":status"?: number }) => {
      status = answer[":status"] ?? 0;
      expected = headerOf(answer, "content-length");
      try {
        exchange.onHeaders(status, answer);
      } catch (error) {
        fail(error);
      }
    });
    stream.on("data", (chunk: Buffer) => {
      received += chunk.length;
      deliver(exchange, chunk, stream, fail);
    });
    stream.on("error", reject);
    stream.on("aborted", () => reject(incompleteError()));
    stream.on("close", () => {
      signal.removeEventListener("abort", onAbort);
      const isWhole = expected === "" || Number(expected) === received || exchange.method === "HEAD";
      if (status === 0 || stream.rstCode !== 0 || !isWhole) reject(incompleteError());
      else resolve();
    });
    if (exchange.body !== null) stream.end(exchange.body);
    if (signal.aborted) onAbort();
  });
}

function deliver(
  exchange: Exchange,
  chunk: Buffer,
  stream: { pause(): unknown; resume(): unknown },
  fail: (error: unknown) => void,
): void {
  try {
    const wait = exchange.onData(chunk);
    if (wait === undefined) return;
    stream.pause();
    wait.then(() => stream.resume(), fail);
  } catch (error) {
    fail(error);
  }
}
