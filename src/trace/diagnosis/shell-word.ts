/** Text from outside stands in a command only when a shell takes it as it is. */
export function word(text: string, otherwise: string): string {
  return /^[\w./:@-]{1,253}$/.test(text) && !text.startsWith("-") ? text : otherwise;
}
