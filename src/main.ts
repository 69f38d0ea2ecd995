import packageJson from "../package.json" with { type: "json" };
import type { Invocation } from "./cli/invocation.ts";
import { parseArgs } from "./cli/parse-args.ts";
import type { ConnectionFlags } from "./cluster/connection-flags.ts";
import { exitCodes, TraceError, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { sanitize } from "./render/sanitize.ts";

/** The one place that touches the process: makes it an Io, runs the command, turns its end into an exit code. */
async function main(): Promise<number> {
  const io = createIo();
  try {
    const surroundings = { version: packageJson.version, stdinIsPiped: () => !io.stdinIsTerminal };
    return await runInvocation(parseArgs(process.argv.slice(2), surroundings), io);
  } catch (error) {
    return report(error, io);
  }
}

async function runInvocation(invocation: Invocation, io: Io): Promise<number> {
  switch (invocation.verb) {
    case "run":
      return await (await import("./command/run.ts")).run(invocation.options, io);
    case "parse":
      return await (await import("./command/parse.ts")).run(invocation.options, io);
    case "resolve":
      return await (await import("./command/resolve.ts")).run(invocation.options, io);
    case "request":
      return await (await import("./command/request.ts")).run(invocation.options, io);
    case "check":
      return await (await import("./command/check.ts")).run(invocation.options, readerDeps(io));
    case "snapshot":
      return await (await import("./command/snapshot.ts")).run(invocation.options, readerDeps(io));
    case "sandbox":
      return await (await import("./command/sandbox.ts")).run(invocation.options, { io });
    case "complete":
      return await complete(invocation.words, io);
    case "print":
      io.stdout.write(invocation.text);
      return exitCodes.ok;
    default:
      return invocation satisfies never;
  }
}

function readerDeps(io: Io) {
  return {
    io,
    openReader: async (flags: ConnectionFlags, otherwise?: string) =>
      await (await import("./cluster/live/live-reader.ts")).openReader(flags, io.env, io.signal, otherwise),
    listContexts: async (flags: ConnectionFlags) => {
      const { listContexts } = await import("./cluster/kubeconfig/kubeconfig.ts");
      return (await listContexts(flags, { env: io.env })).map(({ name }) => name);
    },
  };
}

async function complete(words: readonly string[], io: Io): Promise<number> {
  const [{ planCompletion }, command] = await Promise.all([
    import("./cli/completion.ts"),
    import("./command/complete.ts"),
  ]);
  return await command.run(planCompletion(words), io);
}

/** The one catch: an error for people is two lines, whatever else is a mistake of ours and says so. */
function report(error: unknown, io: Io): number {
  if (io.signal.aborted) return exitCodes.interrupted;
  if (error instanceof TraceError) {
    io.stderr.write(`error: ${sanitize(error.message)}\nhint: ${sanitize(error.hint)}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(`error: unexpected: ${sanitize(message)}\n`);
  io.stderr.write(
    "hint: this is a mistake in kubectl-trace, please report it with KUBECTL_TRACE_DEBUG=1 set\n",
  );
  if (io.env["KUBECTL_TRACE_DEBUG"] && error instanceof Error) io.stderr.write(`${error.stack}\n`);
  return exitCodes.no;
}

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Somebody who asks this often wants us gone, whatever is still under way. */
const patience = 3;

function createIo(): Io {
  const abort = new AbortController();
  const listeners = new Set<(name: NodeJS.Signals) => void>();
  let signals = 0;
  for (const name of stopSignals) {
    process.on(name, () => {
      signals += 1;
      if (signals >= patience) process.exit(exitCodes.interrupted);
      for (const listener of listeners) listener(name);
      abort.abort(name);
    });
  }
  return {
    version: packageJson.version,
    // Opening a stream costs milliseconds: each is opened by whoever first needs it.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return forgiving(process.stdout);
    },
    get stderr() {
      return forgiving(process.stderr);
    },
    env: process.env,
    get cwd() {
      return workingFolder();
    },
    get stdinIsTerminal() {
      return process.stdin.isTTY === true;
    },
    get stdoutIsTerminal() {
      return process.stdout.isTTY === true;
    },
    get stderrIsTerminal() {
      return process.stderr.isTTY === true;
    },
    get columns() {
      // A terminal that does not know its width, as some of CI systems, says 0.
      return process.stdout.isTTY ? process.stdout.columns || 80 : null;
    },
    now: () => performance.now(),
    date: () => new Date(),
    signal: abort.signal,
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Somebody may have removed it: then only what names files in it has to fail. Throws UsageError. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new UsageError("the working folder has been removed", "cd to a folder that exists");
  }
}

/** A closed pipe is no failure of ours: whoever writes looks at the stream's state. */
function forgiving(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (stream.listenerCount("error", ignore) === 0) stream.on("error", ignore);
  return stream;
}

function ignore(): void {}

// A mistake of ours in something nobody waits for must still end as two lines.
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => process.exit(report(error, createIo())));
}

// Open connections and a half-read stdin must not keep a finished command alive.
main().then((code) => process.exit(code));
