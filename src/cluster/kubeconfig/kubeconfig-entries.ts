import { resolve, sep } from "node:path";
import { newClusters, newContexts, newUsers } from "@kubernetes/client-node/dist/config_types.js";

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

/** An entry that client-node cannot read is no entry, as it is none to kubectl. */
const onlyValid = { onInvalidEntry: "filter" } as const;

/**
 * The entries of a parsed kubeconfig whose scalars are all text; `typed` is the same with numbers and booleans.
 * Relative paths are taken from `folder`. client-node reads the entries; what it leaves out is added: tokenFile, all of
 * impersonation but the user, and what a credential plugin is told of its cluster.
 */
export function toKubeconfig(root: Fields, typed: Fields, folder: string): Kubeconfig {
  const extensions = byName(typed["clusters"], "cluster", (fields) => execExtension(fields["extensions"]));
  return {
    currentContext: asText(root["current-context"]),
    contexts: byName(root["contexts"], "context", toContext),
    clusters: byName(root["clusters"], "cluster", (fields, name) => ({
      ...toCluster(fields, name, folder),
      execConfig: extensions.get(name) ?? null,
    })),
    users: byName(root["users"], "user", (fields, name) => toUser(fields, name, folder)),
  };
}

function toContext(context: Fields, name: string): KubeconfigContext {
  const [read] = newContexts([{ name, context }], onlyValid);
  return { cluster: asText(read?.cluster), user: asText(read?.user), namespace: asText(read?.namespace) };
}

function toCluster(fields: Fields, name: string, folder: string): KubeconfigCluster {
  // A cluster without a server is an entry all the same: --server may give it one. client-node cuts the slash off.
  const server = asText(fields["server"]) || "/";
  const [read] = newClusters([{ name, cluster: { ...fields, server } }], onlyValid);
  return {
    server: asText(read?.server),
    tlsServerName: asText(read?.tlsServerName),
    // Text here, so not the boolean that client-node looks for.
    insecureSkipTlsVerify: asBoolean(fields["insecure-skip-tls-verify"]),
    certificateAuthority: asPath(read?.caFile, folder),
    certificateAuthorityData: asText(read?.caData),
    proxyUrl: asText(read?.proxyUrl),
    disableCompression: asBoolean(fields["disable-compression"]),
    execConfig: null,
  };
}

function toUser(fields: Fields, name: string, folder: string): KubeconfigUser {
  // client-node would read a file named by "token-file", which is no field of a kubeconfig.
  const [read] = newUsers([{ name, user: { ...fields, "token-file": undefined } }], onlyValid);
  const provider = asFields(read?.authProvider);
  return {
    token: asText(read?.token),
    tokenFile: asPath(fields["tokenFile"], folder),
    username: asText(read?.username),
    password: asText(read?.password),
    clientCertificate: asPath(read?.certFile, folder),
    clientCertificateData: asText(read?.certData),
    clientKey: asPath(read?.keyFile, folder),
    clientKeyData: asText(read?.keyData),
    as: asText(read?.impersonateUser),
    asUid: asText(fields["as-uid"]),
    asGroups: asTexts(fields["as-groups"]),
    asUserExtra: asRecord(fields["as-user-extra"], asTexts),
    exec: toExec(asFields(read?.exec), folder),
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
