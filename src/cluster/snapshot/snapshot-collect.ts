import { ClusterError } from "../../errors.ts";
import type { Answer, UserInfo } from "../cluster.ts";
import type { ClusterReader, ReadList } from "../cluster-reader.ts";
import { mapBounded } from "../map-bounded.ts";
import { asObject, asText } from "../narrow.ts";
import { readObjects } from "../read-objects.ts";
import type { MissingResource, Snapshot } from "./snapshot.ts";
import { backendsOf, type Collected, collectBackend } from "./snapshot-backends.ts";
import { apiServicesResource, otherResources, type SnapshotResource } from "./snapshot-resources.ts";
import { trimObject } from "./snapshot-trim.ts";

/** Requests under way at once. */
const concurrency = 6;

/**
 * Takes a snapshot of a live cluster: what offline tracing needs and nothing else (see snapshot-shapes.ts).
 * What is refused is in `missing`. `onRead` hears of every resource that was read.
 * Throws ClusterError when nothing at all can be read.
 */
export async function collectSnapshot(
  reader: ClusterReader,
  onRead: (resource: string, count: number) => void = () => {},
): Promise<Snapshot> {
  const version = await reader.read("/version");
  if (!version.ok && version.status === null) {
    throw nothingReadable(reader.title, version.reason, version.hint);
  }
  const collect = async (resource: SnapshotResource) => {
    const collected = await collectResource(reader.read, resource);
    onRead(resource.name, collected.items.length);
    return collected;
  };
  const resources = [apiServicesResource, ...otherResources];
  const [user, parts] = await Promise.all([reader.whoAmI(), mapBounded(resources, concurrency, collect)]);
  const firstReason = parts.flatMap((part) => part.missing)[0]?.reason;
  if (firstReason !== undefined && parts.every((part) => part.items.length === 0)) {
    throw nothingReadable(reader.title, firstReason);
  }
  const services = backendsOf(parts.flatMap((part) => part.items));
  const backends = await mapBounded(services, concurrency, (one) => collectBackend(reader.read, one));
  return newSnapshot(reader.server, version, user, [...parts, ...backends]);
}

function nothingReadable(title: string, reason: string, hint?: string): ClusterError {
  return new ClusterError(
    `cannot read anything from ${title}: ${reason}`,
    hint ?? "check the connection and the credentials with kubectl version",
  );
}

/** Tries the versions in turn: 404 means that the server has not this one, which is no failure. */
async function collectResource(read: ReadList, resource: SnapshotResource): Promise<Collected> {
  for (const path of resource.paths) {
    const { objects, failure } = await readObjects(read, path, trimObject, resource.pageSize);
    if (failure === null) {
      return { items: objects, missing: [] };
    }
    if (failure.status !== 404) {
      return { items: objects, missing: [{ resource: resource.name, reason: failure.reason }] };
    }
  }
  return { items: [], missing: [] };
}

function newSnapshot(
  server: string,
  version: Answer<unknown>,
  user: Answer<UserInfo>,
  parts: readonly Collected[],
): Snapshot {
  const missing: MissingResource[] = parts.flatMap((part) => part.missing);
  if (!version.ok) {
    missing.push({ resource: "/version", reason: version.reason });
  }
  if (!user.ok) {
    missing.push({ resource: "selfsubjectreviews.authentication.k8s.io", reason: user.reason });
  }
  return {
    file: "",
    complete: true,
    server: withoutCredentials(server),
    serverVersion: version.ok ? asText(asObject(version.value)["gitVersion"]) : "",
    user: user.ok ? user.value : null,
    missing,
    items: parts.flatMap((part) => part.items),
  };
}

function withoutCredentials(server: string): string {
  if (!URL.canParse(server)) {
    return "";
  }
  const { origin, pathname } = new URL(server);
  return `${origin}${pathname.replace(/\/$/, "")}`;
}
