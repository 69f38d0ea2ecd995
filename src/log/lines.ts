/**
 * Bytes cut anywhere -> lines. At most `maxLine` bytes of a line are kept while it is incomplete; the rest of a longer line
 * goes to `rest` as it comes. Each byte is looked at once, however small the chunks are.
 */
export interface LineHandler {
  /** One line, without its line feed. `terminated` is false for a line cut at `maxLine` and for a last one. */
  line(bytes: Buffer, start: number, end: number, terminated: boolean): void;
  /** More of a line that was too long; `terminated` says that its line feed follows. */
  rest(bytes: Buffer, start: number, end: number, terminated: boolean): void;
  /** How many bytes of an incomplete line can go at once, because no later byte changes what they are. */
  releasable(tail: Buffer): number;
}

export interface LineSplitter {
  write(bytes: Buffer): void;
  end(): void;
}

export const maxLine = 1 << 20;

export function createLineSplitter(handler: LineHandler): LineSplitter {
  let tail = Buffer.alloc(4096);
  let size = 0;
  let looked = false;
  let overlong = false;

  function write(bytes: Buffer): void {
    let at = 0;
    let feed = bytes.indexOf(10);
    if (size > 0 || overlong) {
      add(bytes, 0, feed === -1 ? bytes.length : feed, feed !== -1);
      if (feed === -1) return;
      at = feed + 1;
      feed = bytes.indexOf(10, at);
    }
    while (feed !== -1) {
      if (feed - at <= maxLine) handler.line(bytes, at, feed, true);
      else add(bytes, at, feed, true);
      at = feed + 1;
      feed = bytes.indexOf(10, at);
    }
    if (at < bytes.length) add(bytes, at, bytes.length, false);
  }

  /** The next piece of the line that is being collected. */
  function add(bytes: Buffer, start: number, end: number, terminated: boolean): void {
    let from = start;
    if (!overlong) {
      from = Math.min(end, start + maxLine - size);
      keep(bytes, start, from);
      if (from === end) {
        if (terminated) finish(true);
        else release();
        return;
      }
      finish(false);
      overlong = true;
    }
    if (from < end || terminated) handler.rest(bytes, from, end, terminated);
    if (terminated) overlong = false;
  }

  function keep(bytes: Buffer, start: number, end: number): void {
    const needed = size + end - start;
    if (needed > tail.length) {
      const larger = Buffer.allocUnsafe(Math.min(maxLine, Math.max(needed, 2 * tail.length)));
      tail.copy(larger, 0, 0, size);
      tail = larger;
    }
    bytes.copy(tail, size, start, end);
    size = needed;
  }

  function finish(terminated: boolean): void {
    const length = size;
    size = 0;
    looked = false;
    handler.line(tail.subarray(0, length), 0, length, terminated);
  }

  /** What a long line is was decided when it was short. */
  function release(): void {
    if (looked && size > 2048) return;
    looked = true;
    const count = handler.releasable(tail.subarray(0, size));
    if (count === 0) return;
    tail.copyWithin(0, count, size);
    size -= count;
  }

  return {
    write,
    end() {
      if (overlong) handler.rest(tail, 0, 0, false);
      else if (size > 0) finish(false);
    },
  };
}
