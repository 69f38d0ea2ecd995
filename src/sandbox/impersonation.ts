import type { RequestInfo } from "../api/request-info.ts";
import { withImplicitGroups } from "../rbac/implicit-groups.ts";
import type { RbacPolicy } from "../rbac/policy.ts";
import { refuse } from "./authorization.ts";
import { parseWantedUser, type WantedUser, withoutUserError } from "./impersonation-headers.ts";
import { type ImpersonationMode, impersonationModes, legacyMode } from "./impersonation-modes.ts";
import { minorOf, since } from "./release.ts";
import type { Answer } from "./status.ts";
import type { Identity } from "./users.ts";

/** Every header of a request as [lower-case name, value], in order; a name may occur more than once. */
export type HeaderList = readonly (readonly [string, string])[];

/** The user that a request asks to be, when the real one may; null when it asks for nothing, an Answer when refused. */
export type Impersonator = (
  real: Identity,
  headers: HeaderList,
  info: RequestInfo,
) => { readonly identity: Identity } | { readonly refusal: Answer } | null;

/**
 * Up to 1.35 there is one way to be let: the verb `impersonate`. Since then there is one for each kind of user beside it, each
 * of them asked until one allows; the first refusal is the one that is told. The way that last worked for somebody goes first.
 * Sources of truth: impersonation.go and constrained_impersonation.go in apiserver/pkg/endpoints/filters/impersonation.
 */
export function createImpersonator(policy: RbacPolicy, serverVersion: string): Impersonator {
  const isConstrained = minorOf(serverVersion) >= since.constrainedImpersonation;
  const modes = isConstrained ? impersonationModes : [legacyMode];
  const lastMode = new Map<string, ImpersonationMode>();
  return (real, headers, info) => {
    const wanted = parseWantedUser(headers);
    if (wanted === null) return null;
    if (wanted.name === "") return { refusal: withoutUserError(wanted, info.path, isConstrained) };
    const first = lastMode.get(real.username);
    const order = first === undefined ? modes : [first, ...modes.filter((mode) => mode !== first)];
    let refusal: Answer | null = null;
    for (const mode of order.filter(({ applies }) => applies(wanted))) {
      const no = refuseMode(policy, real, mode.asks(wanted, info));
      if (no === null) {
        lastMode.set(real.username, mode);
        return { identity: identityOf(wanted, mode.groups(wanted)) };
      }
      refusal ??= no;
    }
    return refusal === null ? null : { refusal };
  };
}

function refuseMode(policy: RbacPolicy, real: Identity, asked: readonly RequestInfo[]): Answer | null {
  for (const attributes of asked) {
    const refusal = refuse(policy, real, attributes);
    if (refusal !== null) return refusal;
  }
  return null;
}

function identityOf({ name, uid, extra }: WantedUser, groups: readonly string[]): Identity {
  return { username: name, uid, groups: withImplicitGroups(name, groups), extra };
}
