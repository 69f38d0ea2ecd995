/**
 * The same diagnosis or finding, whose commands go to the cluster that was asked: what kubectl takes without flags may be another one.
 * `flags`: as a shell takes them ("--context prod"); "" for kubectl's own default.
 */
export function onCluster<T extends { readonly advice: readonly string[] }>(found: T, flags: string): T {
  if (flags === "") return found;
  return { ...found, advice: found.advice.map((line) => withFlags(line, flags)) };
}

/** A plugin's flags stand behind its name and verb, kubectl's own anywhere: first, so that a pipe may follow. */
function withFlags(line: string, flags: string): string {
  return line.replace(/^kubectl(?: trace \w+)?(?= )/, (command) => `${command} ${flags}`);
}
