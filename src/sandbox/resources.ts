import type { RequestInfo } from "../api/request-info.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import { builtInResources } from "./built-in-resources.ts";
import type { ServedResource, ServedVersion } from "./catalog.ts";
import { type Exchange, findObject, headerOf, type World } from "./exchange.ts";
import { parseContinue, renderContinue } from "./list-chunks.ts";
import { type ListOptions, parseListOptions, resourceVersionError } from "./list-options.ts";
import { type FormOptions, negotiateForm, notAcceptable } from "./negotiation.ts";
import { formList, formObject, notList, notOneObject, refuseTable } from "./object-forms.ts";
import { minorOf } from "./release.ts";
import { answerReview, isReview } from "./reviews.ts";
import { refuseCustom, refuseRouted } from "./routes.ts";
import { createFilter, type ObjectFilter } from "./selection.ts";
import {
  type Answer,
  badRequest,
  json,
  methodNotAllowed,
  methodNotSupported,
  noSuchResource,
  notFound,
  pathNotFound,
  withWarnings,
} from "./status.ts";
import { keyOf } from "./store.ts";
import { answerSubresource } from "./subresources.ts";
import type { ListMeta } from "./table.ts";
import { watchObjects } from "./watch.ts";

/** Answers a resource request of a group and version that works: get, list, watch, reviews; other writes 405. */
export function answerResource(world: World, exchange: Exchange, served: ServedVersion): Answer {
  const { info } = exchange;
  const resource = served.resources.find(({ plural }) => plural === info.resource);
  if (resource === undefined) return isRouted(served) ? noSuchResource() : pathNotFound();
  const refusal = resource.isCustom ? refuseCustom(resource, info) : refuseRouted(resource, exchange);
  if (refusal !== null) return refusal.status === 404 ? withDeprecation(refusal, resource) : refusal;
  const answer = isReview(resource)
    ? answerReview(world, exchange, resource)
    : answerObjects(world, exchange, resource);
  return withDeprecation(answer, resource);
}

function isRouted({ group }: ServedVersion): boolean {
  return builtInResources(group).length > 0;
}

function answerObjects(world: World, exchange: Exchange, resource: ServedResource): Answer {
  const { verb, subresource } = exchange.info;
  if (subresource !== "") return answerSubresource(world, exchange, resource);
  if (verb === "get") return getObject(world, exchange, resource);
  if (verb === "list" || verb === "watch") return listOrWatch(world, exchange, resource);
  return methodNotAllowed();
}

function getObject(world: World, exchange: Exchange, resource: ServedResource): Answer {
  const form = formOf(world, exchange);
  if (form === null) return notAcceptable(headerOf(exchange.headers, "accept"));
  const object = findObject(world, exchange, resource);
  if (object === undefined) return objectNotFound(exchange.info, resource);
  if (form.as === "PartialObjectMetadataList") return notOneObject(resource);
  return refuseTable(form) ?? json(200, formObject(object, resource, form));
}

/** Some registries have another word for their resource than its path has. */
function objectNotFound(info: RequestInfo, { kind, plural }: ServedResource): Answer {
  if (kind === "ComponentStatus") return notFound({ ...info, resource: "componentstatus" });
  if (kind === "NodeMetrics") return notFound({ ...info, apiGroup: "", resource: "node" });
  if (kind === "PodMetrics") return notFound({ ...info, apiGroup: "", resource: plural });
  return notFound(info);
}

function listOrWatch(world: World, exchange: Exchange, resource: ServedResource): Answer {
  const { info, query } = exchange;
  const isWatch = info.verb === "watch";
  const form = formOf(world, exchange);
  if (form === null) return notAcceptable(headerOf(exchange.headers, "accept"));
  const options = parseListOptions(query, isWatch, minorOf(world.serverVersion));
  if ("status" in options) return options;
  const filter = createFilter(query.get("labelSelector") ?? "", query.get("fieldSelector") ?? "", resource);
  if (typeof filter !== "function") return filter;
  if (isWatch && !resource.verbs.includes("watch")) return methodNotSupported(info);
  const refusal = resourceVersionError(options, isWatch) ?? refuseTable(form);
  if (refusal !== null) return refusal;
  const named = pathNameFilter(exchange, filter);
  const objects = world.store.list(resource, resource.namespaced ? info.namespace : "");
  return isWatch
    ? watchObjects(objects.filter(named), resource, options, form, world.store.resourceVersion)
    : listObjects(world, resource, objects, named, options, form);
}

/** `/api/v1/watch/…/NAME` names its object in the path. */
function pathNameFilter({ info }: Exchange, filter: ObjectFilter): ObjectFilter {
  const name = info.parts[1] ?? "";
  return name === "" ? filter : (object) => object.metadata.name === name && filter(object);
}

function listObjects(
  { store }: World,
  resource: ServedResource,
  objects: readonly KubeObject[],
  filter: ObjectFilter,
  { limit, continue: token }: ListOptions,
  form: FormOptions,
): Answer {
  if (form.as === "PartialObjectMetadata") return notList(resource);
  const continued = parseContinue(token);
  if ("error" in continued) return badRequest(continued.error);
  const rest = objects.filter((object) => keyOf(object) >= continued.start);
  // metrics-server has nothing that it could continue from.
  const end = endOfPage(rest, filter, resource.group === "metrics.k8s.io" ? 0 : limit);
  const page = rest.slice(0, end).filter(filter);
  const next = rest[end];
  const ofStore = resource.group === "metrics.k8s.io" ? {} : { resourceVersion: store.resourceVersion };
  const isFiltered = page.length < end || objects.some((object) => !filter(object));
  const metadata: ListMeta =
    next === undefined
      ? ofStore
      : {
          ...ofStore,
          continue: renderContinue(keyOf(next), store.resourceVersion),
          ...(isFiltered ? {} : { remainingItemCount: rest.length - end }),
        };
  return json(200, formList(page, resource, metadata, form));
}

/** A page is full when so many objects match; whether there is another is not a matter of what matches. */
function endOfPage(objects: readonly KubeObject[], filter: ObjectFilter, limit: number): number {
  if (limit <= 0) return objects.length;
  let found = 0;
  for (const [index, object] of objects.entries()) {
    if (filter(object)) found += 1;
    if (found === limit) return index + 1;
  }
  return objects.length;
}

function formOf(world: World, { headers, query }: Exchange): FormOptions | null {
  const form = negotiateForm(headerOf(headers, "accept"));
  if (form === null) return null;
  return { ...form, includeObject: query.get("includeObject") ?? "Metadata", now: world.now() };
}

function withDeprecation(answer: Answer, { deprecation }: ServedResource): Answer {
  return withWarnings(answer, deprecation === "" ? [] : [deprecation]);
}
