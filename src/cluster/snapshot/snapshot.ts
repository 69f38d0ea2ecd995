import { UsageError } from "../../errors.ts";
import type { UserInfo } from "../cluster.ts";
import type { KubeObject } from "../kube-object.ts";
import { asObject, asObjects, asText, isObject, type JsonObject } from "../narrow.ts";
import { parseDocuments } from "./parse-documents.ts";

export const snapshotApiVersion = "kubectl-trace/v1alpha1";

/** Something that could not be read when the snapshot was taken. */
export interface MissingResource {
  /** "clusterroles.rbac.authorization.k8s.io", "services". */
  readonly resource: string;
  /** With `service`: only what belongs to this one Service is missing. */
  readonly namespace?: string;
  readonly service?: string;
  readonly reason: string;
}

/** What offline tracing knows of a cluster. */
export interface Snapshot {
  /** Where it was read from, for people; "" when it was not read from a file. */
  readonly file: string;
  /**
   * true: `kubectl trace snapshot` took it, so what is neither in `items` nor in `missing` was not there.
   * false: any objects (`kubectl get … -o yaml`), where absence proves nothing.
   */
  readonly complete: boolean;
  /** URL of the server, without credentials; "" when not known. */
  readonly server: string;
  /** "v1.33.2"; "" when not known. */
  readonly serverVersion: string;
  /** Who took it; null when not known. */
  readonly user: UserInfo | null;
  readonly missing: readonly MissingResource[];
  readonly items: readonly KubeObject[];
}

/**
 * A snapshot out of the text of a file: what `kubectl trace snapshot` wrote, or any objects as kubectl prints
 * them (YAML or JSON; a List, several documents, single objects).
 * Throws UsageError, with file and line where there is one, when the text is no such thing.
 */
export function readSnapshot(text: string, file: string): Snapshot {
  const documents = parseDocuments(text, file).filter(isObject);
  const header = documents.find((document) => isSnapshot(document, file));
  const rest = documents.filter((document) => document !== header);
  const items = [...asObjects(header?.["items"]), ...rest].flatMap((one) => objectsIn(one));
  if (header === undefined && items.length === 0 && !rest.some(isList)) {
    const what = text.trim() === "" ? "is empty" : "holds no Kubernetes objects";
    throw new UsageError(`${file} ${what}`, hint);
  }
  return {
    file,
    complete: header !== undefined,
    server: asText(header?.["server"]),
    serverVersion: asText(header?.["serverVersion"]),
    user: readUser(header?.["user"]),
    missing: asObjects(header?.["missing"]).map(readMissing),
    items,
  };
}

const hint = "give it a file written by kubectl trace snapshot or by kubectl get -o yaml";

function isSnapshot({ kind, apiVersion }: JsonObject, file: string): boolean {
  if (kind !== "Snapshot" || !asText(apiVersion).startsWith("kubectl-trace/")) {
    return false;
  }
  if (apiVersion !== snapshotApiVersion) {
    throw new UsageError(
      `${file} is a snapshot of version ${apiVersion}`,
      `this program reads ${snapshotApiVersion}`,
    );
  }
  return true;
}

function isList(document: JsonObject): boolean {
  return asText(document["kind"]).endsWith("List") && Array.isArray(document["items"]);
}

/** The objects of a document: those of a List (which may leave out their kind), or itself when it is one. */
function objectsIn(document: JsonObject): readonly KubeObject[] {
  if (!isList(document)) {
    return isKubeObject(document) ? [document] : [];
  }
  const kind = asText(document["kind"]).slice(0, -"List".length);
  const common = kind === "" ? {} : { apiVersion: document["apiVersion"], kind };
  return asObjects(document["items"]).flatMap((item) => objectsIn({ ...common, ...item }));
}

function isKubeObject(value: JsonObject): value is KubeObject {
  return (
    asText(value["apiVersion"]) !== "" &&
    asText(value["kind"]) !== "" &&
    asText(asObject(value["metadata"])["name"]) !== ""
  );
}

function readUser(value: unknown): UserInfo | null {
  const user = asObject(value);
  const username = asText(user["username"]);
  if (username === "") {
    return null;
  }
  const groups = Array.isArray(user["groups"]) ? user["groups"].map(asText) : [];
  return { username, uid: asText(user["uid"]), groups: groups.filter((group) => group !== "") };
}

function readMissing(value: JsonObject): MissingResource {
  const namespace = asText(value["namespace"]);
  const service = asText(value["service"]);
  return {
    resource: asText(value["resource"]),
    ...(service === "" ? {} : { namespace, service }),
    reason: asText(value["reason"]),
  };
}
