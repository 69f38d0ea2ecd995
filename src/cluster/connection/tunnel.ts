import type { Socket } from "node:net";
import { joinHostPort } from "../../api/host-port.ts";
import { TransportError } from "./transport-failure.ts";

const maxHead = 64 * 1024;

/**
 * Asks an HTTP proxy on `socket` for a way to host:port; afterwards the socket is that way.
 * @throws TransportError when the proxy refuses.
 */
export async function connectThroughHttp(
  socket: Socket,
  proxy: URL,
  host: string,
  port: number,
): Promise<void> {
  const target = joinHostPort(host, port);
  const lines = [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`, ...proxyAuthorization(proxy), "", ""];
  socket.write(lines.join("\r\n"));
  const head = await readUntil(socket, (bytes) => {
    const end = bytes.indexOf("\r\n\r\n");
    return end < 0 ? -1 : end + 4;
  });
  const status = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?/.exec(head.toString("latin1"));
  if (status === null) throw new TransportError("proxy", "the proxy did not answer as an HTTP proxy");
  if (status[1] !== "200") {
    throw new TransportError(
      "proxy",
      `the proxy refused the connection: ${status[1]} ${status[2] ?? ""}`.trim(),
    );
  }
}

/** The header for a proxy URL with user and password; none without. */
export function proxyAuthorization(proxy: URL): readonly string[] {
  if (proxy.username === "") return [];
  const { user, password } = proxyUser(proxy);
  return [`Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`];
}

function proxyUser(proxy: URL): { user: string; password: string } {
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  return { user: decode(proxy.username), password: decode(proxy.password) };
}

const socksReplies: readonly string[] = [
  "",
  "general failure",
  "not allowed by its rules",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "time to live expired",
  "command not supported",
  "address type not supported",
];

/** The same through a SOCKS5 proxy (RFC 1928, 1929), which resolves the host's name itself, as with Go. */
export async function connectThroughSocks5(
  socket: Socket,
  proxy: URL,
  host: string,
  port: number,
): Promise<void> {
  const hasUser = proxy.username !== "";
  socket.write(Buffer.from(hasUser ? [5, 2, 0, 2] : [5, 1, 0]));
  const choice = await readUntil(socket, (bytes) => (bytes.length < 2 ? -1 : 2));
  if (choice[0] !== 5) throw new TransportError("proxy", "the proxy did not answer as a SOCKS5 proxy");
  if (choice[1] === 2 && hasUser) await authenticate(socket, proxy);
  else if (choice[1] !== 0) throw new TransportError("proxy", "the proxy wants another way to log in");
  const name = Buffer.from(host);
  if (name.length > 255) throw new TransportError("proxy", "the server's name is too long for SOCKS5");
  socket.write(
    Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]),
  );
  const reply = await readUntil(socket, (bytes) => socksReplyLength(bytes));
  if (reply[1] !== 0) {
    const why = socksReplies[reply[1] ?? 1] ?? `reply ${reply[1]}`;
    throw new TransportError("proxy", `the proxy refused the connection: ${why}`);
  }
}

async function authenticate(socket: Socket, proxy: URL): Promise<void> {
  const { user, password } = proxyUser(proxy);
  const [name, secret] = [Buffer.from(user).subarray(0, 255), Buffer.from(password).subarray(0, 255)];
  socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([secret.length]), secret]));
  const reply = await readUntil(socket, (bytes) => (bytes.length < 2 ? -1 : 2));
  if (reply[1] !== 0) throw new TransportError("proxy", "the proxy refused its user and password");
}

function socksReplyLength(bytes: Buffer): number {
  if (bytes.length < 5) return -1;
  const address = bytes[3] === 1 ? 4 : bytes[3] === 4 ? 16 : 1 + (bytes[4] ?? 0);
  const length = 4 + address + 2;
  return bytes.length < length ? -1 : length;
}

/** Reads up to where `lengthOf` says the answer ends; what follows goes back into the socket. */
async function readUntil(socket: Socket, lengthOf: (bytes: Buffer) => number): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const finish = (act: () => void): void => {
      socket.off("data", onData).off("error", onEnd).off("end", onEnd).off("close", onEnd);
      socket.pause();
      act();
    };
    const onEnd = (error?: unknown): void =>
      finish(() =>
        reject(
          error instanceof Error ? error : new TransportError("proxy", "the proxy closed the connection"),
        ),
      );
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const length = lengthOf(bytes);
      if (length < 0 && bytes.length > maxHead) onEnd();
      if (length < 0) return;
      const [answer, rest] = [bytes.subarray(0, length), bytes.subarray(length)];
      finish(() => {
        if (rest.length > 0) socket.unshift(rest);
        resolve(answer);
      });
    };
    socket.on("data", onData).on("error", onEnd).on("end", onEnd).on("close", onEnd);
    socket.resume();
  });
}
