/** Flags whose value may be a secret or the body of a request. */
const secretFlags = new Set([
  "--token",
  "--password",
  "--docker-password",
  "--from-literal",
  "--patch",
  "--overrides",
  "--data",
  "--env",
  "--exec-env",
  "--auth-provider-arg",
]);

/**
 * A command line as one would type it, secrets left out: `kubectl --token=<redacted> get pods -l 'a in (b)'`.
 * Not yet sanitized.
 */
export function commandText(command: readonly string[]): string {
  const words: string[] = [];
  for (let i = 0; i < command.length; i++) {
    const argument = command[i] ?? "";
    const equals = argument.indexOf("=");
    const flag = equals === -1 ? argument : argument.slice(0, equals);
    if (!isSecretFlag(flag, command)) {
      words.push(quoted(argument));
    } else if (equals !== -1) {
      words.push(`${flag}=<redacted>`);
    } else {
      words.push(flag, "<redacted>");
      i += 1;
    }
  }
  return words.join(" ");
}

/** `-p` is the patch of `kubectl patch`, and a switch of `kubectl logs`. */
function isSecretFlag(flag: string, command: readonly string[]): boolean {
  return secretFlags.has(flag) || (flag === "-p" && command.includes("patch"));
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
