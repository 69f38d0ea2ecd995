const authenticated = "system:authenticated";
const unauthenticated = "system:unauthenticated";

/**
 * The groups that the server gives a user beside those it was told: every authenticated user is in
 * `system:authenticated`, the anonymous one in `system:unauthenticated`, and a ServiceAccount that was given
 * no group is in the two groups of ServiceAccounts.
 * Source of truth: apiserver/pkg/endpoints/filters/impersonation/impersonation.go.
 */
export function withImplicitGroups(username: string, groups: readonly string[]): readonly string[] {
  const given = groups.length > 0 ? groups : serviceAccountGroups(username);
  if (username === "system:anonymous") {
    return given.includes(unauthenticated) ? given : [...given, unauthenticated];
  }
  return given.includes(authenticated) || given.includes(unauthenticated) ? given : [...given, authenticated];
}

function serviceAccountGroups(username: string): readonly string[] {
  const match =
    /^system:serviceaccount:([a-z0-9](?:[-a-z0-9]*[a-z0-9])?):[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?$/.exec(
      username,
    );
  return match ? ["system:serviceaccounts", `system:serviceaccounts:${match[1]}`] : [];
}
