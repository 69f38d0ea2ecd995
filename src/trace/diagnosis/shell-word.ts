/** Text from outside stands in a command only when a shell takes it as it is. */
export function word(text: string, otherwise: string): string {
  return /^[\w./:@-]{1,253}$/.test(text) && !text.startsWith("-") ? text : otherwise;
}

/** The same of what its owner named himself, such as a context or a file, in quotes where a shell needs them. */
export function quotedWord(text: string, otherwise: string): string {
  const isPlain = word(text, "") !== "";
  if (isPlain || !/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,1024}$/u.test(text)) return word(text, otherwise);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** "widgets.example.com": a resource, as kubectl takes it. */
export function resourceWord({
  resource,
  apiGroup,
}: {
  readonly resource: string;
  readonly apiGroup: string;
}): string {
  return `${word(resource, "RESOURCE")}${apiGroup === "" ? "" : `.${word(apiGroup, "GROUP")}`}`;
}
