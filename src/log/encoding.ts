import { TextDecoder } from "node:util";

/**
 * What a log is written in. kubectl writes UTF-8; Windows PowerShell's `>` makes UTF-16 of it, which becomes UTF-8 again
 * here. Anything else is handed on as it is.
 */
export interface Decoder {
  /** Takes the next bytes, cut anywhere. */
  write(bytes: Buffer): void;
  end(): void;
}

export function createDecoder(write: (bytes: Buffer) => void): Decoder {
  /** The first bytes, until they tell what follows. */
  let first: Buffer | null = Buffer.alloc(0);
  let decoder: TextDecoder | null = null;

  function begin(bytes: Buffer): void {
    first = null;
    const encoding = utf16Of(bytes);
    if (encoding === null) write(bytes);
    else {
      decoder = new TextDecoder(encoding);
      decode(bytes);
    }
  }

  function decode(bytes: Buffer): void {
    const text = decoder?.decode(bytes, { stream: true }) ?? "";
    if (text !== "") write(Buffer.from(text, "utf8"));
  }

  return {
    write(bytes) {
      if (first !== null) {
        const joined = first.length === 0 ? bytes : Buffer.concat([first, bytes]);
        if (mayBeUtf16(joined)) first = Buffer.from(joined);
        else begin(joined);
      } else if (decoder === null) write(bytes);
      else decode(bytes);
    },
    end() {
      if (first !== null && first.length > 0) begin(first);
    },
  };
}

/** By its byte order mark, or by a klog header's first letter or a brace beside a NUL. */
export function utf16Of([a, b]: Uint8Array): "utf-16le" | "utf-16be" | null {
  if ((a === 0xff && b === 0xfe) || (isFirst(a) && b === 0)) return "utf-16le";
  return (a === 0xfe && b === 0xff) || (a === 0 && isFirst(b)) ? "utf-16be" : null;
}

/** More bytes are needed to tell. */
function mayBeUtf16(bytes: Uint8Array): boolean {
  const [first] = bytes;
  if (bytes.length > 1) return false;
  return first === undefined || first === 0xff || first === 0xfe || first === 0 || isFirst(first);
}

/** I, W, E, F or a brace. */
function isFirst(byte: number | undefined): boolean {
  return byte === 73 || byte === 87 || byte === 69 || byte === 70 || byte === 123;
}
