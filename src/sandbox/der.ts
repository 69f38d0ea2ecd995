/**
 * The few pieces of ASN.1 DER that a certificate is written with (ITU-T X.690). Writing only: certificates are read
 * by node:crypto and node:tls.
 */
export type Der = Uint8Array;

const tags = { boolean: 0x01, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31 };

/** Tag, length, value: every other function here is this one with its tag. */
export function element(tag: number, ...values: readonly Der[]): Der {
  const value = Buffer.concat(values);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(value.length)]), value]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export function sequence(...items: readonly Der[]): Der {
  return element(tags.sequence, ...items);
}

export function set(...items: readonly Der[]): Der {
  return element(tags.set, ...items);
}

export function octets(...values: readonly Der[]): Der {
  return element(tags.octets, ...values);
}

/** @param unused bits at the end that do not count */
export function bits(value: Der, unused = 0): Der {
  return element(tags.bits, Buffer.from([unused]), value);
}

export function isTrue(): Der {
  return element(tags.boolean, Buffer.from([0xff]));
}

export function utf8(text: string): Der {
  return element(tags.utf8, Buffer.from(text));
}

/** A positive integer from its big-endian bytes. */
export function integer(bytes: Der): Der {
  const first = bytes[0] ?? 0;
  return element(0x02, Buffer.from(first >= 0x80 ? [0] : []), bytes);
}

/** `[n]` around what it holds (explicit tagging). */
export function tagged(number: number, ...values: readonly Der[]): Der {
  return element(0xa0 | number, ...values);
}

/** `[n]` instead of the value's own tag (implicit tagging of a primitive). */
export function implicit(number: number, value: Der): Der {
  return element(0x80 | number, value);
}

/** @param text dotted decimal: "2.5.4.3" */
export function oid(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  return element(tags.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
  const bytes = [number & 0x7f];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest & 0x7f) | 0x80);
  }
  return bytes;
}

/** UTCTime to 2049, GeneralizedTime from 2050 on, as RFC 5280 wants it. */
export function time(date: Date): Der {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits));
}
