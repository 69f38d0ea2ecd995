import { ClusterError } from "../../errors.ts";
import { type Impersonation, withoutUserInfo } from "../../log/round-trip.ts";
import type { ConnectionFlags } from "../connection-flags.ts";
import { parseRequestTimeout } from "../duration.ts";
import { findInCluster, type InCluster, serviceAccountFolder } from "./in-cluster.ts";
import {
  type Chosen,
  chooseEntries,
  emptyCluster,
  emptyUser,
  overrideCluster,
  overrideUser,
} from "./kubeconfig-choice.ts";
import type { Kubeconfig, KubeconfigCluster, KubeconfigUser } from "./kubeconfig-entries.ts";
import { loadKubeconfig } from "./load-kubeconfig.ts";

export interface KubeconfigOptions {
  /** HOME, KUBECONFIG, KUBERNETES_MASTER and what tells a pod its API server are taken from here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a pod's service account is mounted; Kubernetes' own path by default. */
  readonly serviceAccountFolder?: string;
  /** What the command does without a kubeconfig, for the hint when there is none: "--offline asks no cluster". */
  readonly otherwise?: string;
}

/** All that is needed to open a connection: the flags over the merged kubeconfigs. */
export interface ConnectionSettings {
  /** For people: `context "kind-dev" (https://127.0.0.1:6443)`. */
  readonly title: string;
  /** Absolute URL with its base path, no trailing slash. */
  readonly server: string;
  /** "" without a context. */
  readonly context: string;
  readonly namespace: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
  readonly impersonation: Impersonation | null;
  /** Milliseconds of --request-timeout; 0: no limit; null: not given. */
  readonly requestTimeoutMs: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the user's entry again: an auth provider's token may have been renewed by kubectl meanwhile. */
  readonly reloadUser: () => Promise<KubeconfigUser>;
}

/** One context with the server it leads to. */
export interface ContextSummary {
  readonly name: string;
  /** "" when its cluster is not in the kubeconfig. */
  readonly server: string;
  readonly isCurrent: boolean;
}

/**
 * The connection that kubectl would use with these flags and this environment.
 * Source of truth: client-go/tools/clientcmd/{loader,client_config,merged_client_builder}.go, with one
 * exception: where kubectl falls back to localhost:8080 because nothing is configured, this is an error.
 * @throws ClusterError when there is no usable kubeconfig, or it lacks the context, cluster or user asked for.
 */
export async function loadConnectionSettings(
  flags: ConnectionFlags,
  options: KubeconfigOptions,
): Promise<ConnectionSettings> {
  const requestTimeoutMs = readTimeout(flags.requestTimeout);
  const { kubeconfig, found } = await loadKubeconfig(flags, options);
  const chosen = chooseEntries(kubeconfig, flags);
  if (chosen.cluster.server === "") {
    const pod = await findInCluster(options.env, options.serviceAccountFolder ?? serviceAccountFolder);
    if (pod !== null && chosen.isDefault) return inClusterSettings(pod, flags, options, requestTimeoutMs);
    const server = options.env["KUBERNETES_MASTER"] ?? "";
    if (server === "") throw noServer(kubeconfig, found, chosen, options.otherwise);
    return { ...settingsOf(chosen, server, flags, options), requestTimeoutMs };
  }
  return { ...settingsOf(chosen, chosen.cluster.server, flags, options), requestTimeoutMs };
}

/** Every context of the merged kubeconfigs, for finding the one whose server a log names. Asks no server. */
export async function listContexts(
  flags: Pick<ConnectionFlags, "kubeconfig">,
  options: KubeconfigOptions,
): Promise<readonly ContextSummary[]> {
  const { kubeconfig } = await loadKubeconfig(flags, options);
  return [...kubeconfig.contexts].map(([name, context]) => ({
    name,
    server: normalizeServer(kubeconfig.clusters.get(context.cluster)?.server ?? ""),
    isCurrent: name === kubeconfig.currentContext,
  }));
}

