import { readFile } from "node:fs/promises";
import { ClusterError } from "../../errors.ts";
import { type ConnectionSettings, usesExecPlugin } from "../kubeconfig/kubeconfig.ts";
import type { AuthProvider } from "../kubeconfig/kubeconfig-entries.ts";
import { type ExecCredential, type ExecOptions, runExecPlugin } from "./exec-plugin.ts";

/** A certificate and its key, PEM. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Who one is to the server, for one request. */
export interface Credential {
  /** Value of the Authorization header; "" for none. */
  readonly authorization: string;
  readonly clientCertificate: ClientCertificate | null;
}

export interface CredentialSource {
  /** What to send now. Runs the credential plugin when needed, once for all that ask meanwhile. @throws ClusterError */
  current(): Promise<Credential>;
  /** After a 401 to `used`: gets another credential where that is possible. false: there is no other. */
  renew(used: Credential): Promise<boolean>;
}

/** client-go reads a token file again after this time (transport/token_source.go: a minute less ten seconds). */
const tokenFileLifeMs = 50_000;

const none: Credential = { authorization: "", clientCertificate: null };

/**
 * The credentials of a connection, in the order of client-go's transport: token file, token, password,
 * client certificate; the credential plugin only without these. A plain HTTP server gets none, as with kubectl.
 */
export function openCredentials(settings: ConnectionSettings, options: ExecOptions): CredentialSource {
  if (!settings.server.startsWith("https:")) return fixed(none);
  if (usesExecPlugin(settings)) return fromExecPlugin(settings, options);
  const { user } = settings;
  if (user.tokenFile !== "") return fromTokenFile(settings);
  if (user.authProvider !== null && user.token === "" && user.username === "") {
    return fromAuthProvider(settings, user.authProvider);
  }
  return fromKubeconfig(settings);
}

function fixed(credential: Credential): CredentialSource {
  return { current: async () => credential, renew: async () => false };
}

function fromKubeconfig(settings: ConnectionSettings): CredentialSource {
  const { user } = settings;
  const basic = Buffer.from(`${user.username}:${user.password}`).toString("base64");
  const password = user.username === "" && user.password === "" ? "" : `Basic ${basic}`;
  const authorization = user.token === "" ? password : bearer(user.token);
  let read: Promise<Credential> | undefined;
  return {
    current: () => {
      read ??= readClientCertificate(settings).then((clientCertificate) => ({
        authorization,
        clientCertificate,
      }));
      return read;
    },
    renew: async () => false,
  };
}

function fromTokenFile(settings: ConnectionSettings): CredentialSource {
  const { user } = settings;
  let token = user.token;
  let readAt = Number.NEGATIVE_INFINITY;
  const refresh = async (): Promise<void> => {
    const now = performance.now();
    if (now - readAt < tokenFileLifeMs) return;
    const text = await readFile(user.tokenFile, "utf8").catch(() => "");
    token = text.trim() || token;
    if (token === "") {
      throw new ClusterError(
        `cannot read a token from ${user.tokenFile}`,
        "check tokenFile in the kubeconfig",
      );
    }
    readAt = now;
  };
  return {
    current: async () => {
      await refresh();
      return { authorization: bearer(token), clientCertificate: await readClientCertificate(settings) };
    },
    renew: async (used) => {
      readAt = Number.NEGATIVE_INFINITY;
      await refresh();
      return bearer(token) !== used.authorization;
    },
  };
}

function fromExecPlugin(settings: ConnectionSettings, options: ExecOptions): CredentialSource {
  const { exec } = settings.user;
  if (exec === null) return fixed(none);
  type Run = { readonly credential: Credential; readonly expiresAt: number | null };
  let running: Promise<Run> | undefined;
  const start = (): Promise<Run> => {
    const started = runExecPlugin(exec, settings, options).then((answer) => ({
      credential: toCredential(answer),
      expiresAt: answer.expiresAt,
    }));
    running = started;
    started.catch(() => {
      if (running === started) running = undefined;
    });
    return started;
  };
  const replace = (old: Promise<Run>): Promise<Run> => (running === old ? start() : (running ?? start()));
  return {
    current: async () => {
      const existing = running;
      if (existing === undefined) return (await start()).credential;
      const run = await existing;
      const isExpired = run.expiresAt !== null && run.expiresAt <= Date.now();
      return isExpired ? (await replace(existing)).credential : run.credential;
    },
    renew: async (used) => {
      const existing = running;
      if (existing === undefined) return (await start()).credential !== used;
      // Of many requests refused at once only the first one runs the plugin again.
      if ((await existing).credential !== used) return true;
      return (await replace(existing)).credential !== used;
    },
  };
}

