import { parseHexDump } from "./hex-dump.ts";
import { statusOfProtobuf } from "./protobuf-status.ts";
import { oneLine } from "./text.ts";

/**
 * What a logged body proves about its exchange. Nothing of the body itself is kept but the message and reason of an error:
 *   status   a metav1.Status of a failure: its code is the HTTP status
 *   success  an object or list of one group/version, so the answer was a 2xx one; `path` begins its request's path, or is it
 *   text     neither JSON nor binary: what a proxy or an aggregator without a backend says
 *   unknown  anything else
 */
export type BodyFacts =
  | { readonly kind: "status"; readonly code: number; readonly message: string; readonly reason: string }
  | { readonly kind: "success"; readonly path: string; readonly exact: boolean }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unknown" };

const unknown: BodyFacts = { kind: "unknown" };

/** Reads the beginning of a body as client-go logs it, which may be cut anywhere ("… [truncated 99 chars]"). */
export function bodyFacts(body: string): BodyFacts {
  const text = body.trimStart();
  if (text === "") return unknown;
  if (text.startsWith("{")) return jsonFacts(text);
  if (/^[0-9a-f]{8} {2}[0-9a-f]{2} /.test(text)) return statusOfProtobuf(parseHexDump(text)) ?? unknown;
  return text.startsWith("[") ? unknown : { kind: "text", text: oneLine(text) };
}

function jsonFacts(text: string): BodyFacts {
  const start = text.slice(0, 600);
  const kind = stringField(start, "kind");
  if (kind === "Status") return statusFacts(text);
  const version = stringField(start, kind === "APIResourceList" ? "groupVersion" : "apiVersion");
  if (kind === "APIGroupList") return { kind: "success", path: "/apis", exact: true };
  if (kind === "APIVersions") return { kind: "success", path: "/api", exact: true };
  if (kind === null || version === null || version === "meta.k8s.io/v1" || kind.startsWith("APIGroup"))
    return unknown;
  return {
    kind: "success",
    path: version.includes("/") ? `/apis/${version}` : `/api/${version}`,
    exact: kind === "APIResourceList",
  };
}

function statusFacts(text: string): BodyFacts {
  const code = /"code"\s*:\s*(\d{3})\s*\}?\s*$/.exec(text.slice(-40))?.[1];
  if (!/"status"\s*:\s*"Failure"/.test(text.slice(0, 4000))) return unknown;
  const message = stringField(text.slice(0, 20_000), "message") ?? "";
  const reason = stringField(text.slice(0, 40_000), "reason") ?? "";
  return {
    kind: "status",
    code: Number(code ?? 0),
    message: oneLine(message),
    reason: oneLine(reason).slice(0, 100),
  };
}

/** The first string field of that name. Go's encoder writes `message` and `reason` before the nested `details`. */
function stringField(text: string, name: string): string | null {
  const start = new RegExp(`"${name}"\\s*:\\s*"`).exec(text);
  if (start === null) return null;
  const from = start.index + start[0].length;
  let to = from;
  while (to < text.length && text.charCodeAt(to) !== 34) to += text.charCodeAt(to) === 92 ? 2 : 1;
  return jsonString(text.slice(from, Math.min(to, text.length)));
}

function jsonString(escaped: string): string {
  return escaped.replace(/\\(?:u([0-9a-fA-F]{4})|(.)|$)/gs, (_, hex, letter) => {
    if (hex !== undefined)
      return Buffer.from(String.fromCharCode(Number.parseInt(hex, 16)), "utf8").toString("latin1");
    return letter === "n" || letter === "t" || letter === "r" ? " " : (letter ?? "");
  });
}
