import type { ConnectionFlags } from "../cluster/connection-flags.ts";

/** A kubectl command line as the user typed it, taken apart as far as tracing needs. */
export interface KubectlArgs {
  /** The words for the real kubectl, with our verbosity and the connection flags that stood before the command. */
  readonly args: readonly string[];
  /** The user's own -v; 0 when there is none. */
  readonly userLevel: number;
  /** Connection flags on either side of the command: the later one wins, as in kubectl. */
  readonly flags: ConnectionFlags;
}

/** kubectl's global flags that take a value (kubectl/pkg/cmd/cmd.go, genericclioptions/config_flags.go). */
const valueFlags = {
  "--kubeconfig": "kubeconfig",
  "--context": "context",
  "--cluster": "cluster",
  "--user": "user",
  "--namespace": "namespace",
  "-n": "namespace",
  "--server": "server",
  "-s": "server",
  "--token": "token",
  "--as": "as",
  "--as-group": "asGroup",
  "--as-uid": "asUid",
  "--as-user-extra": "asUserExtra",
  "--certificate-authority": "certificateAuthority",
  "--client-certificate": "clientCertificate",
  "--client-key": "clientKey",
  "--tls-server-name": "tlsServerName",
  "--request-timeout": "requestTimeout",
} as const satisfies Record<string, keyof ConnectionFlags>;

const repeated: ReadonlySet<string> = new Set(["asGroup", "asUserExtra"]);

/** At -v=6 and from -v=9 on, the line of an answer carries its URL; at 7 and 8 it does not. */
export function levelThatCarriesUrls(userLevel: number): number {
  return userLevel === 6 || userLevel >= 9 ? userLevel : 9;
}

/**
 * @param words the kubectl command line without "kubectl"
 * @param before connection flags that stood before the command, where they are ours to read
 * @param isPlugin the command is a kubectl plugin, which need not know -v: it is left as it is
 */
export function readKubectlArgs(
  words: readonly string[],
  before: ConnectionFlags,
  isPlugin: boolean,
): KubectlArgs {
  // Behind `--` the line may begin with kubectl's own flags.
  const leading = words[0]?.startsWith("-") ? [] : words.slice(0, 1);
  const rest = words.slice(leading.length);
  const command = leading[0] ?? firstCommand(words);
  const end = rest.indexOf("--");
  const own = end < 0 ? rest : rest.slice(0, end);
  const behind = end < 0 ? [] : rest.slice(end);
  const verbosity = takeVerbosity(own);
  const flags = { ...before, ...readFlags(command, own) };
  if (isPlugin) return { args: words, userLevel: verbosity.level, flags };
  const level = `-v=${levelThatCarriesUrls(verbosity.level)}`;
  return {
    args: [...leading, level, ...wordsOf(before), ...verbosity.words, ...behind],
    userLevel: verbosity.level,
    flags,
  };
}

/** The words without -v in any of its spellings: kubectl would let a later one win over ours. */
function takeVerbosity(words: readonly string[]): {
  readonly words: readonly string[];
  readonly level: number;
} {
  const kept: string[] = [];
  let level = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const attached = /^(?:--v=|-v=?)(-?\d+)$/.exec(word);
    const separate = (word === "-v" || word === "--v") && /^-?\d+$/.test(words[at + 1] ?? "");
    if (attached !== null) level = Number(attached[1]);
    else if (separate) {
      at += 1;
      level = Number(words[at]);
    } else kept.push(word);
  }
  return { words: kept, level };
}

/** The first word that is neither a global flag nor its value. */
function firstCommand(words: readonly string[]): string {
  return words.find((word, at) => !word.startsWith("-") && !((words[at - 1] ?? "") in valueFlags)) ?? "";
}

/** Local flags of these commands have the names of global ones. */
function isLocalFlag(command: string, words: readonly string[], flag: string): boolean {
  if (command === "config") return true;
  const bindsSubject = command === "set" || (command === "create" && /binding$/.test(words[0] ?? ""));
  return flag === "--user" && bindsSubject;
}

function readFlags(command: string, words: readonly string[]): ConnectionFlags {
  const found: Record<string, string | boolean | string[]> = {};
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (/^--insecure-skip-tls-verify(=|$)/.test(word))
      found["insecureSkipTlsVerify"] = !/=(false|0|f)$/i.test(word);
    const [flag, attached] = splitFlag(word);
    const name = valueFlags[flag as keyof typeof valueFlags] as keyof ConnectionFlags | undefined;
    if (name === undefined || isLocalFlag(command, words, flag)) continue;
    if (attached === null) at += 1;
    const value = attached ?? words[at];
    if (value === undefined) continue;
    const before = found[name];
    found[name] = repeated.has(name) ? [...(Array.isArray(before) ? before : []), value] : value;
  }
  return found as ConnectionFlags;
}

/** `--context=x`, `-nx` and `-n=x` carry their value; `-n x` does not. */
function splitFlag(word: string): readonly [flag: string, attached: string | null] {
  const long = /^(--[a-z-]+)=(.*)$/s.exec(word);
  if (long !== null) return [long[1] ?? "", long[2] ?? ""];
  const short = /^(-[ns])=?(.+)$/s.exec(word);
  if (short !== null) return [short[1] ?? "", short[2] ?? ""];
  return [word, null];
}

function wordsOf(flags: ConnectionFlags): string[] {
  const spelling = new Map<string, string>(
    Object.entries(valueFlags).flatMap(([flag, name]) => (flag.startsWith("--") ? [[name, flag]] : [])),
  );
  return Object.entries(flags).flatMap(([name, value]: [string, unknown]) => {
    if (name === "insecureSkipTlsVerify") return [`--insecure-skip-tls-verify=${value}`];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((one) => `${spelling.get(name)}=${one}`);
  });
}
