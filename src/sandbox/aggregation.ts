import { apiServiceRouteOf, parseApiServiceName } from "../api/api-service-route.ts";
import { builtInResources } from "./built-in-resources.ts";
import { findVersion, type ServedVersion } from "./catalog.ts";
import { discoverVersion } from "./discovery.ts";
import { type Exchange, headerOf, type World } from "./exchange.ts";
import { refuseByRouter } from "./negotiation.ts";
import { answerPage } from "./pages.ts";
import { answerResource } from "./resources.ts";
import { type Answer, methodNotAllowed, noSuchResource, pathNotFound, plainText } from "./status.ts";

/**
 * Sends an authorized request on: to the backend of its APIService, or to the handlers of kube-apiserver itself.
 * Source of truth: kube-aggregator/pkg/apiserver/handler_proxy.go.
 */
export function route(world: World, exchange: Exchange): Answer {
  const served = servedVersionOf(world, exchange);
  if (served !== undefined) return backendFailure(served) ?? answerVersion(world, exchange, served);
  if (isRouted(world, exchange.info.path)) return noSuchResource();
  return exchange.info.isResourceRequest ? pathNotFound() : answerPage(world, exchange);
}

/** Is it below what kube-apiserver itself serves? Its router then has words for what it does not find. */
function isRouted({ catalog }: World, path: string): boolean {
  const [, prefix, group = "", version = ""] = path.split("/");
  if (prefix === "api") return path !== "/api" && path !== "/api/";
  if (prefix !== "apis" || group === "" || version === "") return false;
  const versions = catalog.filter((one) => one.group === group && one.apiService.backend === "local");
  return versions.length > 0 && builtInResources(group).length > 0;
}

/** The group and version in the path; undefined when it has none, or one that nobody serves. */
function servedVersionOf({ catalog }: World, { info }: Exchange): ServedVersion | undefined {
  const segments = info.path.split("/");
  const apiService = apiServiceRouteOf(info.path);
  if (segments[1] === "api") return segments[2] ? findVersion(catalog, "", segments[2]) : undefined;
  if (apiService.kind === "apiService") {
    const { group, version } = parseApiServiceName(apiService.name);
    return findVersion(catalog, group, version);
  }
  return segments[1] === "apis" && segments[3]
    ? findVersion(catalog, segments[2] ?? "", segments[3])
    : undefined;
}

/** What the aggregator says when it cannot hand the request on: text, not a Status. */
function backendFailure({ apiService }: ServedVersion): Answer | null {
  const { backend, address } = apiService;
  if (backend === "unavailable") return plainText(503, "service unavailable");
  if (backend !== "unreachable") return null;
  // Without a Service or a ClusterIP there is nothing to dial.
  if (address === "") return plainText(503, "service unavailable");
  return plainText(503, `error trying to reach service: dial tcp ${address}: connect: connection refused`);
}

function answerVersion(world: World, exchange: Exchange, served: ServedVersion): Answer {
  const answer = exchange.info.isResourceRequest
    ? answerResource(world, exchange, served)
    : answerDiscovery(exchange, served);
  return served.apiService.backend === "answers" ? fromBackend(answer) : answer;
}

function answerDiscovery({ info, method, headers }: Exchange, served: ServedVersion): Answer {
  const accept = headerOf(headers, "accept");
  if (info.path.split("/").filter((segment) => segment !== "").length > 3) return pathNotFound();
  if (builtInResources(served.group).length === 0) return discoverVersion(served, accept);
  if (method !== "GET") return methodNotAllowed();
  return refuseByRouter(accept, false) ?? discoverVersion(served, accept);
}

/** An extension server writes this header of its own beside that of the aggregator in front of it. */
function fromBackend(answer: Answer): Answer {
  const twice = ["no-cache, private", "no-cache, private"];
  return { ...answer, headers: { ...answer.headers, "Cache-Control": twice } };
}
