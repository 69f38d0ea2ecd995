import { ClusterError } from "../../errors.ts";
import type { ConnectionFlags } from "../connection-flags.ts";
import type {
  Kubeconfig,
  KubeconfigCluster,
  KubeconfigContext,
  KubeconfigUser,
} from "./kubeconfig-entries.ts";

/** The entries that flags and the current context point at, with the flags laid over them. */
export interface Chosen {
  readonly contextName: string;
  readonly context: KubeconfigContext;
  readonly clusterName: string;
  readonly userName: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
  /** Nothing was chosen: neither a current context nor a flag that names one of its parts. */
  readonly isDefault: boolean;
}

/**
 * Source of truth: client-go/tools/clientcmd/client_config.go (getContext, getCluster, getAuthInfo).
 * @throws ClusterError when a context, cluster or user asked for by name is not there.
 */
export function chooseEntries(kubeconfig: Kubeconfig, flags: ConnectionFlags): Chosen {
  const contextName = flags.context || kubeconfig.currentContext;
  const context = kubeconfig.contexts.get(contextName) ?? { cluster: "", user: "", namespace: "" };
  if (contextName !== "" && !kubeconfig.contexts.has(contextName)) {
    throw missing("context", contextName, "list them with: kubectl config get-contexts");
  }
  const clusterName = flags.cluster || context.cluster;
  const userName = flags.user || context.user;
  if (flags.cluster && !kubeconfig.clusters.has(clusterName)) {
    throw missing("cluster", clusterName, "list them with: kubectl config get-clusters");
  }
  if (flags.user && !kubeconfig.users.has(userName)) {
    throw missing("user", userName, "list them with: kubectl config get-users");
  }
  return {
    contextName,
    context,
    clusterName,
    userName,
    cluster: overrideCluster(kubeconfig.clusters.get(clusterName) ?? emptyCluster, flags),
    user: overrideUser(kubeconfig.users.get(userName) ?? emptyUser, flags),
    isDefault: contextName === "" && clusterName === "" && userName === "",
  };
}

export function overrideCluster(cluster: KubeconfigCluster, flags: ConnectionFlags): KubeconfigCluster {
  const server = flags.server || cluster.server;
  const certificateAuthority = flags.certificateAuthority ?? "";
  const trust =
    flags.insecureSkipTlsVerify || certificateAuthority !== ""
      ? {
          insecureSkipTlsVerify: flags.insecureSkipTlsVerify ?? false,
          certificateAuthority,
          certificateAuthorityData: "",
        }
      : {};
  // A --server of one's own clears the kubeconfig's tls-server-name, which was meant for another server.
  const tlsServerName = flags.tlsServerName || (flags.server ? "" : cluster.tlsServerName);
  return { ...cluster, server, tlsServerName, ...trust };
}

export function overrideUser(user: KubeconfigUser, flags: ConnectionFlags): KubeconfigUser {
  return {
    ...user,
    // As kubectl, a token file of the kubeconfig still comes before --token when the user has both.
    token: flags.token || user.token,
    ...(flags.clientCertificate
      ? { clientCertificate: flags.clientCertificate, clientCertificateData: "" }
      : {}),
    ...(flags.clientKey ? { clientKey: flags.clientKey, clientKeyData: "" } : {}),
    as: flags.as || user.as,
    asUid: flags.asUid || user.asUid,
    asGroups: flags.asGroup?.length ? flags.asGroup : user.asGroups,
    asUserExtra: { ...user.asUserExtra, ...parseExtra(flags.asUserExtra ?? []) },
  };
}

function parseExtra(pairs: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const pair of pairs) {
    const [key = "", ...value] = pair.split("=");
    extra[key] = [...(extra[key] ?? []), value.join("=")];
  }
  return extra;
}

function missing(kind: string, name: string, hint: string): ClusterError {
  return new ClusterError(`no ${kind} "${name}" in the kubeconfig`, hint);
}

export const emptyCluster: KubeconfigCluster = {
  server: "",
  tlsServerName: "",
  insecureSkipTlsVerify: false,
  certificateAuthority: "",
  certificateAuthorityData: "",
  proxyUrl: "",
  disableCompression: false,
  execConfig: null,
};

export const emptyUser: KubeconfigUser = {
  token: "",
  tokenFile: "",
  username: "",
  password: "",
  clientCertificate: "",
  clientCertificateData: "",
  clientKey: "",
  clientKeyData: "",
  as: "",
  asUid: "",
  asGroups: [],
  asUserExtra: {},
  exec: null,
  authProvider: null,
};
