// How fast are Traces written? Asked of the formats that large logs are written in; text only, no streams.
// Not for comparing machines: read the figures of one run side by side.

import { createRenderer, type OutputFormat } from "../src/render/create-renderer.ts";
import { createTimeKeeper } from "../src/trace/time/time-keeper.ts";
import type { Trace } from "../src/trace/trace.ts";
import { traces } from "../test/helpers/traces.ts";

const count = 200_000;
const rounds = 3;
const formats: readonly (readonly [OutputFormat, number | null, number])[] = [
  ["ndjson", null, count],
  ["table", 80, count],
  ["table", 160, count],
  ["table", null, count],
  ["wide", null, count],
  ["json", null, count / 10],
  ["yaml", null, count / 50],
  ["flow", 80, count],
];

const samples: readonly Trace[] = Object.values(traces);

/** Each with its own URL, as in a log; a twentieth has something to say beneath its row. */
const list: readonly Trace[] = Array.from({ length: count }, (_, i) => {
  const trace =
    i % 20 === 0
      ? (samples[(i / 20) % samples.length] ?? traces.list)
      : i % 2 === 0
        ? traces.topNodes
        : traces.list;
  const roundTrip = {
    ...trace.roundTrip,
    url: `${trace.roundTrip.url}?continue=${i}`,
    source: { file: "-", line: i },
  };
  return { ...trace, roundTrip, requestInfo: { ...trace.requestInfo } };
});

for (const [format, columns, length] of formats) {
  let best = 0;
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const renderer = await createRenderer(format, { columns, color: false });
    const begin = performance.now();
    bytes = write(renderer.start());
    let parts: string[] = [];
    for (let i = 0; i < length; i++) {
      parts.push(renderer.trace(list[i] ?? traces.list));
      if (parts.length < 64) continue;
      bytes += write(parts.join(""));
      parts = [];
    }
    bytes += write(parts.join("")) + write(renderer.end(createTimeKeeper().times(null)));
    best = Math.max(best, (length / (performance.now() - begin)) * 1000);
  }
  const name = `${format}${columns === null ? "" : ` at ${columns} columns`}`;
  console.log(
    `${name.padEnd(22)} ${Math.round(best).toLocaleString("en").padStart(9)} traces/s, ${Math.round(bytes / length)} bytes each`,
  );
}

function write(text: string): number {
  return Buffer.from(text).length;
}
