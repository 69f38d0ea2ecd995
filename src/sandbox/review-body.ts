import { field } from "./fields.ts";

/** Names of the fields of a message by their numbers; an array has the name and the message that the field holds. */
interface Message {
  readonly [number: number]:
    | string
    | readonly [name: string, message: Message]
    | readonly [name: string, "list"];
}

const requirement: Message = { 1: "key", 2: "operator", 3: ["values", "list"] };
const selector: Message = { 1: "rawSelector", 2: ["requirements", requirement] };
const resourceAttributes: Message = {
  1: "namespace",
  2: "verb",
  3: "group",
  4: "version",
  5: "resource",
  6: "subresource",
  7: "name",
  8: ["fieldSelector", selector],
  9: ["labelSelector", selector],
};
const nonResourceAttributes: Message = { 1: "path", 2: "verb" };
const selfSpec: Message = {
  1: ["resourceAttributes", resourceAttributes],
  2: ["nonResourceAttributes", nonResourceAttributes],
};
const metadata: Message = { 1: "name", 3: "namespace" };

/** The reviews as k8s.io/api/{authorization,authentication}/v1/generated.proto number them. */
const messages: Readonly<Record<string, Message>> = {
  SelfSubjectAccessReview: { 1: ["metadata", metadata], 2: ["spec", selfSpec] },
  SubjectAccessReview: {
    1: ["metadata", metadata],
    2: ["spec", { ...selfSpec, 3: "user", 4: ["groups", "list"], 6: "uid" }],
  },
  LocalSubjectAccessReview: {
    1: ["metadata", metadata],
    2: ["spec", { ...selfSpec, 3: "user", 4: ["groups", "list"], 6: "uid" }],
  },
  SelfSubjectRulesReview: { 1: ["metadata", metadata], 2: ["spec", { 1: "namespace" }] },
  SelfSubjectReview: { 1: ["metadata", metadata] },
};

/** What a body starts with when it is Kubernetes' protobuf (apimachinery/pkg/runtime/serializer/protobuf). */
const magic = Buffer.from("k8s\0");

/**
 * The review that a request posts: JSON, or protobuf, which the typed clients of newer kubectls send.
 * undefined when it is neither.
 */
export function parseReview(body: Uint8Array, kind: string): unknown {
  const bytes = Buffer.from(body);
  const message = messages[kind];
  try {
    if (!bytes.subarray(0, magic.length).equals(magic)) return JSON.parse(bytes.toString());
    const unknown = decode(bytes.subarray(magic.length), { 2: "raw" }, true);
    const raw = field(unknown, "raw");
    return raw instanceof Uint8Array && message !== undefined ? decode(Buffer.from(raw), message) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the fields that the message names and skips the rest. Throws RangeError where the bytes end too early. */
function decode(bytes: Buffer, message: Message, raw = false): Readonly<Record<string, unknown>> {
  const value: Record<string, unknown> = {};
  let at = 0;
  const varint = (): number => {
    let number = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes.readUInt8(at);
      at += 1;
      number += (byte & 0x7f) * shift;
      if (byte < 0x80) return number;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wireType = tag % 8;
    if (wireType === 0) varint();
    else if (wireType !== 2) throw new RangeError("wire type");
    else {
      const length = varint();
      if (at + length > bytes.length) throw new RangeError("length");
      const content = bytes.subarray(at, at + length);
      at += length;
      assign(value, message[Math.floor(tag / 8)], content, raw);
    }
  }
  return value;
}

function assign(
  value: Record<string, unknown>,
  known: Message[number] | undefined,
  content: Buffer,
  raw: boolean,
): void {
  if (known === undefined) return;
  if (typeof known === "string") {
    value[known] = raw ? content : content.toString();
    return;
  }
  const [name, message] = known;
  const before = value[name];
  if (message === "list") value[name] = [...(Array.isArray(before) ? before : []), content.toString()];
  else if (name === "requirements")
    value[name] = [...(Array.isArray(before) ? before : []), decode(content, message)];
  else value[name] = decode(content, message);
}
