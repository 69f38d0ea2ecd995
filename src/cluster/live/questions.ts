import type { Impersonation } from "../../log/round-trip.ts";
import type {
  Answer,
  ApiService,
  Endpoint,
  ExtensionAuthentication,
  PodInfo,
  Review,
  ServiceInfo,
  UserInfo,
} from "../cluster.ts";
import { newExtensionAuthentication } from "../extension-authentication.ts";
import { type NodeInfo, newNodeInfo } from "../node-info.ts";
import { newPodDetail, type PodDetail } from "../pod-detail.ts";
import { readObjects } from "../read-objects.ts";
import { controllerOf, newPodInfo } from "../snapshot/pod-info.ts";
import { newApiService, newEndpoints, newServiceInfo } from "../snapshot/snapshot-objects.ts";
import { type CustomResourceDefinitionInfo, newCustomResourceDefinitionInfo } from "../webhook-info.ts";
import {
  parseApiServiceList,
  parseCoreEndpoints,
  parseReview,
  parseUserInfo,
  toKubeObject,
} from "./api-objects.ts";
import type { Ask, Asked } from "./ask.ts";

/* What is asked, each question once. Nothing is remembered here. */

const tableOfNames = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
export const metadataOnly = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json";
export const metadataOnlyList =
  "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";

/** GETs a path; `accept` is the Accept header, application/json without it. */
export type Get = (path: string, accept?: string) => Promise<Asked>;

export async function askApiServices(get: Get): Promise<Answer<ReadonlyMap<string, ApiService>>> {
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

export async function askApiService(get: Get, name: string): Promise<Answer<ApiService | null>> {
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

export async function askCustomResourceDefinition(get: Get, name: string): Promise<Answer<boolean>> {
  const answer = await get(definitionPath(name), metadataOnly);
  if (answer.ok) return { ok: true, value: toKubeObject(answer.value)?.metadata.name === name };
  return answer.isAbsent ? { ok: true, value: false } : plain(answer);
}

/** With its versions and its conversion webhook, and so with its schemas, which make it large. */
export async function askWholeCustomResourceDefinition(
  get: Get,
  name: string,
): Promise<Answer<CustomResourceDefinitionInfo | null>> {
  const kind = "CustomResourceDefinition";
  return await getOne(get, definitionPath(name), kind, newCustomResourceDefinitionInfo);
}

function definitionPath(name: string): string {
  return `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${encodeURIComponent(name)}`;
}

export async function askPod(get: Get, namespace: string, name: string): Promise<Answer<PodDetail | null>> {
  return await getOne(get, `${inNamespace(namespace)}/pods/${encodeURIComponent(name)}`, "Pod", newPodDetail);
}

export async function askNode(get: Get, name: string): Promise<Answer<NodeInfo | null>> {
  return await getOne(get, `/api/v1/nodes/${encodeURIComponent(name)}`, "Node", newNodeInfo);
}

export async function askService(
  get: Get,
  namespace: string,
  name: string,
): Promise<Answer<ServiceInfo | null>> {
  return await getOne(
    get,
    `${inNamespace(namespace)}/services/${encodeURIComponent(name)}`,
    "Service",
    newServiceInfo,
  );
}

export async function askEndpoints(
  get: Get,
  namespace: string,
  name: string,
): Promise<Answer<readonly Endpoint[]>> {
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

/**
 * The Pods with these labels. ReplicaSets have the labels of their Pods, so that both are asked at once; who may not see them still
 * sees the Pods.
 */
export async function askPods(
  get: Get,
  namespace: string,
  selector: ServiceInfo["selector"],
): Promise<Answer<readonly PodInfo[]>> {
  const labels = Object.entries(selector);
  if (labels.length === 0) return { ok: true, value: [] };
  const query = `labelSelector=${encodeURIComponent(labels.map(([key, value]) => `${key}=${value}`).join(","))}`;
  const scope = `/namespaces/${encodeURIComponent(namespace)}`;
  const [pods, replicaSets] = await Promise.all([
    readObjects(get, `/api/v1${scope}/pods?${query}`),
    readObjects(
      async (path) => await get(path, metadataOnlyList),
      `/apis/apps/v1${scope}/replicasets?${query}`,
    ),
  ]);
  if (pods.failure !== null) return pods.failure;
  const owners = new Map(replicaSets.objects.map((one) => [one.metadata.name, controllerOf(one)]));
  return { ok: true, value: pods.objects.map((pod) => newPodInfo(pod, (name) => owners.get(name) ?? null)) };
}

export async function askExtensionAuthentication(get: Get): Promise<Answer<ExtensionAuthentication | null>> {
  return await getOne(
    get,
    `${inNamespace("kube-system")}/configmaps/extension-apiserver-authentication`,
    "ConfigMap",
    newExtensionAuthentication,
  );
}

export async function askReview(ask: Ask, body: unknown, as: Impersonation | null): Promise<Answer<Review>> {
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const answer = await ask({ method: "POST", path, body, as });
  if (!answer.ok) return plain(answer);
  const review = parseReview(answer.value);
  return review === null ? unexpected("a SelfSubjectAccessReview") : { ok: true, value: review };
}

export async function askWhoAmI(ask: Ask, as: Impersonation | null): Promise<Answer<UserInfo>> {
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
