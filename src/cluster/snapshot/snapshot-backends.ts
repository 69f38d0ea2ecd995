import type { Answer } from "../cluster.ts";
import type { ReadList } from "../cluster-reader.ts";
import type { KubeObject } from "../kube-object.ts";
import { asArray, asObject, asText, isObject, type JsonObject } from "../narrow.ts";
import { type ReadObjects, readObjects } from "../read-objects.ts";
import { newAdmissionWebhooks, newCustomResourceDefinitionInfo } from "../webhook-info.ts";
import { controllerOf } from "./pod-info.ts";
import type { MissingResource } from "./snapshot.ts";
import { isOfKind, newApiService } from "./snapshot-objects.ts";
import { trimObject } from "./snapshot-trim.ts";

/** A part of a snapshot: what was read, and what could not be. */
export interface Collected {
  readonly items: readonly KubeObject[];
  readonly missing: readonly MissingResource[];
}

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** The Services that APIServices, webhook configurations and conversions name, each once. */
export function backendsOf(objects: readonly KubeObject[]): readonly ServiceName[] {
  const services = objects.flatMap(servicesOf);
  return [...new Map(services.map((one) => [`${one.namespace}/${one.name}`, one])).values()];
}

function servicesOf(object: KubeObject): readonly ServiceName[] {
  const named = (service: ServiceName | null | undefined) => (service ? [service] : []);
  if (isOfKind(object, "apiregistration.k8s.io", "APIService")) return named(newApiService(object).service);
  if (isOfKind(object, "apiextensions.k8s.io", "CustomResourceDefinition")) {
    return named(newCustomResourceDefinitionInfo(object).conversion?.service);
  }
  return object.apiVersion.startsWith("admissionregistration.k8s.io/")
    ? newAdmissionWebhooks(object).flatMap(({ client }) => named(client.service))
    : [];
}

/** One Service with its EndpointSlices and Pods. A Service that does not exist is simply not in the snapshot. */
export async function collectBackend(read: ReadList, service: ServiceName): Promise<Collected> {
  const [found, slices] = await Promise.all([readService(read, service), readSlices(read, service)]);
  const query = podsQuery(found.ok ? found.value : null);
  const [pods, replicaSets] = await Promise.all([
    readChosen(read, "/api/v1", service.namespace, "pods", query),
    readChosen(read, "/apis/apps/v1", service.namespace, "replicasets", query),
  ]);
  const parts: readonly [string, ReadObjects][] = [
    ["endpointslices.discovery.k8s.io", slices],
    ["pods", pods],
    ["replicasets.apps", replicaSets],
  ];
  const missing = parts.flatMap(([resource, { failure }]) =>
    failure === null ? [] : [missingOf(resource, service, failure.reason)],
  );
  return {
    items: [
      ...(found.ok && found.value ? [found.value] : []),
      ...slices.objects,
      ...pods.objects,
      // Old ones are kept without Pods, so that a Deployment can go back to them.
      ...replicaSets.objects.filter(({ metadata }) =>
        pods.objects.some((pod) => controllerOf(pod)?.name === metadata.name),
      ),
    ],
    missing: found.ok ? missing : [missingOf("services", service, found.reason), ...missing],
  };
}

function missingOf(resource: string, service: ServiceName, reason: string): MissingResource {
  return { resource, namespace: service.namespace, service: service.name, reason };
}

async function readService(
  read: ReadList,
  { namespace, name }: ServiceName,
): Promise<Answer<KubeObject | null>> {
  const path = `${namespacePath("/api/v1", namespace)}/services/${encodeURIComponent(name)}`;
  const answer = await read(path);
  if (!answer.ok) {
    return answer.status === 404 ? { ok: true, value: null } : answer;
  }
  if (!isObject(answer.value) || asText(asObject(answer.value["metadata"])["name"]) !== name) {
    return { ok: false, reason: "the answer is not a Service", status: null };
  }
  const metadata = { ...asObject(answer.value["metadata"]), name };
  return { ok: true, value: trimObject({ ...answer.value, apiVersion: "v1", kind: "Service", metadata }) };
}

async function readSlices(read: ReadList, { namespace, name }: ServiceName): Promise<ReadObjects> {
  const path = `${namespacePath("/apis/discovery.k8s.io/v1", namespace)}/endpointslices`;
  const selector = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${name}` });
  const { objects, failure } = await readObjects(read, `${path}?${selector}`, trimObject);
  return { objects: objects.map(withSortedEndpoints), failure };
}

/** The server lists endpoints in any order; sorted, two snapshots of the same cluster are the same. */
function withSortedEndpoints(slice: KubeObject): KubeObject {
  const endpoints = asArray(slice["endpoints"]).filter(isObject).toSorted(byFirstAddress);
  return endpoints.length === 0 ? slice : { ...slice, endpoints };
}

function byFirstAddress(left: JsonObject, right: JsonObject): number {
  const [a, b] = [left, right].map((endpoint) => asText(asArray(endpoint["addresses"])[0]));
  return (a ?? "") < (b ?? "") ? -1 : 1;
}

/** By the Service's selector, not its slices: a Pod that has no address yet is why an API is down. null: it has none. */
function podsQuery(service: KubeObject | null): string | null {
  const selector = Object.entries(asObject(asObject(service?.["spec"])["selector"]));
  if (selector.length === 0) {
    return null;
  }
  const labelSelector = selector.map(([key, value]) => `${key}=${value}`).join(",");
  return new URLSearchParams({ labelSelector }).toString();
}

async function readChosen(
  read: ReadList,
  prefix: string,
  namespace: string,
  resource: string,
  query: string | null,
): Promise<ReadObjects> {
  return query === null
    ? { objects: [], failure: null }
    : await readObjects(read, `${namespacePath(prefix, namespace)}/${resource}?${query}`, trimObject);
}

function namespacePath(prefix: string, namespace: string): string {
  return `${prefix}/namespaces/${encodeURIComponent(namespace)}`;
}
