import type { Io } from "../io.ts";
import { createRenderer } from "../render/create-renderer.ts";
import type { Renderer } from "../render/renderer.ts";
import type { CommandMoments } from "../trace/time/time-budget.ts";
import { createTimeKeeper } from "../trace/time/time-keeper.ts";
import type { Trace } from "../trace/trace.ts";
import { openFileSink, openTextSink, type TextSink } from "./text-sink.ts";
import type { TraceOptions } from "./trace-options.ts";

/** Where Traces go: rendered in the order in which they were added, each as soon as it is resolved. */
export interface TraceOutput {
  add(trace: Trace | Promise<Trace>): void;
  /** Waits until the reader keeps up: to be called between pieces of a long input. */
  drain(): Promise<void>;
  /** So many Traces wait for a cluster's answers that drain() is due. */
  readonly full: boolean;
  /** Waits for every Trace, then ends the output. `moments` null: the Traces have no clock in common. */
  close(moments?: CommandMoments | null): Promise<void>;
  /** The reader has gone away (`| head`): nothing more needs to be done. */
  readonly closed: boolean;
}

export interface TraceOutputOptions
  extends Pick<TraceOptions, "output" | "to" | "color" | "ascii" | "explain"> {
  /** Print nothing before close(): something else writes to the terminal meanwhile. */
  readonly hold?: boolean;
  /** The command line that sends the requests. */
  readonly command?: readonly string[];
}

/** Throws UsageError when the file cannot be written. */
export async function openTraceOutput(options: TraceOutputOptions, io: Io): Promise<TraceOutput> {
  const sink =
    options.to === null
      ? openTextSink(io.stdout, true)
      : openFileSink(options.to, "--to takes a file in a folder that exists");
  const terminal = options.to === null && io.stdoutIsTerminal;
  const renderer = await createRenderer(options.output, {
    columns: terminal ? io.columns : null,
    color: wantsColor(options.color, terminal, io.env),
    ascii: options.ascii,
    explain: options.explain,
    ...(options.command === undefined ? {} : { command: options.command }),
  });
  // What is written line by line has no end in which the time could stand.
  const keepsTime = options.output !== "ndjson";
  return createTraceOutput(renderer, sink, options.hold === true, keepsTime);
}

/** `--color`, NO_COLOR (no-color.org) and dumb terminals. */
export function wantsColor(mode: TraceOptions["color"], terminal: boolean, env: Io["env"]): boolean {
  if (mode !== "auto") return mode === "always";
  return terminal && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** Traces waiting for a cluster's answers are bounded, so that a long log does not fill the memory. */
const mostWaiting = 512;

function createTraceOutput(
  renderer: Renderer,
  sink: TextSink,
  hold: boolean,
  keepsTime: boolean,
): TraceOutput {
  const keeper = createTimeKeeper();
  const waiting: (Trace | Promise<Trace>)[] = [];
  // On a terminal a blank line parts the trace from what kubectl printed.
  let held = (hold ? "\n" : "") + renderer.start();
  let pump: Promise<void> | null = null;

  const print = (trace: Trace) => {
    if (keepsTime) keeper.add(trace);
    const text = renderer.trace(trace);
    if (hold) held += text;
    else sink.write(text);
  };
  const printWaiting = async () => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      print(await next);
      waiting.shift();
      if (!hold) await sink.drain();
    }
    pump = null;
  };
  if (!hold) {
    sink.write(held);
    held = "";
  }
  return {
    get closed() {
      return sink.closed;
    },
    get full() {
      return waiting.length >= mostWaiting;
    },
    add(trace) {
      if (waiting.length === 0 && !(trace instanceof Promise)) return print(trace);
      waiting.push(trace);
      pump ??= printWaiting();
    },
    async drain() {
      if (this.full) await pump;
      if (!hold) await sink.drain();
    },
    async close(moments = null) {
      await pump;
      sink.write(held + renderer.end(keeper.times(moments)));
      await sink.end();
    },
  };
}
