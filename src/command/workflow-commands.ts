/** Plain lines with a blank in what GitHub Actions would take for a command. */
export function withoutPlainCommands(text: string): string {
  return text.replaceAll("##[", "## [").replaceAll(/^([^\S\n]*):(?=:)/gm, "$1: ");
}
