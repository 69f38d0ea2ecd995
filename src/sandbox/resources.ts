import type { KubeObject } from "../cluster/kube-object.ts";
import type { ServedResource, ServedVersion } from "./catalog.ts";
import { type Exchange, findObject, headerOf, type World } from "./exchange.ts";
import { parseContinue, renderContinue } from "./list-chunks.ts";
import { type FormOptions, negotiateForm } from "./negotiation.ts";
import { formList, formObject } from "./object-forms.ts";
import { answerReview, isReview } from "./reviews.ts";
import { createFilter, type ObjectFilter } from "./selection.ts";
import { type Answer, badRequest, json, methodNotAllowed, notFound, pathNotFound, status } from "./status.ts";
import { keyOf } from "./store.ts";
import { answerSubresource } from "./subresources.ts";
import type { ListMeta } from "./table.ts";
import { watchObjects } from "./watch.ts";

/** Answers a resource request of a group and version that works: get, list, watch, reviews; other writes 405. */
export function answerResource(world: World, exchange: Exchange, served: ServedVersion): Answer {
  const { info } = exchange;
  const resource = served.resources.find(({ plural }) => plural === info.resource);
  if (resource === undefined || !isPathOf(resource, exchange)) return pathNotFound();
  const answer = isReview(resource)
    ? answerReview(world, exchange, resource)
    : answerObjects(world, exchange, resource);
  return withDeprecation(answer, resource);
}

/** Is the path one of the resource: namespaced or not as it is, with a subresource that it has? */
function isPathOf({ namespaced, subresources, kind }: ServedResource, { info }: Exchange): boolean {
  const { namespace, name, subresource, verb, parts } = info;
  if (subresource !== "" && !subresources.some((one) => one.name === subresource)) return false;
  if (subresource !== "proxy" && parts.length > 3) return false;
  if (!namespaced) return namespace === "" || kind === "Namespace";
  return (
    namespace !== "" || (["list", "watch", "create"].includes(verb) && parts[1] === undefined) || name === ""
  );
}

function answerObjects(world: World, exchange: Exchange, resource: ServedResource): Answer {
  const { info, method } = exchange;
  const { verb, subresource } = info;
  if (method === "HEAD") return methodNotAllowed(info);
  if (subresource !== "") return answerSubresource(world, exchange, resource);
  if (!resource.verbs.includes(verb)) return methodNotAllowed(info);
  if (verb === "get") return getObject(world, exchange, resource);
  if (verb === "list" || verb === "watch") return listOrWatch(world, exchange, resource);
  return methodNotAllowed(info);
}

function getObject(world: World, exchange: Exchange, resource: ServedResource): Answer {
  const form = formOf(world, exchange, false);
  if (form === null) return notAcceptable();
  const object = findObject(world, exchange, resource);
  return object === undefined ? notFound(exchange.info) : json(200, formObject(object, resource, form));
}

function listOrWatch(world: World, exchange: Exchange, resource: ServedResource): Answer {
  const form = formOf(world, exchange, true);
  if (form === null) return notAcceptable();
  const filter = createFilter(exchange.info, resource.kind);
  if (typeof filter !== "function") return filter;
  const named = pathNameFilter(exchange, filter);
  const objects = world.store
    .list(resource, resource.namespaced ? exchange.info.namespace : "")
    .filter(named);
  return exchange.info.verb === "watch"
    ? watchObjects(objects, resource, exchange.query, form, world.store.resourceVersion)
    : listObjects(world, exchange, resource, objects, form);
}

/** `/api/v1/watch/…/NAME` names its object in the path. */
function pathNameFilter({ info }: Exchange, filter: ObjectFilter): ObjectFilter {
  const name = info.parts[1] ?? "";
  return name === "" ? filter : (object) => object.metadata.name === name && filter(object);
}

function listObjects(
  { store }: World,
  { query }: Exchange,
  resource: ServedResource,
  objects: readonly KubeObject[],
  form: FormOptions,
): Answer {
  const start = parseContinue(query.get("continue") ?? "");
  if (start === null) return badRequest("continue key is not valid");
  const rest = start === "" ? objects : objects.filter((object) => keyOf(object) >= start);
  const limit = Number(query.get("limit") ?? 0);
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const next = rest[page.length];
  const { resourceVersion } = store;
  const metadata: ListMeta =
    next === undefined
      ? { resourceVersion }
      : {
          resourceVersion,
          continue: renderContinue(keyOf(next), resourceVersion),
          ...(query.has("labelSelector") || query.has("fieldSelector")
            ? {}
            : { remainingItemCount: rest.length - page.length }),
        };
  return json(200, formList(page, resource, metadata, form));
}

function formOf(world: World, { headers, query }: Exchange, isList: boolean): FormOptions | null {
  const form = negotiateForm(headerOf(headers, "accept"), isList);
  if (form === null) return null;
  return { ...form, includeObject: query.get("includeObject") ?? "Metadata", now: world.now() };
}

function notAcceptable(): Answer {
  return status(406, "NotAcceptable", "only the following media types are accepted: application/json");
}

function withDeprecation(answer: Answer, { deprecation }: ServedResource): Answer {
  if (deprecation === "") return answer;
  const text = deprecation.replace(/["\\]/g, "\\$&");
  return { ...answer, headers: { ...answer.headers, Warning: `299 - "${text}"` } };
}
