import { type Headers, headerOf } from "../connection/transport.ts";
import { asText, isObject } from "../narrow.ts";
import { oneLine, oneSafeLine } from "../safe-text.ts";
import type { Asked } from "./ask.ts";

/** An HTTP answer with its whole body. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What a Kubernetes `Status` says. "" in a field: not given. */
export interface ApiStatus {
  readonly message: string;
  readonly reason: string;
}

/** The JSON of a Kubernetes API answer, or why there is none. Never throws, whatever the bytes are. */
export function parseApiAnswer(answer: HttpAnswer, host: string): Asked {
  const { status } = answer;
  const type = mediaType(answer.headers);
  const value = type === "application/json" ? parseJson(answer.body) : undefined;
  if (status >= 200 && status < 300) {
    if (isObject(value)) return { ok: true, value, isAbsent: false };
    const what = type === "application/json" ? "broken JSON" : type || "no content type";
    return failure(`not a Kubernetes API answer: ${status} ${what} from ${host}`, status);
  }
  const said = parseApiStatus(value);
  if (said !== null) return failure(said.message || statusLine(answer), status, status === 404);
  if (type === "text/plain") {
    const text = Buffer.from(answer.body.subarray(0, 1000)).toString();
    if (/HTTP request to an HTTPS server/.test(text)) {
      return failure(`the server speaks TLS (https://), not plain HTTP (${host})`, status);
    }
    const line = oneSafeLine(text, 200);
    return failure(
      line === "" ? statusLine(answer) : `${statusLine(answer)}: ${line}`,
      status,
      status === 404,
    );
  }
  return failure(`not a Kubernetes API answer: ${status} ${type || "no content type"} from ${host}`, status);
}

/** Message and reason when the value is a `Status`; null otherwise. */
export function parseApiStatus(value: unknown): ApiStatus | null {
  if (!isObject(value) || value["kind"] !== "Status") return null;
  return { message: oneLine(asText(value["message"]), 2000), reason: oneLine(asText(value["reason"]), 100) };
}

export function mediaType(headers: Headers): string {
  return oneLine(headerOf(headers, "content-type").split(";")[0] ?? "", 60).toLowerCase();
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as unknown;
  } catch {
    return undefined;
  }
}

function statusLine(answer: HttpAnswer): string {
  return `${answer.status} ${answer.statusText}`.trim();
}

function failure(reason: string, status: number, isAbsent = false): Asked {
  return { ok: false, reason, status, isAbsent };
}
