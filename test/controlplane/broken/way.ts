import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import { type Process, podOf } from "./pod.ts";

/** One way in which an aggregated API breaks: a file of ways/. */
export interface Way {
  readonly name: string;
  /** Which API in order it starts from; nothing: all it has is its own. */
  readonly on: "metrics" | "extension" | "nothing";
  readonly apiService: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** What kubectl get is asked for. */
  readonly asks: string;
  /** Network route to the Service's address, where it is not the usual one. */
  readonly route: "unicast" | "unreachable" | null;
  readonly address: string;
  /** Whether its process ends when it is used: then it is started again each time. */
  readonly dies: boolean;
  /** The condition in the end; null: there is no APIService. */
  readonly settles: {
    readonly status: string;
    readonly reason: string;
    readonly message?: string;
  } | null;
  /** Status and part of the body that an administrator gets for the resource in the end. */
  readonly answers: number;
  readonly says: string;
  /** What aggregated discovery says of the version in the end. */
  readonly discovery: "Current" | "Stale" | "absent";
  /** Parts of the evidence that kubectl-trace finds behind it, of which no condition or answer speaks. */
  readonly sees: readonly string[];
  readonly pod: KubeObject | null;
  /** What there is in this way, without the pod, in the order in which it comes. */
  readonly objects: readonly KubeObject[];
}

/** The fields of a description's first document. */
interface Description
  extends Partial<
    Pick<
      Way,
      "apiService" | "resource" | "asks" | "route" | "dies" | "says" | "discovery" | "settles" | "sees"
    >
  > {
  readonly on: Way["on"];
  readonly answers: number;
  readonly address: string;
  readonly runs?: Process;
  /** What is otherwise in a control plane of that version. */
  readonly [version: `${number}`]: Partial<Description> | undefined;
  /** Kinds of objects of the API in order that are not there. */
  readonly without?: readonly string[];
}

/** What a way of the same API starts from. */
export type InOrder = Readonly<Record<"metrics" | "extension", Way>>;

const defaults = {
  metrics: { apiService: "v1beta1.metrics.k8s.io", resource: "nodes" },
  extension: { apiService: "v1.example.test", resource: "things" },
  nothing: { apiService: "", resource: "" },
} as const;

/** Reads YAML documents, with ${VALUES} replaced. */
export function readDocuments(file: string, values: Readonly<Record<string, string>>): readonly unknown[] {
  const text = readFileSync(file, "utf8").replace(/\$\{(\w+)\}/g, (_, key) => values[key] ?? "");
  return parseAllDocuments(text).map((document) => document.toJS());
}

/** The APIs before anything breaks. */
export function readInOrder(folder: string, values: Readonly<Record<string, string>>): InOrder {
  const read = (name: string): Way => readWay(join(folder, `${name}.yaml`), null, values);
  return { metrics: read("metrics"), extension: read("extension") };
}

/** All ways: those of metrics-server first, each group sorted by name. */
export function readWays(folder: string, inOrder: InOrder, values: Readonly<Record<string, string>>): Way[] {
  const ways = readdirSync(folder)
    .sort()
    .map((file) => readWay(join(folder, file), inOrder, values));
  return (["metrics", "extension", "nothing"] as const).flatMap((on) => ways.filter((way) => way.on === on));
}

function readWay(file: string, inOrder: InOrder | null, values: Readonly<Record<string, string>>): Way {
  const [description, ...documents] = readDocuments(file, values);
  const given = description as Description;
  const here = given[(values["VERSION"] ?? "") as `${number}`] ?? {};
  return newWay(basename(file, ".yaml"), { ...given, ...here }, documents as KubeObject[], inOrder, values);
}

function newWay(
  name: string,
  description: Description,
  documents: readonly KubeObject[],
  inOrder: InOrder | null,
  values: Readonly<Record<string, string>>,
): Way {
  const { on, answers, address, runs, without = [], settles = null } = description;
  const apiService = description.apiService ?? defaults[on].apiService;
  const resource = description.resource ?? defaults[on].resource;
  const [version = "", ...group] = apiService.split(".");
  const base = inOrder === null || on === "nothing" ? documents : changing(inOrder[on]);
  const patches = inOrder === null ? [] : documents;
  const changed = base
    .map((object) => (object.kind === "Service" ? merge(object, serviceOf(name, description)) : object))
    .map((object) => patches.filter((other) => isSame(object, other)).reduce(merge, object));
  const added = patches.filter((other) => !base.some((object) => isSame(object, other)));
  return {
    name,
    on,
    apiService,
    group: group.join("."),
    version,
    resource,
    asks: description.asks ?? `${resource}.${group.join(".")}`,
    route: description.route ?? null,
    address,
    dies: description.dies ?? false,
    settles,
    answers,
    says: description.says ?? "",
    discovery: description.discovery ?? (settles?.status === "True" ? "Current" : "Stale"),
    sees: description.sees ?? [],
    pod:
      runs === undefined ? null : podOf(name, on === "metrics" ? "kube-system" : "extensions", runs, values),
    objects: [...changed.filter(({ kind }) => !without.includes(kind)), ...added],
  };
}

/** The objects of an API in order that ways change. All others stay as they are. */
export function changing({ objects }: Way): readonly KubeObject[] {
  return objects.filter(({ kind }) => kind === "Service" || kind === "APIService");
}

/** The Service has an address of its own in each way, so that no connection of an earlier one is used; it leads to the way's pod. */
function serviceOf(name: string, { address, runs }: Description): object {
  const backend = runs === undefined ? {} : { selector: { "k8s-app": name, app: name } };
  return { spec: { clusterIP: address, ...backend } };
}

function isSame(left: KubeObject, right: KubeObject): boolean {
  return (
    left.kind === right.kind &&
    left.metadata.name === right.metadata.name &&
    left.metadata.namespace === right.metadata.namespace
  );
}

/** A JSON merge patch: null takes a field away. */
function merge<T extends object>(target: T, patch: object): T {
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    if (value === null) delete result[key];
    else result[key] = isPlain(old) && isPlain(value) ? merge(old, value) : value;
  }
  return result as T;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
