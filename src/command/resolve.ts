import { exitCodes, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { newRoundTrip, withoutUserInfo } from "../log/round-trip.ts";
import { resolveTrace } from "../trace/resolve-trace.ts";
import { openClusters } from "./clusters.ts";
import type { TraceOptions } from "./trace-options.ts";
import { openTraceOutput } from "./trace-output.ts";

export interface ResolveOptions extends TraceOptions {
  /** Absolute URLs, or paths with their query. */
  readonly urls: readonly string[];
  /** Upper-case HTTP method. */
  readonly method: string;
}

/** Explains URLs that are never sent. Exit code 3 when a cluster was to be asked and none could be. */
export async function run(options: ResolveOptions, io: Io): Promise<number> {
  if (options.urls.includes("")) throw new UsageError("a URL is empty", "give paths such as /api/v1/nodes");
  const clusters = await openClusters(options, io, "own", io.signal);
  const output = await openTraceOutput(options, io);
  try {
    for (const [index, url] of options.urls.entries()) {
      const source = { file: "command line", line: index + 1 };
      const planned = newRoundTrip({
        method: options.method,
        url: withoutUserInfo(url),
        outcome: "planned",
        source,
      });
      output.add(resolveTrace(planned, clusters));
    }
    await output.close();
    const failure = await clusters.failure();
    if (failure !== null) throw failure;
    return exitCodes.ok;
  } finally {
    await clusters.close();
  }
}
