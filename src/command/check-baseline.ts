import { resolve } from "node:path";
import { asText, isObject } from "../cluster/narrow.ts";
import { parseDocuments } from "../cluster/snapshot/parse-documents.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { CheckItem } from "../render/check.ts";
import { renderJson } from "../render/json.ts";
import { sanitize } from "../render/sanitize.ts";
import { newCheckReport, parseApiServiceArgument } from "./check-report.ts";
import { readTextFile } from "./read-text-file.ts";
import { openFileSink } from "./text-sink.ts";

/** An APIService that may be broken. */
export interface BaselineEntry {
  readonly name: string;
  /** Only in this context; null: wherever. */
  readonly context: string | null;
  /** Why, for people; "" when the file does not say. */
  readonly reason: string;
}

const hint = "it is a report of check -o json, as --write-baseline writes it, or a list of APIService names";

/** Throws UsageError for a file that cannot be read or is no baseline: a gate must not pass by a mistake in it. */
export async function readBaseline(file: string, io: Io): Promise<readonly BaselineEntry[]> {
  const documents = parseDocuments(await readTextFile(file, io), file);
  return documents.flatMap((document) => {
    if (Array.isArray(document))
      return document.map((entry, at) => readEntry(entry, `${file}: entry ${at + 1}`));
    if (isObject(document) && document["kind"] === "CheckReport" && Array.isArray(document["items"])) {
      return document["items"].filter(isBroken).map((item, at) => readItem(item, `${file}: item ${at + 1}`));
    }
    throw new UsageError(`${file} is no baseline`, hint);
  });
}

/** What could not be asked is not known to be broken. */
function isBroken(item: unknown): boolean {
  return !isObject(item) || (item["ok"] !== true && item["asked"] !== false);
}

function readItem(item: unknown, where: string): BaselineEntry {
  if (!isObject(item) || !isObject(item["apiService"]))
    throw new UsageError(`${where} has no apiService`, hint);
  const { context, acceptedReason: reason } = item;
  return readEntry({ name: item["apiService"]["name"], context, reason }, where);
}

function readEntry(entry: unknown, where: string): BaselineEntry {
  const given = typeof entry === "string" ? { name: entry } : entry;
  const name = isObject(given) ? parseApiServiceArgument(asText(given["name"])) : "";
  if (!isObject(given) || name === "") throw new UsageError(`${where} has no name`, hint);
  return { name, context: asText(given["context"]) || null, reason: asText(given["reason"]) };
}

/** The items, with a mark on those that are broken as the baseline says they may be. */
export function acceptItems(
  items: readonly CheckItem[],
  baseline: readonly BaselineEntry[],
): readonly CheckItem[] {
  return items.map((item) => {
    const entry = baseline.find((one) => matches(one, item));
    if (item.ok || item.asked === false || entry === undefined) return item;
    return { ...item, accepted: true, ...(entry.reason === "" ? {} : { acceptedReason: entry.reason }) };
  });
}

function matches({ name, context }: BaselineEntry, item: CheckItem): boolean {
  return name === item.apiService.name && (context === null || context === item.context);
}

/**
 * Why entries are not needed any more, one line each.
 * @param whole every APIService was looked at, so that one that is not there does not exist
 */
export function tellStale(
  items: readonly CheckItem[],
  baseline: readonly BaselineEntry[],
  whole: boolean,
): readonly string[] {
  return baseline.flatMap((entry) => {
    const scope = items.filter(({ context }) => entry.context === null || entry.context === context);
    const named = scope.filter((item) => matches(entry, item));
    const isKnown = scope.length > 0 && scope.every(({ asked }) => asked !== false);
    if (!isKnown || !named.every(({ ok }) => ok) || (named.length === 0 && !whole)) return [];
    const where = entry.context === null ? "" : ` in context ${entry.context}`;
    const why = named.length === 0 ? "there is no such APIService" : "it is available";
    return [`${entry.name}${where} is stale: ${why}`];
  });
}

/**
 * Writes what is broken as a baseline that accepts it; reasons that another one gave are kept. Where a context could
 * not be asked nothing is written: what was accepted of it would be lost. Throws UsageError for a wrong path.
 */
export async function writeBaseline(file: string, items: readonly CheckItem[], io: Io): Promise<void> {
  if (items.some(({ asked }) => asked === false)) {
    io.stderr.write(`warning: ${sanitize(file)} is not written: not every context can be asked\n`);
    return;
  }
  const sink = openFileSink(resolve(io.cwd, file), "--write-baseline takes a file in a folder that exists");
  sink.write(`${renderJson(newCheckReport(items.filter(({ ok }) => !ok)))}\n`);
  await sink.end();
}
