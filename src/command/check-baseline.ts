import { resolve } from "node:path";
import { asArray, asObject, asText, isObject } from "../cluster/narrow.ts";
import { parseDocuments } from "../cluster/snapshot/parse-documents.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { CheckItem, CheckReport, CheckWebhook } from "../render/check-report.ts";
import { renderJson } from "../render/json.ts";
import { sanitize } from "../render/sanitize.ts";
import { newCheckReport, parseApiServiceArgument } from "./check-report.ts";
import { readTextFile } from "./read-text-file.ts";
import { openFileSink } from "./text-sink.ts";

/** An APIService or a webhook that may be broken. */
export interface BaselineEntry {
  /** Of a webhook KIND/CONFIGURATION/WEBHOOK, or KIND/CONFIGURATION for all of a configuration. */
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
      return [
        ...document["items"].filter(isBroken).map((item, at) => readItem(item, `${file}: item ${at + 1}`)),
        ...asArray(document["webhooks"])
          .filter((webhook) => !isObject(webhook) || webhook["ok"] === false)
          .map((webhook, at) => readWebhook(webhook, `${file}: webhook ${at + 1}`)),
      ];
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

function readWebhook(webhook: unknown, where: string): BaselineEntry {
  const given = asObject(webhook);
  const { kind, name } = asObject(given["configuration"]);
  const { webhook: of } = given;
  const parts = [kind, name, of].map(asText);
  // In a file that is no cluster's, a webhook may have no name.
  if (parts[0] === "" || parts[1] === "" || typeof of !== "string")
    throw new UsageError(`${where} has no configuration or no name`, hint);
  const { context, acceptedReason: reason } = given;
  return readEntry({ name: parts.join("/"), context, reason }, where);
}

function readEntry(entry: unknown, where: string): BaselineEntry {
  const given = typeof entry === "string" ? { name: entry } : entry;
  const name = isObject(given) ? parseApiServiceArgument(asText(given["name"])) : "";
  if (!isObject(given) || name === "") throw new UsageError(`${where} has no name`, hint);
  return { name, context: asText(given["context"]) || null, reason: asText(given["reason"]) };
}

/** The report, with a mark on what is broken as the baseline says it may be. */
export function acceptReport(report: CheckReport, baseline: readonly BaselineEntry[]): CheckReport {
  const { items, webhooks, warnings = [], notes = [] } = report;
  const accept = <T extends CheckItem | CheckWebhook>(one: T): T => {
    const entry = baseline.find((entry) => matches(entry, one));
    if (!isKnownBroken(one) || entry === undefined) return one;
    return { ...one, accepted: true, ...(entry.reason === "" ? {} : { acceptedReason: entry.reason }) };
  };
  const accepted = webhooks?.map(accept);
  return newCheckReport(items.map(accept), {
    ...(accepted === undefined ? {} : { webhooks: accepted }),
    warnings,
    notes,
  });
}

function isKnownBroken(one: CheckItem | CheckWebhook): boolean {
  return one.ok === false && !("asked" in one);
}

function matches({ name, context }: BaselineEntry, one: CheckItem | CheckWebhook): boolean {
  return namesOf(one).includes(name) && (context === null || context === one.context);
}

function namesOf(one: CheckItem | CheckWebhook): readonly string[] {
  if ("apiService" in one) return [one.apiService.name];
  const configuration = `${one.configuration.kind}/${one.configuration.name}`;
  return [configuration, `${configuration}/${one.webhook}`];
}

/**
 * Why entries are not needed any more, one line each. Those of webhooks are only judged when webhooks were looked at.
 * @param whole every APIService was looked at, so that one that is not there does not exist
 */
export function tellStale(
  { items, webhooks }: Pick<CheckReport, "items" | "webhooks">,
  baseline: readonly BaselineEntry[],
  whole: boolean,
): readonly string[] {
  return baseline.flatMap((entry) => {
    const isWebhook = entry.name.includes("/");
    if (isWebhook && webhooks === undefined) return [];
    const isOf = ({ context }: { readonly context?: string }) =>
      entry.context === null || entry.context === context;
    const scope = items.filter(isOf);
    const named = (isWebhook ? (webhooks ?? []) : scope).filter((one) => matches(entry, one));
    const isKnown = scope.length > 0 && scope.every(({ asked }) => asked !== false);
    const isGone = named.length === 0 && (whole || isWebhook);
    if (!isKnown || named.some(({ ok }) => ok !== true) || (named.length === 0 && !isGone)) return [];
    const where = entry.context === null ? "" : ` in context ${entry.context}`;
    const [what, fine] = isWebhook ? ["webhook", "it can be called"] : ["APIService", "it is available"];
    return [`${entry.name}${where} is stale: ${named.length === 0 ? `there is no such ${what}` : fine}`];
  });
}

/**
 * Writes what is broken as a baseline that accepts it; reasons that another one gave are kept. Where a context could
 * not be asked nothing is written: what was accepted of it would be lost. Throws UsageError for a wrong path.
 */
export async function writeBaseline(
  file: string,
  { items, webhooks }: Pick<CheckReport, "items" | "webhooks">,
  io: Io,
): Promise<void> {
  if (items.some(({ asked }) => asked === false)) {
    io.stderr.write(`warning: ${sanitize(file)} is not written: not every context can be asked\n`);
    return;
  }
  const sink = openFileSink(resolve(io.cwd, file), "--write-baseline takes a file in a folder that exists");
  const broken = webhooks?.filter(({ ok }) => ok === false);
  const report = newCheckReport(
    items.filter(({ ok }) => !ok),
    broken === undefined ? {} : { webhooks: broken },
  );
  sink.write(`${renderJson(report)}\n`);
  await sink.end();
}
