import type { X509Certificate } from "node:crypto";
import type { Phases } from "../../log/round-trip.ts";
import type { ConnectionSettings } from "../kubeconfig/kubeconfig.ts";
import type { ConnectionOptions } from "./connection.ts";
import { type Credential, openCredentials } from "./credentials.ts";
import { type Dialed, type DialTarget, dial } from "./dial.ts";
import type { ExecOptions } from "./exec-plugin.ts";
import { openHttp1 } from "./http1-transport.ts";
import { openHttp2 } from "./http2-transport.ts";
import { proxyFor } from "./proxy.ts";
import { readClusterAuthority, tlsOptionsFor } from "./tls.ts";
import { incompleteError, type Transport } from "./transport.ts";

export interface Opened {
  readonly transport: Transport;
  /** Phases of a connection that no request has gone out on yet; null when it is used again. */
  takePhases(): Phases | null;
  /** The servers' own, each once; none over plain HTTP. */
  certificates(): readonly X509Certificate[];
}

export interface Opener {
  credential(): Promise<Credential>;
  renew(used: Credential): Promise<boolean>;
  /** The transport in use; dials when there is none, once for all that ask meanwhile. */
  transport(credential: Credential): Promise<Opened>;
  /** The servers' own certificates over the transport in use; none when there is none. */
  certificates(): Promise<readonly X509Certificate[]>;
  close(): void;
}

/** Gets credentials and opens connections when they are first needed. Nothing is read or dialled before. */
export function createOpener(
  settings: ConnectionSettings,
  options: ConnectionOptions,
  signal: AbortSignal,
): Opener {
  const authority = lazy(() => readClusterAuthority(settings));
  const credentials = lazy(async () =>
    openCredentials(settings, execOptions(options, signal, await authority())),
  );
  const transports = new Set<Transport>();
  interface Opening {
    readonly certificate: string;
    readonly opened: Promise<Opened>;
  }
  let current: Opening | undefined;
  const start = (credential: Credential): Opening => {
    const opened = authority().then((pem) => open(settings, pem, credential, signal));
    const opening = { certificate: certificateOf(credential), opened };
    opened.then(
      ({ transport }) => transports.add(transport),
      () => {
        if (current === opening) current = undefined;
      },
    );
    current = opening;
    return opening;
  };
  return {
    credential: async () => await (await credentials()).current(),
    renew: async (used) => await (await credentials()).renew(used),
    transport: async (credential) => {
      for (let tries = 0; tries < 3; tries += 1) {
        const opening = current ?? start(credential);
        const opened = await opening.opened;
        const hasRightCertificate = opening.certificate === certificateOf(credential);
        if (hasRightCertificate && opened.transport.isUsable()) return opened;
        if (current === opening) current = undefined;
        if (!hasRightCertificate) opened.transport.destroy();
        transports.delete(opened.transport);
      }
      throw incompleteError();
    },
    certificates: async () => (await current?.opened.catch(() => null))?.certificates() ?? [],
    close: () => {
      for (const transport of transports) transport.destroy();
    },
  };
}

async function open(
  settings: ConnectionSettings,
  authority: string,
  credential: Credential,
  signal: AbortSignal,
): Promise<Opened> {
  const target = await dialTarget(settings, authority, credential);
  const fresh: Phases[] = [];
  const met = new Map<string, X509Certificate>();
  const dialOne = async (): Promise<Dialed> => {
    const dialed = await dial(target, signal);
    const { phasesMs, certificate } = dialed;
    fresh.push(phasesMs);
    if (certificate !== null) met.set(certificate.fingerprint256, certificate);
    return dialed;
  };
  const first = await dialOne();
  const transport =
    first.protocol === "h2"
      ? openHttp2(target.server, first.socket)
      : await openHttp1(
          target.server,
          first.socket,
          async () => (await dialOne()).socket,
          requestTarget(target),
        );
  return { transport, takePhases: () => fresh.shift() ?? null, certificates: () => [...met.values()] };
}

async function dialTarget(
  settings: ConnectionSettings,
  authority: string,
  credential: Credential,
): Promise<DialTarget> {
  const server = new URL(settings.server);
  const isSecure = server.protocol === "https:";
  const tls = isSecure ? await tlsOptionsFor(settings, authority, credential.clientCertificate) : null;
  return { server, proxy: proxyFor(settings), tls };
}

/** A plain HTTP proxy is told the whole URL of a plain HTTP server. */
function requestTarget(target: DialTarget): (path: string) => string {
  const isForwarded = target.tls === null && target.proxy?.protocol.startsWith("http") === true;
  return isForwarded ? (path) => target.server.origin + path : (path) => path;
}

function execOptions(
  options: ConnectionOptions,
  signal: AbortSignal,
  certificateAuthority: string,
): ExecOptions {
  const onStderr = options.onPluginStderr;
  return {
    interactive: options.interactive ?? false,
    signal,
    certificateAuthority,
    ...(onStderr === undefined ? {} : { onStderr }),
  };
}

function certificateOf(credential: Credential): string {
  return credential.clientCertificate?.certificate ?? "";
}

/** The promise of the first call, for all calls. */
function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
