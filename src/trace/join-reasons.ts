/** `services "web" is forbidden: User "jane" cannot get resource "services" in API group "" in the namespace "shop"`. */
const forbidden =
  /^\S+(?: "[^"]*")? is forbidden: (User "(?:[^"\\]|\\.)*") cannot (\w+) resource "([^"]*)" in API group "[^"]*" (in the namespace "[^"]*"|at the cluster scope)/;

/**
 * Why several questions have no answer, in one line: each reason once; what one user may not read in one place is one sentence of
 * them all.
 */
export function joinReasons(reasons: readonly string[]): string {
  const rights = new Map<
    string,
    { readonly user: string; readonly where: string; readonly what: string[] }
  >();
  const others: string[] = [];
  for (const reason of new Set(reasons)) {
    const [, user, verb, resource, where] = forbidden.exec(reason) ?? [];
    if (user === undefined || where === undefined) {
      others.push(reason);
      continue;
    }
    const key = JSON.stringify([user, where]);
    const known = rights.get(key) ?? { user, where, what: [] };
    known.what.push(`${verb} ${resource}`);
    rights.set(key, known);
  }
  const sentences = [...rights.values()].map(
    ({ user, where, what }) => `forbidden: ${user} cannot ${[...new Set(what)].join(", ")} ${where}`,
  );
  // One alone keeps the server's own words.
  return reasons.length === 1 ? (reasons[0] ?? "") : [...sentences, ...others].join("; ");
}
