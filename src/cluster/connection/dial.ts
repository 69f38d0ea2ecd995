import type { X509Certificate } from "node:crypto";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, rootCertificates, type TLSSocket } from "node:tls";
import type { Phases } from "../../log/round-trip.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { hostOf } from "./tls.ts";
import { TransportError } from "./transport-failure.ts";
import { connectThroughHttp, connectThroughSocks5 } from "./tunnel.ts";

export interface DialTarget {
  readonly server: URL;
  /** null: straight to the server. */
  readonly proxy: URL | null;
  /** For https servers; null for http. */
  readonly tls: ConnectionOptions | null;
}

/** A connection that nothing has been sent on. */
export interface Dialed {
  readonly socket: Socket;
  readonly protocol: "h2" | "http/1.1";
  /** The server's own; null over plain HTTP. */
  readonly certificate: X509Certificate | null;
  readonly phasesMs: Phases;
}

/** Go's limits: net.Dialer 30 s, TLSHandshakeTimeout 10 s (client-go/transport/cache.go). */
const dialLimitMs = 30_000;
const tlsLimitMs = 10_000;

/**
 * Opens one connection, through the proxy if there is one, and learns which HTTP the server wants to speak.
 * Aborting `signal` closes it half-way. @throws the socket's own error, or TransportError.
 */
export async function dial(target: DialTarget, signal: AbortSignal): Promise<Dialed> {
  const started = performance.now();
  const first = target.proxy ?? target.server;
  let lookupMs = 0;
  const tcp = connectTcp({
    host: hostOf(first),
    port: portOf(first),
    noDelay: true,
    keepAlive: true,
    // Two seconds for each of several addresses: the default, a quarter, is too short for far networks.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 2000,
  });
  tcp.once("lookup", () => {
    lookupMs = performance.now() - started;
  });
  let socket: Socket = tcp;
  const stop = (): void => {
    socket.destroy();
    tcp.destroy();
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    await within(once(tcp, "connect"), dialLimitMs, "connection timed out", signal);
    const dialMs = performance.now() - started - lookupMs;
    const tunnelled = throughProxy(tcp, target);
    socket = await within(tunnelled, dialLimitMs, "the proxy does not answer", signal);
    const handshakeStarted = performance.now();
    if (target.tls !== null) {
      const handshake = connectTls({ ...target.tls, socket, ALPNProtocols: ["h2", "http/1.1"] });
      socket = handshake;
      await within(once(handshake, "secureConnect"), tlsLimitMs, "the TLS handshake takes too long", signal);
    }
    const tlsMs = performance.now() - handshakeStarted;
    const secure = target.tls === null ? null : (socket as TLSSocket);
    return {
      socket,
      protocol: secure?.alpnProtocol === "h2" ? "h2" : "http/1.1",
      certificate: secure?.getPeerX509Certificate() ?? null,
      phasesMs: {
        dnsLookup: isIP(hostOf(first)) === 0 ? Math.trunc(lookupMs) : 0,
        dial: Math.trunc(dialMs),
        ...(target.tls === null ? {} : { tlsHandshake: Math.trunc(tlsMs) }),
      },
    };
  } catch (error) {
    stop();
    throw target.proxy !== null && isBeforeTunnel(socket, tcp) ? proxyError(error) : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  if (url.protocol.startsWith("socks5")) return 1080;
  return url.protocol === "https:" ? 443 : 80;
}

async function throughProxy(tcp: Socket, target: DialTarget): Promise<Socket> {
  const { proxy, server } = target;
  if (proxy === null) return tcp;
  if (proxy.protocol.startsWith("socks5")) {
    await connectThroughSocks5(tcp, proxy, hostOf(server), portOf(server));
    return tcp;
  }
  const socket = proxy.protocol === "https:" ? await secureProxy(tcp, hostOf(proxy)) : tcp;
  // To a plain HTTP server the requests themselves go to the proxy, with the whole URL.
  if (target.tls !== null) await connectThroughHttp(socket, proxy, hostOf(server), portOf(server));
  return socket;
}

async function secureProxy(tcp: Socket, host: string): Promise<Socket> {
  const servername = isIP(host) === 0 ? host : "";
  const secure = connectTls({ socket: tcp, host, servername, ca: [...rootCertificates] });
  await once(secure, "secureConnect");
  return secure;
}

function isBeforeTunnel(socket: Socket, tcp: Socket): boolean {
  return socket === tcp;
}

function proxyError(error: unknown): unknown {
  if (error instanceof TransportError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  return new TransportError("proxy", `the proxy cannot be reached: ${code ?? "connection failed"}`, {
    cause: error,
  });
}

async function once(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const finish = (act: () => void): void => {
      socket.off(event, onEvent).off("error", onError).off("close", onClose);
      act();
    };
    const onEvent = (): void => finish(resolve);
    const onError = (error: Error): void => finish(() => reject(error));
    const onClose = (): void =>
      finish(() => reject(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    socket.on(event, onEvent).on("error", onError).on("close", onClose);
    // An error after this promise is settled belongs to whoever uses the socket then.
    socket.on("error", () => {});
  });
}

async function within<T>(work: Promise<T>, limitMs: number, text: string, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TransportError("timeout", text)), limitMs);
  });
  try {
    return await unlessAborted(Promise.race([work, limit]), signal);
  } finally {
    clearTimeout(timer);
  }
}
