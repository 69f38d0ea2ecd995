import type { RequestInfo } from "../api/request-info.ts";
import { withImplicitGroups } from "../rbac/implicit-groups.ts";
import type { RbacPolicy } from "../rbac/policy.ts";
import { refuse } from "./authorization.ts";
import { type Answer, badRequest } from "./status.ts";
import type { Identity } from "./users.ts";

/** Every header of a request as [lower-case name, value], in order; a name may occur more than once. */
export type HeaderList = readonly (readonly [string, string])[];

/** One thing that a request asks to be, each of which needs its own permission. */
interface Claim {
  readonly kind: "User" | "ServiceAccount" | "Group" | "UserExtra" | "UID";
  readonly namespace: string;
  readonly name: string;
  /** The key of an extra. */
  readonly key: string;
}

/**
 * The user that the request asks to be, when the real one may; null when it asks for nothing, an Answer when refused.
 * Source of truth: apiserver/pkg/endpoints/filters/impersonation/impersonation.go.
 */
export function impersonate(
  policy: RbacPolicy,
  real: Identity,
  headers: HeaderList,
): { readonly identity: Identity } | { readonly refusal: Answer } | null {
  const claims = readClaims(headers);
  if (claims.length === 0) return null;
  if (!claims.some(({ kind }) => kind === "User" || kind === "ServiceAccount")) {
    return {
      refusal: badRequest(`requested [${claims.map(goStruct).join(" ")}] without impersonating a user`),
    };
  }
  for (const claim of claims) {
    const refusal = refuse(policy, real, attributesOf(claim));
    if (refusal !== null) return { refusal };
  }
  return { identity: identityOf(claims) };
}

const extraPrefix = "impersonate-extra-";

function readClaims(headers: HeaderList): Claim[] {
  const values = (name: string): string[] =>
    headers.filter(([key]) => key === name).map(([, value]) => value);
  const claim = (kind: Claim["kind"], name: string, key = ""): Claim => ({ kind, namespace: "", name, key });
  const [user = ""] = values("impersonate-user");
  const [uid = ""] = values("impersonate-uid");
  return [
    ...(user === "" ? [] : [userClaim(user)]),
    ...values("impersonate-group").map((group) => claim("Group", group)),
    ...headers
      .filter(([name]) => name.startsWith(extraPrefix))
      .map(([name, value]) => claim("UserExtra", value, decodeKey(name.slice(extraPrefix.length)))),
    ...(uid === "" ? [] : [claim("UID", uid)]),
  ];
}

function userClaim(user: string): Claim {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace === undefined || name === undefined
    ? { kind: "User", namespace: "", name: user, key: "" }
    : { kind: "ServiceAccount", namespace, name, key: "" };
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key; // kept as it came, as the API server does
  }
}

const resources: Readonly<Record<Claim["kind"], string>> = {
  User: "users",
  ServiceAccount: "serviceaccounts",
  Group: "groups",
  UserExtra: "userextras",
  UID: "uids",
};

function attributesOf({ kind, namespace, name, key }: Claim): RequestInfo {
  const inAuthentication = kind === "UserExtra" || kind === "UID";
  return {
    isResourceRequest: true,
    path: "",
    verb: "impersonate",
    apiPrefix: "",
    apiGroup: inAuthentication ? "authentication.k8s.io" : "",
    apiVersion: "v1",
    namespace,
    resource: resources[kind],
    subresource: key,
    name,
    fieldSelector: "",
    labelSelector: "",
    parts: [],
  };
}

function identityOf(claims: readonly Claim[]): Identity {
  const of = (kind: Claim["kind"]): readonly Claim[] => claims.filter((claim) => claim.kind === kind);
  const [account] = of("ServiceAccount");
  const username =
    account === undefined
      ? (of("User")[0]?.name ?? "")
      : `system:serviceaccount:${account.namespace}:${account.name}`;
  const extra: Record<string, string[]> = {};
  for (const { key, name } of of("UserExtra")) extra[key] = [...(extra[key] ?? []), name];
  return {
    username,
    uid: of("UID")[0]?.name ?? "",
    groups: withImplicitGroups(
      username,
      of("Group").map(({ name }) => name),
    ),
    extra,
  };
}

/** An ObjectReference as Go prints it, which is what the API server's message has. */
function goStruct({ kind, namespace, name, key }: Claim): string {
  const apiVersion = kind === "UserExtra" || kind === "UID" ? "authentication.k8s.io/v1" : "";
  return `{${[kind, namespace, name, "", apiVersion, "", key].join(" ")}}`;
}
