import { type ConnectRequest, parseConnectRequest } from "../api/connect-request.ts";
import { joinHostPort } from "../api/host-port.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { findVersion, type ServedResource } from "./catalog.ts";
import { type Exchange, findObject, type World } from "./exchange.ts";
import { list, text } from "./fields.ts";
import { minorOf, since } from "./release.ts";
import { type Answer, badRequest, notFound, status } from "./status.ts";

/**
 * The way to a proxied Service, Pod or node, up to the connection: nobody listens behind a snapshot, and the answer says so.
 * Source of truth: k/k pkg/registry/core/service/storage/storage.go, pod/strategy.go and node/strategy.go (ResourceLocation).
 */
export function answerProxy(world: World, exchange: Exchange, served: ServedResource): Answer {
  const { info } = exchange;
  const kind = info.resource.replace(/s$/, "");
  const wanted = parseConnectRequest(info, "");
  if (wanted === null) return badRequest(`invalid ${kind} request ${JSON.stringify(info.name)}`);
  const { resource, name, port } = wanted;
  const object = findObject(world, { ...exchange, info: { ...info, name } }, served);
  if (object === undefined && !isFoundByEndpoints(world, wanted)) return notFound({ ...info, name });
  if (object === undefined || resource === "services") return proxyService(world, object, wanted, info.name);
  return refused(resource === "pods" ? podAddress(object, port) : nodeAddress(object, port));
}

function objectsOf(
  { catalog, store }: World,
  group: string,
  plural: string,
  namespace: string,
): readonly KubeObject[] {
  const resource = findVersion(catalog, group, "v1")?.resources.find((one) => one.plural === plural);
  return resource === undefined ? [] : store.list(resource, resource.namespaced ? namespace : "");
}

/** The Service itself is then not looked at, so that one that is missing has no endpoints. */
function isFoundByEndpoints(world: World, { resource, port }: ConnectRequest): boolean {
  return resource === "services" && !isNumber(port) && looksAtSlices(world);
}

const isNumber = (port: string): boolean => /^\d+$/.test(port);

function looksAtSlices({ serverVersion }: World): boolean {
  return minorOf(serverVersion) >= since.proxyByEndpointSlices;
}

/** A port's number is looked for in the Service; its name, be it none, among those of the endpoints that are Pods. */
function proxyService(
  world: World,
  service: KubeObject | undefined,
  { namespace, name, port }: ConnectRequest,
  asked: string,
): Answer {
  const named = isNumber(port) ? portNamed(service, port) : port;
  if (named === null) {
    return unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`);
  }
  const address = endpointAddress(world, namespace, name, named);
  if (address !== null) return refused(address);
  return unavailable(
    `no endpoints available for service ${JSON.stringify(looksAtSlices(world) ? name : asked)}`,
  );
}

/** The name of the Service's port of that number; null when it has none. */
function portNamed(service: KubeObject | undefined, number: string): string | null {
  const port = list(service, "spec.ports").find((one) => text(one, "port") === number);
  return port === undefined ? null : text(port, "name");
}

/** Of the first endpoint that is ready and a Pod of the same namespace; null when there is none. */
function endpointAddress(world: World, namespace: string, service: string, portName: string): string | null {
  const pods = new Set(objectsOf(world, "", "pods", namespace).map(({ metadata }) => metadata.name));
  for (const slice of objectsOf(world, "discovery.k8s.io", "endpointslices", namespace)) {
    if (slice.metadata.labels?.["kubernetes.io/service-name"] !== service) continue;
    const port = list(slice, "ports").find((one) => text(one, "name") === portName);
    const endpoint = list(slice, "endpoints").find(
      (one) => text(one, "conditions.ready") !== "false" && pods.has(text(one, "targetRef.name")),
    );
    if (port !== undefined && endpoint !== undefined) {
      return joinHostPort(String(list(endpoint, "addresses")[0]), text(port, "port"));
    }
  }
  return null;
}

/** The first port that a container declares, where none is named; without any, HTTP's own. */
function podAddress(pod: KubeObject, port: string): string {
  const declared = list(pod, "spec.containers").flatMap((container) => list(container, "ports"))[0];
  const address = text(pod, "status.podIP") || "192.0.2.1";
  return joinHostPort(address, port || text(declared, "containerPort") || "80");
}

function nodeAddress(node: KubeObject, port: string): string {
  const internal = list(node, "status.addresses").find((one) => text(one, "type") === "InternalIP");
  return joinHostPort(text(internal, "address") || "192.0.2.1", port || "10250");
}

function refused(address: string): Answer {
  return unavailable(`error trying to reach service: dial tcp ${address}: connect: connection refused`);
}

function unavailable(message: string): Answer {
  return status(503, "ServiceUnavailable", message);
}
