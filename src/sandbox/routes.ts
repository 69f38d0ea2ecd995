import type { RequestInfo } from "../api/request-info.ts";
import type { ServedResource } from "./catalog.ts";
import { type Exchange, headerOf } from "./exchange.ts";
import { refuseByRouter } from "./negotiation.ts";
import { type Answer, methodNotAllowed, noSuchResource, notFound, pathNotFound } from "./status.ts";

/**
 * Looks for a route, as the router of kube-apiserver does for the resources that it serves itself: 404 when no path fits, 405
 * when no method does, 406 when no media type does. null: there is one.
 * Sources of truth: go-restful/jsr311.go (detectRoute), apiserver/pkg/endpoints/installer.go for which routes there are.
 */
export function refuseRouted(resource: ServedResource, { info, method, headers }: Exchange): Answer | null {
  const verbs = verbsAt(resource, info);
  if (verbs === null) return noSuchResource();
  if (method === "HEAD" || !isAmong(info.verb, verbs)) return methodNotAllowed();
  const isList = info.name === "" || info.parts[1] === undefined;
  return info.subresource === ""
    ? refuseByRouter(headerOf(headers, "accept"), method === "GET" && isList)
    : null;
}

/** A watch is a list with another parameter. */
function isAmong(verb: string, verbs: readonly string[]): boolean {
  return verbs.includes(verb) || (verb === "watch" && verbs.includes("list"));
}

const onMany: readonly string[] = ["list", "watch", "create", "deletecollection"];

/** What can be done at the path of a request; null when the resource has no such path. */
function verbsAt(resource: ServedResource, info: RequestInfo): readonly string[] | null {
  const { namespaced, subresources, kind, verbs } = resource;
  const { verb, namespace, subresource, parts } = info;
  if (verb === "proxy") return null;
  if (subresource !== "proxy" && parts.length > 3) return null;
  if (!namespaced && namespace !== "" && kind !== "Namespace") return null;
  const hasName = (parts[1] ?? "") !== "";
  if (parts.length > 2) {
    const found = hasName ? subresources.find((one) => one.name === subresource) : undefined;
    return found === undefined || (namespaced && namespace === "") ? null : found.verbs;
  }
  const here = verbs.filter((one) => onMany.includes(one) !== hasName);
  if (hasName && verb === "watch") return verbs;
  const everywhere = namespaced && namespace === "";
  const offered = everywhere ? here.filter((one) => !hasName && (one === "list" || one === "watch")) : here;
  return offered.length === 0 ? null : offered;
}

/** For a custom resource, whose handler finds its own way: apiextensions-apiserver/pkg/apiserver/customresource_handler.go. */
export function refuseCustom({ namespaced, subresources }: ServedResource, info: RequestInfo): Answer | null {
  const { namespace, name, subresource } = info;
  const isPlaced = namespaced ? namespace !== "" || name === "" : namespace === "";
  if (!isPlaced) return pathNotFound();
  return subresource === "" || subresources.some((one) => one.name === subresource) ? null : notFound(info);
}
