import type { Impersonation } from "../../log/round-trip.ts";
import type { Answer, ApiService, Cluster, Endpoint, Review, ServiceInfo, UserInfo } from "../cluster.ts";
import type { ClusterReader } from "../cluster-reader.ts";
import { type ConnectionOptions, openConnection } from "../connection/connection.ts";
import { describeCredentials } from "../connection/describe-credentials.ts";
import type { ConnectionFlags } from "../connection-flags.ts";
import {
  type ConnectionSettings,
  type KubeconfigOptions,
  loadConnectionSettings,
} from "../kubeconfig/kubeconfig.ts";
import { readObjects } from "../read-objects.ts";
import { newApiService, newEndpoints, newServiceInfo } from "../snapshot/snapshot-objects.ts";
import {
  parseApiServiceList,
  parseCoreEndpoints,
  parseReview,
  parseUserInfo,
  toKubeObject,
} from "./api-objects.ts";
import { type Ask, type Asked, type AskOptions, createAsk } from "./ask.ts";
import { askFlowControl } from "./ask-flow-control.ts";
import { reviewOf } from "./review-request.ts";

export type LiveCluster = Cluster &
  ClusterReader & {
    readonly kind: "live";
    readonly settings: ConnectionSettings;
    whoAmI(as?: Impersonation | null): Promise<Answer<UserInfo>>;
  };

export type LiveOptions = ConnectionOptions & AskOptions & Omit<KubeconfigOptions, "env">;

/** Equal questions are asked once, up to this many different ones. */
const maxRemembered = 10_000;

const tableOfNames = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const metadataOfList = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";
const metadataOnly = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json";

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
  const remember = createMemory();
  const get = async (path: string, accept?: string): Promise<Asked> =>
    await ask({ method: "GET", path, as: null, ...(accept === undefined ? {} : { accept }) });
  let listed: ReadonlyMap<string, ApiService> | null = null;
  const apiServices = async (): Promise<Answer<ReadonlyMap<string, ApiService>>> => {
    const answer = await askApiServices(get);
    if (answer.ok) listed = answer.value;
    return answer;
  };
  return {
    kind: "live",
    title: settings.title,
    server: settings.server,
    settings,
    read: get,
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
    hasCustomResourceDefinition: (name) =>
      remember(`crd ${name}`, async () => await askCustomResourceDefinition(get, name)),
    service: (namespace, name) =>
      remember(`service ${namespace}/${name}`, async () => await askService(get, namespace, name)),
    endpoints: (namespace, name) =>
      remember(`endpoints ${namespace}/${name}`, async () => await askEndpoints(get, namespace, name)),
    review: (attributes, as) => {
      const body = reviewOf(attributes);
      return remember(`review ${JSON.stringify([body, as])}`, async () => await askReview(ask, body, as));
    },
    whoAmI: (as: Impersonation | null = null) =>
      remember(`whoami ${JSON.stringify(as)}`, async () => await askWhoAmI(ask, as)),
    // A token may expire while a watch goes on: what is true is told anew.
    credentials: () => describeCredentials(settings),
    flowControl: () =>
      remember("flow control", async () => {
        const served = await remember("apiservices", apiServices);
        return await askFlowControl(async (path) => await get(path, metadataOfList), served);
      }),
    close: async () => connection.close(),
  };
}

type Get = (path: string, accept?: string) => Promise<Asked>;

async function askApiServices(get: Get): Promise<Answer<ReadonlyMap<string, ApiService>>> {
  const path = "/apis/apiregistration.k8s.io/v1/apiservices";
  const answer = await get(`${path}?includeObject=None`, tableOfNames);
  if (!answer.ok) return plain(answer);
  const services = parseApiServiceList(answer.value);
  if (services !== null) return { ok: true, value: services };
  // A table with other columns: an old server. The whole list says the same at more length.
  const whole = await get(path);
  if (!whole.ok) return plain(whole);
  const fromWhole = parseApiServiceList(whole.value);
  return fromWhole === null ? unexpected("an APIServiceList") : { ok: true, value: fromWhole };
}

async function askApiService(get: Get, name: string): Promise<Answer<ApiService | null>> {
  return await getOne(
    get,
    `/apis/apiregistration.k8s.io/v1/apiservices/${encodeURIComponent(name)}`,
    "APIService",
    (object) => {
      const service = newApiService(object);
      // The API server stores the default port; only an object from elsewhere can lack it.
      return service.service === null
        ? service
        : { ...service, service: { ...service.service, port: service.service.port ?? 443 } };
    },
  );
}

