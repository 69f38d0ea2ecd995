import { apiServiceRouteOf, parseApiServiceName } from "../api/api-service-route.ts";
import { findVersion, type ServedVersion } from "./catalog.ts";
import { discoverVersion } from "./discovery.ts";
import type { Exchange, World } from "./exchange.ts";
import { answerPage } from "./pages.ts";
import { answerResource } from "./resources.ts";
import { type Answer, pathNotFound, plainText } from "./status.ts";

/**
 * Sends an authorized request on: to the backend of its APIService, or to the handlers of kube-apiserver itself.
 * Source of truth: kube-aggregator/pkg/apiserver/handler_proxy.go.
 */
export function route(world: World, exchange: Exchange): Answer {
  const served = servedVersionOf(world, exchange);
  if (served === undefined)
    return exchange.info.isResourceRequest ? pathNotFound() : answerPage(world, exchange);
  return backendFailure(served) ?? answerVersion(world, exchange, served);
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
  if (exchange.info.isResourceRequest) return answerResource(world, exchange, served);
  return exchange.info.path.split("/").filter((segment) => segment !== "").length > 3
    ? pathNotFound()
    : discoverVersion(served);
}
