import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import type { Comparable } from "./normalise.ts";

/** What the newest real server answered, and the objects that it then had. */
export interface ContractRecord {
  readonly serverVersion: string;
  readonly items: readonly KubeObject[];
  /** By the question's title. */
  readonly answers: Readonly<Record<string, readonly Comparable[]>>;
}

const folder = join(import.meta.dirname, "../../fixtures/contract");

export function readRecord(): ContractRecord {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const { serverVersion, items } = read("snapshot.json") as Omit<ContractRecord, "answers">;
  const { answers, headers, bodies } = read("answers.json") as Stored;
  const entries = Object.entries(answers).map(([title, list]) => [
    title,
    list.map(([status, head, form, body]) => ({ status, headers: headers[head], form, body: bodies[body] })),
  ]);
  return { serverVersion, items, answers: Object.fromEntries(entries) };
}

/** Many answers have the same headers or the same body: each is stored once, and an answer has their places. */
interface Stored {
  readonly answers: Readonly<Record<string, readonly StoredAnswer[]>>;
  readonly headers: readonly unknown[];
  readonly bodies: readonly unknown[];
}

type StoredAnswer = readonly [status: number, headers: number, form: string, body: number];

export function writeRecord({ serverVersion, items, answers }: ContractRecord): void {
  mkdirSync(folder, { recursive: true });
  const version = JSON.stringify(serverVersion);
  const objects = steady(items).map((item) => JSON.stringify(item));
  writeFileSync(join(folder, "snapshot.json"), `{"serverVersion":${version},"items":${lines(objects)}}\n`);
  const headers = new Shelf();
  const bodies = new Shelf();
  const stored = Object.entries(answers).map(([title, list]) => {
    const places = list.map((one): StoredAnswer => {
      return [one.status, headers.placeOf(one.headers), one.form, bodies.placeOf(one.body)];
    });
    return `${JSON.stringify(title)}:${JSON.stringify(places)}`;
  });
  const text = `{"answers":{\n${stored.join(",\n")}\n},"headers":${headers},"bodies":${bodies}}\n`;
  writeFileSync(join(folder, "answers.json"), text);
}

/** Different values, each in its place. */
class Shelf {
  readonly #places = new Map<string, number>();

  placeOf(value: unknown): number {
    const text = JSON.stringify(value);
    const place = this.#places.get(text) ?? this.#places.size;
    this.#places.set(text, place);
    return place;
  }

  toString(): string {
    return lines([...this.#places.keys()]);
  }
}

function lines(values: readonly string[]): string {
  return `[\n${values.join(",\n")}\n]`;
}

/** No question is about these, and most of them are long. */
const unasked = new Set(["ControllerRevision", "CSINode", "IPAddress", "PodTemplate", "Gadget"]);
/** Rights and accounts of the controllers, as which nobody asks; and what other suites make. */
function isOfOthers(kind: string, { name, namespace }: KubeObject["metadata"]): boolean {
  const isController =
    name.startsWith("system:controller:") || (kind === "ServiceAccount" && namespace === "kube-system");
  return isController || namespace === "guarded";
}

const dropped = new Set(["managedFields", "command"]);

/**
 * The objects as they would be at every start: without what is new each time, so that a new record differs from the old one where
 * the cluster does. What `normaliseValue` leaves out of an answer may be anything here.
 */
function steady(items: readonly KubeObject[]): KubeObject[] {
  const kept = items.filter(({ kind, metadata }) => !unasked.has(kind) && !isOfOthers(kind, metadata));
  const texts = new Map<string, string>();
  for (const { metadata } of kept) {
    const base = metadata["generateName"];
    if (typeof base !== "string" || !metadata.name.startsWith(base)) continue;
    const place = [...texts.values()].filter((one) => one.startsWith(base)).length + 1;
    texts.set(metadata.name, `${base}${String(place).padStart(5, "0")}`);
  }
  for (const { kind, metadata } of kept) {
    const owner = [kind, metadata.namespace, texts.get(metadata.name) ?? metadata.name].join("/");
    const digits = createHash("sha256").update(owner).digest("hex").slice(0, 12);
    texts.set(String(metadata["uid"]), `00000000-0000-4000-8000-${digits}`);
  }
  const replaceAll = (text: string): string => {
    let result = text.replace(certificate, "certificate").replace(time, "2026-01-01T00:00:00Z");
    for (const [from, to] of texts) result = result.replaceAll(from, to);
    return result.replace(/\bkube-api-access-\w{5}\b/g, "kube-api-access-00000");
  };
  const walk = (value: unknown, key: string): unknown => {
    if (key === "resourceVersion") return "1000";
    if (key === "caBundle") return "Y2E=";
    if (typeof value === "string") return replaceAll(value);
    if (Array.isArray(value)) return value.map((item) => walk(item, ""));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).filter(([name]) => !dropped.has(name));
    return Object.fromEntries(entries.map(([name, item]) => [name, walk(item, name)]));
  };
  return kept.map((item) => walk(item, "") as KubeObject);
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/g;
const time = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