/** Will a credential plugin be run for this connection? A token, password or certificate comes before it. */
export function usesExecPlugin(settings: ConnectionSettings): boolean {
  const { user } = settings;
  const hasOther =
    user.token !== "" ||
    user.tokenFile !== "" ||
    user.username !== "" ||
    user.clientCertificate !== "" ||
    user.clientCertificateData !== "";
  return user.exec !== null && !hasOther && settings.server.startsWith("https:");
}

function settingsOf(
  chosen: Chosen,
  server: string,
  flags: ConnectionFlags,
  options: KubeconfigOptions,
): Omit<ConnectionSettings, "requestTimeoutMs"> {
  const url = normalizeServer(server);
  if (!URL.canParse(url)) {
    throw new ClusterError(
      `the server of cluster "${chosen.clusterName}" is not a URL`,
      "it looks like https://host:6443",
    );
  }
  const { contextName, cluster, user } = chosen;
  return {
    title:
      contextName === "" || flags.server
        ? `server ${withoutUserInfo(url)}`
        : `context "${contextName}" (${withoutUserInfo(url)})`,
    server: url,
    context: contextName,
    namespace: flags.namespace || chosen.context.namespace || "default",
    cluster,
    user,
    impersonation: impersonationOf(user, chosen.userName),
    env: options.env,
    reloadUser: async () => chooseEntries((await loadKubeconfig(flags, options)).kubeconfig, flags).user,
  };
}

function inClusterSettings(
  pod: InCluster,
  flags: ConnectionFlags,
  options: KubeconfigOptions,
  requestTimeoutMs: number | null,
): ConnectionSettings {
  const user = overrideUser({ ...emptyUser, tokenFile: flags.token ? "" : pod.tokenFile }, flags);
  const cluster = overrideCluster({ ...emptyCluster, ...pod }, flags);
  return {
    title: `in-cluster (${pod.server})`,
    server: pod.server,
    context: "",
    namespace: flags.namespace || pod.namespace,
    cluster,
    user,
    impersonation: impersonationOf(user, ""),
    requestTimeoutMs,
    env: options.env,
    reloadUser: async () => user,
  };
}

function impersonationOf(user: KubeconfigUser, name: string): Impersonation | null {
  if (user.as !== "") {
    return { user: user.as, groups: user.asGroups, uid: user.asUid, extra: user.asUserExtra };
  }
  if (user.asUid === "" && user.asGroups.length === 0 && Object.keys(user.asUserExtra).length === 0)
    return null;
  throw new ClusterError(
    `impersonating groups, a uid or extra values needs a user as well${name === "" ? "" : ` (user "${name}")`}`,
    "add --as USER",
  );
}

/** As client-go: without a scheme it is plain HTTP; query and fragment do not count. */
function normalizeServer(server: string): string {
  if (server === "") return "";
  const url = /^https?:\/\//i.test(server) ? server : `http://${server}`;
  return url.replace(/[?#].*$/s, "").replace(/\/+$/, "");
}

function readTimeout(text: string | undefined): number | null {
  if (text === undefined || text === "") return null;
  const milliseconds = parseRequestTimeout(text);
  if (milliseconds !== null) return milliseconds;
  throw new ClusterError("--request-timeout is not a duration", "use a number of seconds, or 500ms, 30s, 2m");
}

function noServer(
  kubeconfig: Kubeconfig,
  found: readonly string[],
  chosen: Chosen,
  otherwise: string | undefined,
): ClusterError {
  if (found.length === 0) {
    const hint = "set KUBECONFIG, or give one with --kubeconfig";
    return new ClusterError("no kubeconfig found", otherwise === undefined ? hint : `${hint}; ${otherwise}`);
  }
  if (chosen.contextName === "" && chosen.clusterName === "") {
    const names = [...kubeconfig.contexts.keys()].slice(0, 5).join(", ");
    const hint = names === "" ? "it has no contexts" : `choose one with --context (${names})`;
    return new ClusterError("the kubeconfig has no current context", hint);
  }
  const why = kubeconfig.clusters.has(chosen.clusterName) ? "has no server" : "is not in the kubeconfig";
  return new ClusterError(`cluster "${chosen.clusterName}" ${why}`, "see: kubectl config view");
}
