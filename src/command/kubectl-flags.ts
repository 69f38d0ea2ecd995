import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { quotedWord } from "../trace/diagnosis/shell-word.ts";

/** Which of the flags say what cluster it is and as whom, without a secret among them. */
const telling = ["kubeconfig", "context", "cluster", "user", "server"] as const;

/** The flags with which kubectl goes to the same cluster, as a shell takes them: "--context prod"; "" for its own default. */
export function kubectlFlagsOf(flags: ConnectionFlags): string {
  return telling
    .flatMap((name) => {
      const value = flags[name];
      return value === undefined ? [] : [`--${name} ${quotedWord(value, name.toUpperCase())}`];
    })
    .join(" ");
}
