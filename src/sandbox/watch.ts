import type { KubeObject } from "../cluster/kube-object.ts";
import type { ServedResource } from "./catalog.ts";
import type { ListOptions } from "./list-options.ts";
import type { FormOptions } from "./negotiation.ts";
import { formObject } from "./object-forms.ts";
import type { Answer } from "./status.ts";
import { groupVersion } from "./store.ts";

/** Without timeoutSeconds a real server ends a watch after 30 to 60 minutes. */
const defaultTimeoutSeconds = 1800;

/**
 * A watch: one JSON event a line. Nothing ever changes in a snapshot, so it is the objects that are there (unless the
 * client has them already and says so with a resourceVersion), a bookmark where asked for, then silence.
 */
export function watchObjects(
  objects: readonly KubeObject[],
  resource: ServedResource,
  options: ListOptions,
  form: FormOptions,
  resourceVersion: string,
): Answer {
  const { resourceVersion: known, sendInitialEvents, allowWatchBookmarks, timeoutSeconds } = options;
  const wantsObjects = sendInitialEvents || known === "" || known === "0";
  const events = wantsObjects
    ? objects.map((object, index) => ({
        type: "ADDED",
        object: formObject(object, resource, itemForm(form, index > 0)),
      }))
    : [];
  const bookmarks =
    sendInitialEvents && allowWatchBookmarks ? [bookmark(resource, resourceVersion, form)] : [];
  const timeoutMs = (timeoutSeconds || defaultTimeoutSeconds) * 1000;
  return {
    status: 200,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-cache, private" },
    body: async (write, signal) => {
      for (const event of [...events, ...bookmarks]) write(`${JSON.stringify(event)}\n`);
      await quiet(timeoutMs, signal);
    },
  };
}

/** A list form has no sense for the one object of an event; the columns of a Table are told once. */
function itemForm(form: FormOptions, isLater: boolean): FormOptions {
  const as = form.as === "PartialObjectMetadataList" ? "PartialObjectMetadata" : form.as;
  return { ...form, as, withoutColumns: isLater };
}

/** Says that the initial events are over: KEP-3157. */
function bookmark(resource: ServedResource, resourceVersion: string, form: FormOptions) {
  const object: KubeObject = {
    kind: resource.kind,
    apiVersion: groupVersion(resource),
    metadata: {
      name: "",
      resourceVersion,
      annotations: { "k8s.io/initial-events-end": "true" },
    },
  };
  return { type: "BOOKMARK", object: formObject(object, resource, itemForm(form, true)) };
}

/** Until the time is over or the client has left. */
async function quiet(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
    if (signal.aborted) {
      clearTimeout(timer);
      resolve();
    }
  });
}
