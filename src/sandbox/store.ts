import { createHash } from "node:crypto";
import type { KubeObject } from "../cluster/kube-object.ts";
import type { ServedResource } from "./catalog.ts";

/** The objects of the snapshot. They never change, so one resourceVersion goes for every list. */
export interface Store {
  readonly resourceVersion: string;
  /** In the API version asked for, sorted by namespace and name; every namespace when it is "". */
  list(resource: ServedResource, namespace: string): readonly KubeObject[];
  get(resource: ServedResource, namespace: string, name: string): KubeObject | undefined;
}

/**
 * Objects are found by group and kind: an object is stored in one version and served in all of its group.
 */
export function createStore(objects: readonly KubeObject[]): Store {
  const byKind = new Map<string, KubeObject[]>();
  for (const object of objects) {
    const key = `${groupOf(object.apiVersion)}/${object.kind}`;
    byKind.set(key, [...(byKind.get(key) ?? []), object]);
  }
  for (const list of byKind.values()) list.sort((left, right) => compare(keyOf(left), keyOf(right)));
  const all = ({ group, kind }: ServedResource): readonly KubeObject[] =>
    byKind.get(`${group}/${kind}`) ?? [];
  return {
    resourceVersion: highestResourceVersion([...byKind.values()].flat()),
    list: (resource, namespace) =>
      all(resource)
        .filter(({ metadata }) => namespace === "" || metadata.namespace === namespace)
        .map((object) => inVersion(object, resource)),
    get(resource, namespace, name) {
      const found = all(resource).find(
        ({ metadata }) => metadata.name === name && (metadata.namespace ?? "") === namespace,
      );
      return found === undefined ? undefined : inVersion(found, resource);
    },
  };
}

/** "namespace/name": the order of a list, and where the next page begins. */
export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

export function groupVersion({
  group,
  version,
}: {
  readonly group: string;
  readonly version: string;
}): string {
  return group === "" ? version : `${group}/${version}`;
}

function inVersion(object: KubeObject, resource: ServedResource): KubeObject {
  const apiVersion = groupVersion(resource);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** Fills in the metadata that every object of a real server has and one of a snapshot may lack. */
export function withMetadata(object: KubeObject, startedAt: Date): KubeObject {
  const { kind, apiVersion, metadata, ...rest } = object;
  const creationTimestamp = startedAt.toISOString().replace(/\.\d+Z$/, "Z");
  const defaults = { creationTimestamp, resourceVersion: "1", uid: uidOf(`${kind}/${keyOf(object)}`) };
  // In the order in which the server's JSON has them.
  return { kind, apiVersion, metadata: { ...defaults, ...metadata }, ...rest };
}

/** Stable from run to run: made of what it names. */
function uidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

function highestResourceVersion(objects: readonly KubeObject[]): string {
  const versions = objects.map(({ metadata }) => Number(metadata["resourceVersion"]));
  return String(Math.max(1, ...versions.filter(Number.isSafeInteger)));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
