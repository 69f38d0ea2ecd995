import type { Impersonation } from "../../log/round-trip.ts";
import { withImplicitGroups } from "../../rbac/implicit-groups.ts";
import type { Answer, ApiService, Cluster, Endpoint, PodInfo, ServiceInfo, UserInfo } from "../cluster.ts";
import { type FlowControlNames, namesByUid } from "../flow-control-names.ts";
import type { KubeObject } from "../kube-object.ts";
import { createMemory } from "../memory.ts";
import { type NodeInfo, newNodeInfo } from "../node-info.ts";
import { newPodDetail, type PodDetail } from "../pod-detail.ts";
import { type CustomResourceDefinitionInfo, newCustomResourceDefinitionInfo } from "../webhook-info.ts";
import { controllerOf, newPodInfo } from "./pod-info.ts";
import type { Snapshot } from "./snapshot.ts";
import { findAdmissionPolicies, findAdmissionWebhooks, findNamespaceLabels } from "./snapshot-admission.ts";
import { backendsOf } from "./snapshot-backends.ts";
import { isOfKind, newApiService, newEndpoints, newServiceInfo, serviceOfSlice } from "./snapshot-objects.ts";
import { createReviewer } from "./snapshot-review.ts";

/** A log repeats its few questions, but may name any number of objects. */
const maxRemembered = 2000;

/** A Cluster whose answers come from a snapshot. What the snapshot cannot know is an answer that is not ok. */
export function createSnapshotCluster(snapshot: Snapshot): Cluster {
  const review = createReviewer(snapshot);
  // A snapshot does not change.
  const remember = createMemory({ most: maxRemembered, lasts: () => true });
  const apiServices = () => remember("apiservices", () => readApiServices(snapshot));
  const customResourceDefinition: Cluster["customResourceDefinition"] = (name) =>
    remember(`crd ${name}`, () => findCustomResourceDefinition(snapshot, name));
  return {
    kind: "snapshot",
    title: `snapshot ${snapshot.file}`,
    server: snapshot.server,
    apiServices,
    apiService: async (name) => {
      const all = await apiServices();
      return await remember(`apiservice ${name}`, () => findApiService(all, snapshot, name));
    },
    hasCustomResourceDefinition: async (name) => {
      const found = await customResourceDefinition(name);
      return found.ok ? known(found.value !== null) : found;
    },
    customResourceDefinition,
    service: (namespace, name) =>
      remember(`service ${namespace}/${name}`, () => findService(snapshot, namespace, name)),
    endpoints: (namespace, name) =>
      remember(`endpoints ${namespace}/${name}`, () => findEndpoints(snapshot, namespace, name)),
    pods: (namespace, selector) =>
      remember(`pods ${namespace} ${JSON.stringify(selector)}`, () =>
        findPods(snapshot, namespace, selector),
      ),
    admissionWebhooks: () => remember("admission webhooks", () => findAdmissionWebhooks(snapshot)),
    admissionPolicies: () => remember("admission policies", () => findAdmissionPolicies(snapshot)),
    servedResources: async () => unknown("a snapshot has no discovery"),
    namespaceLabels: (name) => remember(`namespace ${name}`, () => findNamespaceLabels(snapshot, name)),
    objectLabels: async () => unknown("a snapshot has no objects"),
    extensionAuthentication: async () =>
      unknown(`${nameOf(snapshot)} has no configmaps: a snapshot is taken without them`),
    pod: (namespace, name) => remember(`pod ${namespace}/${name}`, () => findPod(snapshot, namespace, name)),
    node: (name) => remember(`node ${name}`, () => findNode(snapshot, name)),
    review: (attributes, as) =>
      remember(`review ${JSON.stringify([attributes, as])}`, () => {
        const user = findUser(snapshot, as);
        return user.ok ? review(user.value, attributes) : user;
      }),
    whoAmI: async (as) => findUser(snapshot, as),
    credentials: async () => unknown("a snapshot knows nobody's credentials"),
    flowControl: () => remember("flow control", () => findFlowControl(snapshot)),
    close: async () => {},
  };
}

function readApiServices(snapshot: Snapshot): Answer<ReadonlyMap<string, ApiService>> {
  const missing = whyMissing(snapshot, "apiservices.apiregistration.k8s.io");
  if (missing !== null) {
    return unknown(missing);
  }
  const found = listApiServices(snapshot);
  if (found.size === 0) {
    return unknown(`${nameOf(snapshot)} has no apiservices`);
  }
  // Every cluster has that of the core group: without it, somebody picked some.
  return snapshot.complete || found.has("v1.")
    ? known(found)
    : unknown(`${nameOf(snapshot)} has not every apiservice`);
}

function listApiServices(snapshot: Snapshot): ReadonlyMap<string, ApiService> {
  const objects = ofKind(snapshot, "apiregistration.k8s.io", "APIService");
  return new Map(objects.map((object) => [object.metadata.name, newApiService(object)]));
}

function findApiService(
  all: Answer<ReadonlyMap<string, ApiService>>,
  snapshot: Snapshot,
  name: string,
): Answer<ApiService | null> {
  const found = listApiServices(snapshot).get(name);
  if (found !== undefined) {
    return known(found);
  }
  return all.ok ? known(null) : all;
}

function findCustomResourceDefinition(
  snapshot: Snapshot,
  name: string,
): Answer<CustomResourceDefinitionInfo | null> {
  const group = "apiextensions.k8s.io";
  const found = ofKind(snapshot, group, "CustomResourceDefinition").find((one) => one.metadata.name === name);
  if (found !== undefined) {
    return known(newCustomResourceDefinitionInfo(found));
  }
  const missing = whyMissing(snapshot, `customresourcedefinitions.${group}`);
  if (missing !== null) {
    return unknown(missing);
  }
  return snapshot.complete
    ? known(null)
    : unknown(`${nameOf(snapshot)} has no customresourcedefinition ${name}`);
}