async function askCustomResourceDefinition(get: Get, name: string): Promise<Answer<boolean>> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${encodeURIComponent(name)}`;
  const answer = await get(path, metadataOnly);
  if (answer.ok) return { ok: true, value: toKubeObject(answer.value)?.metadata.name === name };
  return answer.isAbsent ? { ok: true, value: false } : plain(answer);
}

async function askService(get: Get, namespace: string, name: string): Promise<Answer<ServiceInfo | null>> {
  return await getOne(
    get,
    `${inNamespace(namespace)}/services/${encodeURIComponent(name)}`,
    "Service",
    newServiceInfo,
  );
}

async function askEndpoints(get: Get, namespace: string, name: string): Promise<Answer<readonly Endpoint[]>> {
  const label = encodeURIComponent(`kubernetes.io/service-name=${name}`);
  const scope = `/namespaces/${encodeURIComponent(namespace)}`;
  let isAbsent = false;
  const read = async (path: string): Promise<Asked> => {
    const answer = await get(path);
    isAbsent = answer.isAbsent;
    return answer;
  };
  const slices = await readObjects(
    read,
    `/apis/discovery.k8s.io/v1${scope}/endpointslices?labelSelector=${label}`,
  );
  if (slices.failure === null) return { ok: true, value: slices.objects.flatMap(newEndpoints) };
  if (!isAbsent) return slices.failure;
  const core = await get(`/api/v1${scope}/endpoints/${encodeURIComponent(name)}`);
  if (core.ok) return { ok: true, value: parseCoreEndpoints(core.value) };
  return core.isAbsent ? { ok: true, value: [] } : plain(core);
}

async function askReview(ask: Ask, body: unknown, as: Impersonation | null): Promise<Answer<Review>> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const answer = await ask({ method: "POST", path, body, as });
  if (!answer.ok) return plain(answer);
  const review = parseReview(answer.value);
  return review === null ? unexpected("a SelfSubjectAccessReview") : { ok: true, value: review };
}

async function askWhoAmI(ask: Ask, as: Impersonation | null): Promise<Answer<UserInfo>> {
  let answer: Asked | null = null;
  for (const version of ["v1", "v1beta1", "v1alpha1"]) {
    const apiVersion = `authentication.k8s.io/${version}`;
    const body = { apiVersion, kind: "SelfSubjectReview" };
    answer = await ask({ method: "POST", path: `/apis/${apiVersion}/selfsubjectreviews`, body, as });
    if (!answer.isAbsent) break;
  }
  if (answer === null || answer.isAbsent) {
    return {
      ok: false,
      reason: "this server has no SelfSubjectReview (Kubernetes 1.28 and later do)",
      status: 404,
    };
  }
  if (!answer.ok) return plain(answer);
  const user = parseUserInfo(answer.value);
  return user === null ? unexpected("a SelfSubjectReview") : { ok: true, value: user };
}

async function getOne<T>(
  get: Get,
  path: string,
  kind: string,
  read: (object: NonNullable<ReturnType<typeof toKubeObject>>) => T,
): Promise<Answer<T | null>> {
  const answer = await get(path);
  if (!answer.ok) return answer.isAbsent ? { ok: true, value: null } : plain(answer);
  const object = toKubeObject(answer.value);
  return object?.kind === kind ? { ok: true, value: read(object) } : unexpected(`of kind ${kind}`);
}

function inNamespace(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
}

function plain({ isAbsent, ...answer }: Asked & { readonly ok: false }): Answer<never> {
  return answer;
}

function unexpected(what: string): Answer<never> {
  return { ok: false, reason: `the server's answer is not ${what}`, status: 200 };
}

/** Gives the first call's answer to all calls with one key. What could not be asked is not remembered. */
function createMemory(): <T>(key: string, ask: () => Promise<Answer<T>>) => Promise<Answer<T>> {
  const answers = new Map<string, Promise<Answer<unknown>>>();
  return <T>(key: string, ask: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const known = answers.get(key);
    if (known !== undefined) return known as Promise<Answer<T>>;
    const asked = ask();
    answers.set(key, asked);
    const [oldest] = answers.keys();
    if (answers.size > maxRemembered && oldest !== undefined) answers.delete(oldest);
    asked.then((answer) => {
      if (!answer.ok && answer.status === null && answers.get(key) === asked) answers.delete(key);
    });
    return asked;
  };
}
