import { TraceError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { resolveTrace } from "../trace/resolve-trace.ts";
import { openByteSink } from "./byte-sink.ts";
import { openClusters } from "./clusters.ts";
import { readKubectlArgs } from "./kubectl-args.ts";
import { kubectlFlagsOf } from "./kubectl-flags.ts";
import { findKubectl, isKubectlPlugin, runKubectl } from "./kubectl-process.ts";
import { createStderrFilter } from "./stderr-filter.ts";
import type { TraceOptions } from "./trace-options.ts";
import { openTraceOutput } from "./trace-output.ts";

export interface RunOptions extends TraceOptions {
  /** The kubectl command line, without "kubectl". */
  readonly args: readonly string[];
}

/**
 * Runs the real kubectl with verbose logging and traces what it did. Its exit code is ours; its output goes on to
 * where it would have gone, or to stderr when stdout is a pipe that takes the trace.
 * Throws TraceError when there is no kubectl to run, UsageError for flags that would not reach a plugin.
 */
export async function run(options: RunOptions, io: Io): Promise<number> {
  const kubectl = needKubectl(io);
  const plugin = isKubectlPlugin(options.args[0] ?? "", io.env);
  if (plugin) refuseFlagsBefore(options);
  const { args, userLevel, flags } = readKubectlArgs(options.args, options.flags, plugin);
  const shares = io.stdoutIsTerminal && options.to === null;
  const questions = new AbortController();
  const clusters = await openClusters({ ...options, flags }, io, "own", questions.signal);
  // kubectl takes a user name and a password on its command line; of those we know nothing.
  const own = !args.some((word) => /^--(?:username|password)(?:=|$)/.test(word));
  const output = await openTraceOutput(
    // Of a plugin it is not known what it sent: it need not log anything.
    { ...options, hold: shares, ...(plugin ? {} : { command: ["kubectl", ...options.args] }) },
    io,
  );
  const { createLogParser } = await import("../log/parser.ts");
  const stderr = openByteSink(io.stderr);
  let answered = false;
  const parser = createLogParser({
    file: "kubectl",
    onRoundTrip: (roundTrip) => {
      answered ||= roundTrip.outcome === "response";
      output.add(resolveTrace(roundTrip, { ...clusters, own }));
    },
    onLine: createStderrFilter(userLevel, stderr),
  });
  try {
    const running = runKubectl({
      kubectl,
      args,
      stdoutTo: shares || options.to !== null ? "stdout" : "stderr",
      io,
      onStderr: (chunk) => {
        parser.write(chunk);
        stderr.flush();
        void output.drain();
      },
    });
    // clusterOf tells whoever needs the cluster why it cannot be opened.
    const early = clusters.prefetch().catch(() => false);
    const { code, started, lengthMs } = await running;
    // Who has broken off a login is not asked to log in again.
    if (io.signal.aborted && !answered && !(await early)) questions.abort();
    // Ctrl-C was for kubectl; a second one is for us.
    io.onSignal(() => questions.abort());
    parser.end();
    stderr.flush();
    const client = parser.client();
    // Who sent nothing needs no kubeconfig: that one cannot be read must not matter then.
    const credentialPlugin = client && (await clusters.credentialPlugin());
    const firstEntry = client?.firstEntry ?? null;
    const kubectlFlags = kubectlFlagsOf(flags);
    await output.close({
      started: client && started,
      lengthMs,
      firstEntry,
      credentialPlugin,
      kubectlFlags,
    });
    return code;
  } finally {
    await clusters.close();
  }
}

function needKubectl({ env }: Io): string {
  const kubectl = findKubectl(env);
  if (kubectl !== null) return kubectl;
  throw new TraceError(
    "there is no kubectl on the PATH",
    "install kubectl, or pipe a saved log into kubectl trace",
  );
}

/** As kubectl does: a plugin that never hears of its --context would work on another cluster. */
function refuseFlagsBefore({ args, flags }: RunOptions): void {
  if (Object.keys(flags).length === 0) return;
  throw new UsageError(
    `kubectl ${args[0]} is a plugin: it is not told of connection flags before its name`,
    "put them behind it, as kubectl itself asks for",
  );
}
