import type { TestContext } from "node:test";
import { temporaryFolder } from "../helpers/kubeconfigs.ts";
import { type Ended, fakeKubectl, type Running, type RunOptions, startTrace } from "./processes.ts";

/** `kubectl trace` with a kubectl that does what a real one cannot be made to do. */

export const server = "https://10.0.0.1:6443";
/** Waits in sh until the file is there; never for long. */
export const until = (file: string): string =>
  `n=0; while [ ! -e ${file} ] && [ $n -lt 400 ]; do sleep 0.05; n=$((n+1)); done`;
export const line = (path: string, status = "200 OK"): string =>
  `I0122 17:09:32.381792  360675 round_trippers.go:632] "Response" verb="GET" url="${server}${path}" status="${status}" milliseconds=3`;

export interface Fake {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function fake(t: TestContext, script: string): Promise<Fake> {
  const folder = await temporaryFolder(t);
  return { folder, env: { HOME: folder, PATH: fakeKubectl(folder, script) } };
}

export function traceWith({ folder, env }: Fake, args: readonly string[], options: RunOptions = {}): Running {
  return startTrace(["--offline", ...args], { cwd: folder, env, ...options });
}

export async function run(
  t: TestContext,
  script: string,
  args: readonly string[] = ["get", "pods"],
  options: RunOptions = {},
): Promise<Ended> {
  return await traceWith(await fake(t, script), args, options).ended;
}
