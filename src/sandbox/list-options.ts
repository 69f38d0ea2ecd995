import { goQuote } from "../rbac/go-quote.ts";
import { since } from "./release.ts";
import { type Answer, badRequest, invalid, type StatusCause, status } from "./status.ts";

/** What a list or watch is asked to do, beside its selectors. */
export interface ListOptions {
  /** 0: all. */
  readonly limit: number;
  readonly continue: string;
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
  readonly sendInitialEvents: boolean;
  readonly allowWatchBookmarks: boolean;
}

/**
 * The options in the query; an Answer when the server would refuse them.
 * Sources of truth: apimachinery/pkg/runtime/conversion.go, apimachinery/pkg/apis/meta/internalversion/{defaults,validation}.
 */
export function parseListOptions(
  query: URLSearchParams,
  isWatch: boolean,
  minor: number,
): ListOptions | Answer {
  for (const name of ["timeoutSeconds", "limit"]) {
    const error = integerError(query.get(name) ?? "0");
    if (error !== "") return badRequest(`strconv.ParseInt: parsing ${error}`);
  }
  const hasWatchList = minor >= since.watchList;
  const causes = isWatch ? watchCauses(query, hasWatchList) : listCauses(query);
  if (causes.length > 0) return invalid("ListOptions", "meta.k8s.io", causes);
  const resourceVersion = query.get("resourceVersion") ?? "";
  const isFresh = resourceVersion === "" || resourceVersion === "0";
  const asksForEvents = query.has("sendInitialEvents")
    ? isTrue(query, "sendInitialEvents")
    : hasWatchList && isFresh && !query.has("resourceVersionMatch");
  return {
    limit: Number(query.get("limit") ?? 0),
    continue: query.get("continue") ?? "",
    resourceVersion,
    timeoutSeconds: Number(query.get("timeoutSeconds") ?? 0),
    sendInitialEvents: isWatch && asksForEvents,
    allowWatchBookmarks: isTrue(query, "allowWatchBookmarks"),
  };
}

/** For a resourceVersion that is no number. Only the storage looks, and a watch has no better words for it. */
export function resourceVersionError({ resourceVersion }: ListOptions, isWatch: boolean): Answer | null {
  if (/^\d*$/.test(resourceVersion)) return null;
  const quoted = goQuote(resourceVersion);
  const message = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
  return isWatch ? status(500, "", message) : badRequest(`invalid resource version: ${message}`);
}

/** Go's error of ParseInt, behind the number; "" when it is one. */
function integerError(text: string): string {
  if (!/^[+-]?\d+$/.test(text)) return `${goQuote(text)}: invalid syntax`;
  const number = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, number) === number ? "" : `${goQuote(text)}: value out of range`;
}

function isTrue(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== "" && value !== "0" && value.toLowerCase() !== "false";
}

const match = "resourceVersionMatch";

function listCauses(query: URLSearchParams): StatusCause[] {
  const value = query.get(match) ?? "";
  const version = query.get("resourceVersion") ?? "";
  const ofMatch = [
    ...(version === "" ? [forbidden(match, `${match} is forbidden unless resourceVersion is provided`)] : []),
    ...(query.get("continue") ? [forbidden(match, `${match} is forbidden when continue is provided`)] : []),
    ...(["Exact", "NotOlderThan"].includes(value) ? [] : [unsupported(value, ["Exact", "NotOlderThan", ""])]),
    ...(value === "Exact" && version === "0"
      ? [forbidden(match, `${match} "exact" is forbidden for resourceVersion "0"`)]
      : []),
  ];
  return [
    ...(value === "" ? [] : ofMatch),
    ...(query.has("sendInitialEvents")
      ? [forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")]
      : []),
  ];
}

function watchCauses(query: URLSearchParams, hasWatchList: boolean): StatusCause[] {
  const value = query.get(match) ?? "";
  const asks = query.has("sendInitialEvents");
  const requires = `sendInitialEvents requires setting ${match} to NotOlderThan`;
  const gated = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
  const alone = `${match} is forbidden for watch unless sendInitialEvents is provided`;
  return [
    ...(asks && value !== "NotOlderThan" ? [forbidden(match, requires)] : []),
    ...(asks && !hasWatchList ? [forbidden("sendInitialEvents", gated)] : []),
    ...(value !== "" && !asks ? [forbidden(match, alone)] : []),
    ...(value !== "" && value !== "NotOlderThan" ? [unsupported(value, ["NotOlderThan"])] : []),
    ...(value !== "" && query.get("continue")
      ? [forbidden(match, `${match} is forbidden when continue is provided`)]
      : []),
  ];
}

function forbidden(field: string, text: string): StatusCause {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${text}`, field };
}

function unsupported(value: string, supported: readonly string[]): StatusCause {
  const message = `Unsupported value: ${goQuote(value)}: supported values: ${supported.map(goQuote).join(", ")}`;
  return { reason: "FieldValueNotSupported", message, field: match };
}
