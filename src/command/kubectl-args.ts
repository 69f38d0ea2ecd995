import type { ConnectionFlags } from "../cluster/connection-flags.ts";

/** A kubectl command line as the user typed it, taken apart as far as tracing needs. */
export interface KubectlArgs {
  /** The words for the real kubectl, with our verbosity where it is needed and the connection flags that stood before the command. */
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

/**
 * Everything is logged as at -v=9 but for kubectl's helpers.go: from level 6 on, kubectl up to 1.23 ends a failing command there with
 * a goroutine dump and exit code 255 instead of its own. klog takes the first pattern that fits.
 * Source of truth: kubectl/pkg/cmd/util/helpers.go, fatal; k8s.io/klog/v2, moduleSpec.Set.
 */
const verbosity = "--vmodule=helpers=1,*=9";

/** At -v=6 and from -v=9 on, the line of an answer carries its URL; at 7 and 8 it does not. */
function carriesUrls(userLevel: number): boolean {
  return userLevel === 6 || userLevel >= 9;
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
  const userLevel = readLevel(own);
  const flags = { ...before, ...readFlags(command, own) };
  if (isPlugin) return { args: words, userLevel, flags };
  const logged = carriesUrls(userLevel) ? own : [verbosity, ...withoutModules(own)];
  return { args: [...leading, ...wordsOf(before), ...logged, ...behind], userLevel, flags };
}

/** The last -v, in any of its spellings; 0 when there is none. */
function readLevel(words: readonly string[]): number {
  let level = 0;
  for (const [at, word] of words.entries()) {
    const attached = /^(?:--v=|-v=?)(-?\d+)$/.exec(word)?.[1];
    const separate = word === "-v" || word === "--v" ? /^-?\d+$/.exec(words[at + 1] ?? "")?.[0] : undefined;
    level = Number(attached ?? separate ?? level);
  }
  return level;
}

/** kubectl would let a later --vmodule win over ours. */
function withoutModules(words: readonly string[]): readonly string[] {
  return words.filter((word, at) => !/^--vmodule(=|$)/.test(word) && words[at - 1] !== "--vmodule");
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
