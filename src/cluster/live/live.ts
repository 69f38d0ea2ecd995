import type { Impersonation } from "../../log/round-trip.ts";
import type { Answer, ApiService, Cluster, UserInfo } from "../cluster.ts";
import type { ClusterReader } from "../cluster-reader.ts";
import { type ConnectionOptions, openConnection } from "../connection/connection.ts";
import { describeCertificates } from "../connection/describe-certificates.ts";
import { describeCredentials } from "../connection/describe-credentials.ts";
import type { ConnectionFlags } from "../connection-flags.ts";
import {
  type ConnectionSettings,
  type KubeconfigOptions,
  loadConnectionSettings,
} from "../kubeconfig/kubeconfig.ts";
import { createMemory } from "../memory.ts";
import {
  askAdmissionPolicies,
  askAdmissionWebhooks,
  askLabels,
  askServedResources,
} from "./admission-questions.ts";
import { type Asked, type AskOptions, createAsk } from "./ask.ts";
import { askFlowControl } from "./ask-flow-control.ts";
import {
  askApiService,
  askApiServices,
  askCustomResourceDefinition,
  askEndpoints,
  askExtensionAuthentication,
  askNode,
  askPod,
  askPods,
  askReview,
  askService,
  askWhoAmI,
  askWholeCustomResourceDefinition,
  metadataOnlyList,
} from "./questions.ts";
import { reviewOf } from "./review-request.ts";
import { sendRequest } from "./send.ts";

export type LiveCluster = Cluster &
  ClusterReader & {
    readonly kind: "live";
    readonly settings: ConnectionSettings;
    whoAmI(as?: Impersonation | null): Promise<Answer<UserInfo>>;
  };

export type LiveOptions = ConnectionOptions & AskOptions & Omit<KubeconfigOptions, "env">;

/** Equal questions are asked once, up to this many different ones. */
const maxRemembered = 10_000;

/**
 * The cluster that kubectl would ask with these flags and this environment. Nothing is sent before the first question.
 * @throws ClusterError when the kubeconfig does not lead to a server; all else is an Answer.
 */
export async function openLiveCluster(
  flags: ConnectionFlags,
  env: KubeconfigOptions["env"],
  options: LiveOptions,
): Promise<LiveCluster> {
  return createLiveCluster(await loadConnectionSettings(flags, { ...options, env }), options);
}

/** The same for settings that are loaded already. */
export function createLiveCluster(settings: ConnectionSettings, options: LiveOptions): LiveCluster {
  const connection = openConnection(settings, options);
  const ask = createAsk(connection, options);
  // What could not be asked may be asked again.
  const remember = createMemory({
    most: maxRemembered,
    lasts: (answer) => answer.ok || answer.status !== null,
  });
  const get = async (path: string, accept?: string): Promise<Asked> =>
    await ask({ method: "GET", path, as: null, ...(accept === undefined ? {} : { accept }) });
  let listed: ReadonlyMap<string, ApiService> | null = null;
  const apiServices = async (): Promise<Answer<ReadonlyMap<string, ApiService>>> => {
    const answer = await askApiServices(get);
    if (answer.ok) listed = answer.value;
    return answer;
  };
  /** Those that were asked for whole: whether they are there need not be asked again. */
  const definitions = new Set<string>();
  const customResourceDefinition: Cluster["customResourceDefinition"] = (name) => {
    definitions.add(name);
    return remember(`whole crd ${name}`, async () => await askWholeCustomResourceDefinition(get, name));
  };
  return {
    kind: "live",
    title: settings.title,
    server: settings.server,
    settings,
    read: get,
    probe: async (path, timeoutMs, onBody) =>
      await sendRequest(connection, {
        method: "GET",
        path,
        // A shorter limit of the user's own counts; none is not what a probe is for.
        timeoutMs: Math.min(timeoutMs, settings.requestTimeoutMs || timeoutMs),
        onBody,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      }),
    apiServices: () => remember("apiservices", apiServices),
    apiService: (name) =>
      remember(`apiservice ${name}`, async () => {
        // What the list says of a Local one is all there is to say.
        const known = listed?.get(name);
        if (
          listed !== null &&
          (known === undefined || (known.service === null && known.available === "True"))
        ) {
          return { ok: true, value: known ?? null };
        }
        return await askApiService(get, name);
      }),
    hasCustomResourceDefinition: async (name) => {
      if (!definitions.has(name))
        return await remember(`crd ${name}`, async () => await askCustomResourceDefinition(get, name));
      const whole = await customResourceDefinition(name);
      return whole.ok ? { ok: true, value: whole.value !== null } : whole;
    },
    customResourceDefinition,
    service: (namespace, name) =>
      remember(`service ${namespace}/${name}`, async () => await askService(get, namespace, name)),
    endpoints: (namespace, name) =>
      remember(`endpoints ${namespace}/${name}`, async () => await askEndpoints(get, namespace, name)),
    pods: (namespace, selector) =>
      remember(
        `pods ${namespace} ${JSON.stringify(selector)}`,
        async () => await askPods(get, namespace, selector),
      ),
    admissionWebhooks: () => remember("admission webhooks", async () => await askAdmissionWebhooks(get)),
    admissionPolicies: () =>
      remember("admission policies", async () => {
        const served = () => remember("apiservices", apiServices);
        return await askAdmissionPolicies(get, served);
      }),
    servedResources: (group, version) =>
      remember(`resources ${group}/${version}`, async () => await askServedResources(get, group, version)),
    namespaceLabels: (name) => {
      const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
      return remember(`labels ${path}`, async () => await askLabels(get, path));
    },
    objectLabels: (path) => remember(`labels ${path}`, async () => await askLabels(get, path)),
    extensionAuthentication: () =>
      remember("extension authentication", async () => await askExtensionAuthentication(get)),
    pod: (namespace, name) =>
      remember(`pod ${namespace}/${name}`, async () => await askPod(get, namespace, name)),
    node: (name) => remember(`node ${name}`, async () => await askNode(get, name)),
    review: (attributes, as) => {
      const body = reviewOf(attributes);
      return remember(`review ${JSON.stringify([body, as])}`, async () => await askReview(ask, body, as));
    },
    whoAmI: (as: Impersonation | null = null) =>
      remember(`whoami ${JSON.stringify(as)}`, async () => await askWhoAmI(ask, as)),
    // A token may expire while a watch goes on: what is true is told anew.
    credentials: () => describeCredentials(settings),
    certificates: async () => await describeCertificates(settings, await connection.certificates()),
    flowControl: () =>
      remember("flow control", async () => {
        const served = await remember("apiservices", apiServices);
        return await askFlowControl(async (path) => await get(path, metadataOnlyList), served);
      }),
    close: async () => connection.close(),
  };
}
