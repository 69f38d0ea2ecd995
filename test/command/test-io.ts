import { PassThrough, Readable } from "node:stream";
import type { Io } from "../../src/io.ts";

export interface TestIo extends Io {
  readonly stdoutText: () => string;
  readonly stderrText: () => string;
  /** As Ctrl-C. */
  readonly interrupt: () => void;
}

/** An Io whose streams are kept as text. */
export function createTestIo(given: Partial<Io> & { readonly input?: string } = {}): TestIo {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = [stdout, stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString("utf8");
  });
  const abort = new AbortController();
  return {
    stdin: Readable.from(given.input === undefined ? [] : [Buffer.from(given.input)]),
    stdout,
    stderr,
    env: {},
    version: "0.0.0",
    cwd: process.cwd(),
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: null,
    now: () => performance.now(),
    date: () => new Date(),
    signal: abort.signal,
    onSignal: () => () => {},
    stdoutText: texts[0] ?? (() => ""),
    stderrText: texts[1] ?? (() => ""),
    interrupt: () => abort.abort(),
    ...given,
  };
}
