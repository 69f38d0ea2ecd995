import { resolve, sep } from "node:path";

/** A kubeconfig's parts by name, as client-go/tools/clientcmd/api/v1/types.go has them. Paths are absolute. */
export interface Kubeconfig {
  readonly currentContext: string;
  readonly contexts: ReadonlyMap<string, KubeconfigContext>;
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
}

/** "" in any field: not given. */
export interface KubeconfigContext {
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
}

export interface KubeconfigCluster {
  readonly server: string;
  readonly tlsServerName: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly certificateAuthority: string;
  /** base64, as in the file. */
  readonly certificateAuthorityData: string;
  readonly proxyUrl: string;
  readonly disableCompression: boolean;
  /** The extension `client.authentication.k8s.io/exec`, handed to a credential plugin; null when there is none. */
  readonly execConfig: unknown;
}

export interface KubeconfigUser {
  readonly token: string;
  readonly tokenFile: string;
  readonly username: string;
  readonly password: string;
  readonly clientCertificate: string;
  readonly clientCertificateData: string;
  readonly clientKey: string;
  readonly clientKeyData: string;
  readonly as: string;
  readonly asUid: string;
  readonly asGroups: readonly string[];
  readonly asUserExtra: Readonly<Record<string, readonly string[]>>;
  readonly exec: ExecConfig | null;
  readonly authProvider: AuthProvider | null;
}

export interface ExecConfig {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
}

export interface AuthProvider {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The cluster extension whose content a credential plugin gets (client-go/tools/clientcmd/client_config.go). */
export const execExtensionName = "client.authentication.k8s.io/exec";

/**
 * The entries of a parsed kubeconfig whose scalars are all text; `typed` is the same with numbers and booleans.
 * Relative paths are taken from `folder`.
 */
export function toKubeconfig(root: Fields, typed: Fields, folder: string): Kubeconfig {
  const extensions = byName(typed["clusters"], "cluster", (fields) => execExtension(fields["extensions"]));
  return {
    currentContext: asText(root["current-context"]),
    contexts: byName(root["contexts"], "context", toContext),
    clusters: byName(root["clusters"], "cluster", (fields, name) => ({
      ...toCluster(fields, folder),
      execConfig: extensions.get(name) ?? null,
    })),
    users: byName(root["users"], "user", (fields) => toUser(fields, folder)),
  };
}

function toContext(fields: Fields): KubeconfigContext {
  return {
    cluster: asText(fields["cluster"]),
    user: asText(fields["user"]),
    namespace: asText(fields["namespace"]),
  };
}

function toCluster(fields: Fields, folder: string): KubeconfigCluster {
  return {
    server: asText(fields["server"]),
    tlsServerName: asText(fields["tls-server-name"]),
    insecureSkipTlsVerify: asBoolean(fields["insecure-skip-tls-verify"]),
    certificateAuthority: asPath(fields["certificate-authority"], folder),
    certificateAuthorityData: asText(fields["certificate-authority-data"]),
    proxyUrl: asText(fields["proxy-url"]),
    disableCompression: asBoolean(fields["disable-compression"]),
    execConfig: null,
  };
}

function toUser(fields: Fields, folder: string): KubeconfigUser {
  const provider = asFields(fields["auth-provider"]);
  return {
    token: asText(fields["token"]),
    tokenFile: asPath(fields["tokenFile"], folder),
    username: asText(fields["username"]),
    password: asText(fields["password"]),
    clientCertificate: asPath(fields["client-certificate"], folder),
    clientCertificateData: asText(fields["client-certificate-data"]),
    clientKey: asPath(fields["client-key"], folder),
    clientKeyData: asText(fields["client-key-data"]),
    as: asText(fields["as"]),
    asUid: asText(fields["as-uid"]),
    asGroups: asTexts(fields["as-groups"]),
    asUserExtra: asRecord(fields["as-user-extra"], asTexts),
    exec: toExec(asFields(fields["exec"]), folder),
    authProvider:
      provider === null
        ? null
        : { name: asText(provider["name"]), config: asRecord(provider["config"], asText) },
  };
}

function toExec(fields: Fields | null, folder: string): ExecConfig | null {
  if (fields === null) return null;
  const command = asText(fields["command"]);
  return {
    // A command without a separator is looked up in PATH; any other path is relative to the kubeconfig.
    command: command.includes(sep) ? resolve(folder, command) : command,
    args: asTexts(fields["args"]),
    env: asList(fields["env"]).map((entry) => ({
      name: asText(asFields(entry)?.["name"]),
      value: asText(asFields(entry)?.["value"]),
    })),
    apiVersion: asText(fields["apiVersion"]),
    installHint: asText(fields["installHint"]),
    provideClusterInfo: asBoolean(fields["provideClusterInfo"]),
    interactiveMode: asText(fields["interactiveMode"]),
  };
}

function execExtension(extensions: unknown): unknown {
  for (const entry of asList(extensions)) {
    const fields = asFields(entry);
    if (fields?.["name"] === execExtensionName) return fields["extension"] ?? null;
  }
  return null;
}

function byName<T>(
  list: unknown,
  field: string,
  read: (fields: Fields, name: string) => T,
): ReadonlyMap<string, T> {
  const entries = new Map<string, T>();
  for (const entry of asList(list)) {
    const name = asText(asFields(entry)?.["name"]);
    if (name !== "" && !entries.has(name))
      entries.set(name, read(asFields(asFields(entry)?.[field]) ?? {}, name));
  }
  return entries;
}

export function asFields(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asTexts(value: unknown): readonly string[] {
  return asList(value).filter((item) => typeof item === "string");
}

function asBoolean(value: unknown): boolean {
  return /^(true|yes|on|y)$/i.test(asText(value));
}

function asPath(value: unknown, folder: string): string {
  const path = asText(value);
  return path === "" ? "" : resolve(folder, path);
}

function asRecord<T>(value: unknown, read: (value: unknown) => T): Readonly<Record<string, T>> {
  const entries = Object.entries(asFields(value) ?? {});
  return Object.fromEntries(entries.map(([key, item]) => [key, read(item)]));
}