/** Only Pods behind Services are taken: that one is not there proves nothing. */
function findPod(snapshot: Snapshot, namespace: string, name: string): Answer<PodDetail | null> {
  const found = ofKind(snapshot, "", "Pod").find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  return found === undefined
    ? unknown(`${nameOf(snapshot)} has no pod ${namespace}/${name}`)
    : known(newPodDetail(found));
}

/** No Nodes are taken, of which there may be thousands: a file of any objects may have them. */
function findNode(snapshot: Snapshot, name: string): Answer<NodeInfo | null> {
  const found = ofKind(snapshot, "", "Node").find(({ metadata }) => metadata.name === name);
  return found === undefined ? unknown(`${nameOf(snapshot)} has no node ${name}`) : known(newNodeInfo(found));
}

function findService(snapshot: Snapshot, namespace: string, name: string): Answer<ServiceInfo | null> {
  const found = ofKind(snapshot, "", "Service").find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  if (found !== undefined) {
    return known(newServiceInfo(found));
  }
  const why = whyNotTaken(snapshot, "services", namespace, name);
  return why === null ? known(null) : unknown(why);
}

function findEndpoints(snapshot: Snapshot, namespace: string, name: string): Answer<readonly Endpoint[]> {
  const slices = ofKind(snapshot, "discovery.k8s.io", "EndpointSlice").filter(
    (slice) => slice.metadata.namespace === namespace && serviceOfSlice(slice) === name,
  );
  const why = whyNotTaken(snapshot, "endpointslices.discovery.k8s.io", namespace, name);
  if (slices.length === 0 && why !== null) {
    return unknown(why);
  }
  return known(slices.flatMap(newEndpoints));
}

function findPods(
  snapshot: Snapshot,
  namespace: string,
  selector: ServiceInfo["selector"],
): Answer<readonly PodInfo[]> {
  const labels = Object.entries(selector);
  const pods = ofKind(snapshot, "", "Pod").filter(
    ({ metadata }) =>
      labels.length > 0 &&
      metadata.namespace === namespace &&
      labels.every(([key, value]) => metadata.labels?.[key] === value),
  );
  const missing = snapshot.missing.find((one) => one.resource === "pods" && one.namespace === namespace);
  if (pods.length === 0 && missing !== undefined) return unknown(`not in the snapshot: ${missing.reason}`);
  if (pods.length === 0 && labels.length > 0 && !snapshot.complete) {
    return unknown(`${nameOf(snapshot)} has no pods with these labels in ${namespace}`);
  }
  const replicaSets = ofKind(snapshot, "apps", "ReplicaSet").filter(
    ({ metadata }) => metadata.namespace === namespace,
  );
  const owners = new Map(replicaSets.map((one) => [one.metadata.name, controllerOf(one)]));
  return known(pods.map((pod) => newPodInfo(pod, (name) => owners.get(name) ?? null)));
}

function findFlowControl(snapshot: Snapshot): Answer<FlowControlNames> {
  const group = "flowcontrol.apiserver.k8s.io";
  const flowSchemas = namesByUid(ofKind(snapshot, group, "FlowSchema"));
  const priorityLevels = namesByUid(ofKind(snapshot, group, "PriorityLevelConfiguration"));
  const missing = whyMissing(snapshot, `flowschemas.${group}`);
  return missing !== null && flowSchemas.size === 0 && priorityLevels.size === 0
    ? unknown(missing)
    : known({ flowSchemas, priorityLevels });
}

/** Why there is nothing of a Service; null when the snapshot would have it, so that there was none. */
function whyNotTaken(snapshot: Snapshot, resource: string, namespace: string, name: string): string | null {
  const missing = whyMissing(snapshot, resource, namespace, name);
  if (missing !== null) {
    return missing;
  }
  // Only what kube-apiserver calls is taken: of any other Service nothing is known.
  const behind = backendsOf(snapshot.items).some((one) => one.namespace === namespace && one.name === name);
  return snapshot.complete && behind
    ? null
    : `${nameOf(snapshot)} has no ${resource.split(".")[0]} of ${namespace}/${name}`;
}

function findUser(snapshot: Snapshot, as: Impersonation | null): Answer<UserInfo> {
  const user = as === null ? snapshot.user : { username: as.user, uid: as.uid, groups: as.groups };
  return user === null
    ? unknown(`${nameOf(snapshot)} does not say who took it: pass --as USER (and --as-group)`)
    : known({ ...user, groups: withImplicitGroups(user.username, user.groups) });
}

function whyMissing(
  snapshot: Snapshot,
  resource: string,
  namespace?: string,
  service?: string,
): string | null {
  const missing = snapshot.missing.find(
    (one) =>
      one.resource === resource &&
      (one.service === undefined || (one.namespace === namespace && one.service === service)),
  );
  return missing === undefined ? null : `not in the snapshot: ${missing.reason}`;
}

function ofKind(snapshot: Snapshot, group: string, kind: string): readonly KubeObject[] {
  return snapshot.items.filter((object) => isOfKind(object, group, kind));
}

function nameOf(snapshot: Snapshot): string {
  return snapshot.file || "the snapshot";
}

function known<T>(value: T): Answer<T> {
  return { ok: true, value };
}

function unknown(reason: string): Answer<never> {
  return { ok: false, reason, status: null };
}
