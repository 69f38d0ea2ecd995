import type { ApiAnswer } from "../controlplane/admin-api.ts";

/** An answer as two servers can agree on it. */
export interface Comparable {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** How a JSON body is laid out; "events" are a watch's, one a line. */
  readonly form: "empty" | "text" | "compact" | "indented" | "events";
  readonly body: unknown;
}

/** Texts that are new at every start, by what is written in their place: UIDs, names that a controller made up. */
export type Names = ReadonlyMap<string, string>;

/**
 * Headers that are left out: they describe the connection or the moment, not the answer. Whether a body is chunked or has
 * its length is Go's choice by its size.
 */
const connectionHeaders = new Set([
  "date",
  "connection",
  "keep-alive",
  "content-length",
  "transfer-encoding",
]);

/** Headers of which only the presence can be compared: a random id, and a hash over a document with such ids. */
const opaqueHeaders = new Set(["audit-id", "etag"]);

export function normaliseAnswer(answer: ApiAnswer, names: Names): Comparable {
  const headers = Object.entries(answer.headers)
    .filter(([name]) => !connectionHeaders.has(name))
    .map(([name, value]): [string, string] => [
      name,
      opaqueHeaders.has(name) && value !== "mine" ? "<any>" : replaceTexts([value].flat().join(", "), names),
    ])
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    status: answer.status,
    headers: Object.fromEntries(headers),
    ...normaliseBody(answer.text, names),
  };
}

function normaliseBody(text: string, names: Names): Pick<Comparable, "form" | "body"> {
  if (text === "") return { form: "empty", body: "" };
  const whole = parseJson(text);
  if (whole !== undefined) {
    const form = text.trimEnd().includes("\n") ? "indented" : "compact";
    return { form, body: normaliseValue(whole, names) };
  }
  const lines = text.trimEnd().split("\n").map(parseJson);
  if (lines.every((line) => line !== undefined)) {
    return { form: "events", body: sorted(lines.map((line) => normaliseValue(line, names))) };
  }
  return { form: "text", body: replaceTexts(text, names) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A watch begins with the objects that there are in no particular order; a bookmark comes after them. */
function sorted(events: readonly unknown[]): readonly unknown[] {
  const key = (event: unknown): string => JSON.stringify(event);
  return [...events].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

/**
 * Fields that are left out. `managedFields`: bookkeeping of writes, which a snapshot does not keep. `description`: prose of the
 * OpenAPI documents in Tables' columns, which no client prints. `command`: names folders of the machine. `lastTransitionTime` and its like stay, as "<time>".
 */
const leftOut = new Set(["managedFields", "description", "command"]);

/** Fields whose value is replaced, with the reason. */
const replaced: Readonly<Record<string, string>> = {
  serverAddress: "the address of the server itself",
  resourceVersion: "counts every write that the cluster has seen",
  continue: "an opaque token with a resourceVersion",
  caBundle: "a certificate of this start",
  cpu: "measured, in metrics.k8s.io",
  window: "measured over, in metrics.k8s.io",
  memory: "measured, in metrics.k8s.io",
  gitCommit: "a fact of the build, as the three that follow: no snapshot knows it",
  goVersion: "the same",
  compiler: "the same",
  platform: "the same",
};

export function normaliseValue(value: unknown, names: Names): unknown {
  if (typeof value === "string") return replaceTexts(value, names);
  if (Array.isArray(value)) return value.map((item) => normaliseValue(item, names));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(reorder(tableOf(value)))
    .filter(([key]) => !leftOut.has(key))
    .map(([key, item]): [string, unknown] => [
      replaceTexts(key, names),
      isReplaced(key, item) ? `<${key}>` : normaliseValue(item, names),
    ]);
  return Object.fromEntries(entries);
}

/**
 * What the server lists in no order of its own: the rules of a SelfSubjectRulesReview (bindings come out of a map), the custom
 * resources of a version (as CustomResourceDefinitions do). A bookmark is the zero value of its type beside its annotation.
 */
function reorder(value: object): object {
  const { kind, type, groupVersion, resources, resourceRules, nonResourceRules, object } = value as Readonly<
    Record<string, unknown>
  >;
  if (Array.isArray(resourceRules) && Array.isArray(nonResourceRules)) {
    return { ...value, resourceRules: sorted(resourceRules), nonResourceRules: sorted(nonResourceRules) };
  }
  if (
    kind === "APIResourceList" &&
    String(groupVersion).startsWith("example.com/") &&
    Array.isArray(resources)
  ) {
    return { ...value, resources: sorted(resources) };
  }
  return type === "BOOKMARK" ? { type, object: bookmarkOf(object as Bookmark) } : value;
}

interface Bookmark {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly annotations?: object };
}

function bookmarkOf({ kind, apiVersion, metadata }: Bookmark): object {
  return { kind, apiVersion, annotations: metadata.annotations ?? {} };
}

function isReplaced(key: string, value: unknown): boolean {
  return Object.hasOwn(replaced, key) && value !== "" && typeof value !== "object";
}

/** The ages in a Table grow while the two servers are asked, and quantities are measured. */
function tableOf(value: object): object {
  const { kind, rows, columnDefinitions } = value as Readonly<Record<string, unknown>>;
  if (kind !== "Table" || !Array.isArray(rows)) return value;
  const formats = Array.isArray(columnDefinitions) ? columnDefinitions.map(({ format }) => format) : [];
  const withoutAge = (cell: unknown, column: number): unknown =>
    formats[column] === "quantity"
      ? "<quantity>"
      : typeof cell === "string"
        ? cell.replace(age, "<age>")
        : cell;
  return {
    ...value,
    rows: rows.map((row: { readonly cells: readonly unknown[] }) => ({
      ...row,
      cells: row.cells.map(withoutAge),
    })),
  };
}

const age = /^(\d+(\.\d+)?[smhdy]){1,2}$/;

/** In texts: moments, ids and addresses are new at every start, and fingerprints are those of certificates. */
const volatile: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uid>"],
  [/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/g, "<certificate>"],
  [/\bkube-api-access-[a-z0-9]{5}\b/g, "kube-api-access-<any>"],
  [/\bX509SHA256=[0-9a-f]{64}/g, "X509SHA256=<fingerprint>"],
  [/\b10\.(96|244)\.\d+\.\d+\b/g, "<address>"],
  [/\b127\.0\.0\.1:\d+\b/g, "<server>"],
];

function replaceTexts(text: string, names: Names): string {
  let result = text;
  for (const [name, replacement] of names) result = result.replaceAll(name, replacement);
  for (const [pattern, replacement] of volatile) result = result.replace(pattern, replacement);
  return result;
}