function toCredential(answer: ExecCredential): Credential {
  const { token, clientCertificate: certificate, clientKey: key } = answer;
  return {
    authorization: token === "" ? "" : bearer(token),
    clientCertificate: key === "" ? null : { certificate, key },
  };
}

/**
 * Tokens of kubectl's built-in OIDC provider. An expired one is read from the kubeconfig again, where kubectl
 * writes the renewed one. It is not renewed here: many providers accept a refresh token once, and a refresh
 * token that is used up and not written back would log the user out of kubectl.
 */
function fromAuthProvider(settings: ConnectionSettings, provider: AuthProvider): CredentialSource {
  if (provider.name !== "oidc") {
    throw new ClusterError(
      `auth provider "${provider.name}" of the kubeconfig is not supported, as in kubectl 1.26 and later`,
      "use a credential plugin: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins",
    );
  }
  let idToken = provider.config["id-token"] ?? "";
  const reload = async (): Promise<void> => {
    idToken = (await settings.reloadUser()).authProvider?.config["id-token"] ?? "";
  };
  return {
    current: async () => {
      if (isExpired(idToken)) await reload();
      if (isExpired(idToken)) {
        throw new ClusterError(
          "the OIDC token in the kubeconfig has expired",
          "renew it with: kubectl auth whoami",
        );
      }
      return { authorization: bearer(idToken), clientCertificate: await readClientCertificate(settings) };
    },
    renew: async (used) => {
      await reload();
      return bearer(idToken) !== used.authorization;
    },
  };
}

function isExpired(jwt: string): boolean {
  try {
    const claims = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as {
      exp?: unknown;
    };
    return typeof claims.exp !== "number" || claims.exp * 1000 <= Date.now() + 10_000;
  } catch {
    return true;
  }
}

async function readClientCertificate(settings: ConnectionSettings): Promise<ClientCertificate | null> {
  const { user } = settings;
  const [certificate, key] = await Promise.all([
    readPem(user.clientCertificateData, user.clientCertificate, "client-certificate"),
    readPem(user.clientKeyData, user.clientKey, "client-key"),
  ]);
  if (certificate === "") return null;
  if (key !== "") return { certificate, key };
  throw new ClusterError(
    "the kubeconfig has a client certificate without its key",
    "add client-key or client-key-data to the user: kubectl config view",
  );
}

/**
 * PEM text out of a kubeconfig: base64 data before a file. "" for neither. What is no PEM would be passed over by
 * TLS without a word, and the request be sent as another user: it is an error, as in kubectl. @throws ClusterError
 */
export async function readPem(data: string, path: string, field: string): Promise<string> {
  if (data === "" && path === "") return "";
  if (data !== "" && !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(data)) {
    throw new ClusterError(`${field}-data of the kubeconfig is not base64`, "see: kubectl config view --raw");
  }
  const text = data === "" ? await readPemFile(path, field) : Buffer.from(data, "base64").toString("latin1");
  if (text.includes("-----BEGIN ")) return text;
  const where = data === "" ? `${field} ${path}` : `${field}-data of the kubeconfig`;
  throw new ClusterError(`${where} holds no PEM text`, "it begins with -----BEGIN");
}

async function readPemFile(path: string, field: string): Promise<string> {
  return await readFile(path, "latin1").catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? "no such file" : `${error.code}`;
    throw new ClusterError(`cannot read ${field} ${path}: ${why}`, "check the path in the kubeconfig", {
      cause: error,
    });
  });
}

function bearer(token: string): string {
  const text = token.trim();
  if (/^[\x20-\x7e\x80-\xff]*$/.test(text)) return `Bearer ${text}`;
  throw new ClusterError(
    "the token has a line end or another character that no header can carry",
    "look at the token of the context's user, or log in again",
  );
}
