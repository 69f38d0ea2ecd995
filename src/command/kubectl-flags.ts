import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { quotedWord } from "../trace/diagnosis/shell-word.ts";

/** Which of the flags say what cluster it is and as whom, without a secret among them. */
const telling = [
  ["kubeconfig", "kubeconfig"],
  ["context", "context"],
  ["cluster", "cluster"],
  ["user", "user"],
  ["server", "server"],
  // Without these a server that is called by its address may not be believed.
  ["certificateAuthority", "certificate-authority"],
  ["tlsServerName", "tls-server-name"],
] as const;

/** The flags with which kubectl goes to the same cluster, as a shell takes them: "--context prod"; "" for its own default. */
export function kubectlFlagsOf(flags: ConnectionFlags): string {
  const named = telling.flatMap(([key, name]) => {
    const value = flags[key];
    return value === undefined ? [] : [`--${name} ${quotedWord(value, name.toUpperCase())}`];
  });
  return [...named, ...(flags.insecureSkipTlsVerify === true ? ["--insecure-skip-tls-verify"] : [])].join(
    " ",
  );
}
