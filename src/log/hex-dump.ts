/** Bytes of Go's hex.Dump, as far as the text goes: each line is an offset, 16 bytes and their characters. */
export function parseHexDump(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const line of text.slice(0, 400_000).split("\n")) {
    const hex = /^[0-9a-f]{8} {2}((?:[0-9a-f]{2} {1,2}){1,16})/.exec(line);
    if (hex === null) break;
    for (const byte of (hex[1] ?? "").trim().split(/ +/)) bytes.push(Number.parseInt(byte, 16));
  }
  return Uint8Array.from(bytes);
}

/** Whether a line can be one of a hex dump, possibly cut and followed by client-go's "[truncated N chars]". */
export function isHexDumpLine(line: string): boolean {
  return (
    /^[0-9a-f]{8}(?:$| {1,2}(?:$|[0-9a-f| []))/.test(line) ||
    /^[0-9a-f]{0,8} \[truncated \d{1,15} chars\]$/.test(line)
  );
}
