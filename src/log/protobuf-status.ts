import type { BodyFacts } from "./body.ts";
import { oneLine } from "./text.ts";

/**
 * The Status of a protobuf answer. Source of truth: apimachinery pkg/runtime/serializer/protobuf (the prefix "k8s\0" and
 * runtime.Unknown) and pkg/apis/meta/v1/generated.proto (Status). The bytes may be cut: null when the message is not whole.
 */
export function statusOfProtobuf(bytes: Uint8Array): BodyFacts | null {
  if (bytes[0] !== 0x6b || bytes[1] !== 0x38 || bytes[2] !== 0x73 || bytes[3] !== 0) return null;
  const unknown = fields(bytes.subarray(4));
  const kind = text(fields(unknown.get(1) ?? empty).get(2));
  if (kind !== "Status") return null;
  const status = fields(unknown.get(2) ?? empty);
  if (text(status.get(2)) !== "Failure" || !status.has(3)) return null;
  return {
    kind: "status",
    code: 0,
    message: oneLine(text(status.get(3))),
    reason: text(status.get(4)).slice(0, 100),
  };
}

const empty = new Uint8Array();

function text(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? empty).toString("latin1");
}

/** Length-delimited fields by number, the first of each. Stops at whatever it cannot read. */
function fields(bytes: Uint8Array): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  let at = 0;
  while (at < bytes.length) {
    const tag = varint(bytes, at);
    if (tag === null) break;
    const value = varint(bytes, tag.end);
    if (value === null || ((tag.value & 7) !== 2 && (tag.value & 7) !== 0)) break;
    at = value.end;
    if ((tag.value & 7) === 0) continue;
    const number = tag.value >>> 3;
    if (!found.has(number)) found.set(number, bytes.subarray(at, at + value.value));
    at += value.value;
  }
  return found;
}

function varint(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  return null;
}
