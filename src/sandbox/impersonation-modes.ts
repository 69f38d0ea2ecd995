import type { RequestInfo } from "../api/request-info.ts";
import type { WantedUser } from "./impersonation-headers.ts";

/** A way in which somebody may be let to act as somebody else. */
export interface ImpersonationMode {
  /** Is it one for that user? */
  readonly applies: (wanted: WantedUser) => boolean;
  /** All that the real user must be allowed, in the order in which it is asked. */
  readonly asks: (wanted: WantedUser, info: RequestInfo) => readonly RequestInfo[];
  /** The groups that the wanted user has, beside the implicit ones. */
  readonly groups: (wanted: WantedUser) => readonly string[];
}

const authentication = "authentication.k8s.io";

/** The verb `impersonate` on each thing asked for; users and groups are in the core group. */
export const legacyMode: ImpersonationMode = {
  applies: () => true,
  asks: (wanted) => claims(wanted, "impersonate", ""),
  groups: ({ groups }) => groups,
};

/**
 * Source of truth: mode.go in apiserver/pkg/endpoints/filters/impersonation. A ServiceAccount that acts as the node of its own
 * pod has a mode too; no token of the sandbox is bound to a pod.
 */
export const impersonationModes: readonly ImpersonationMode[] = [
  constrained("arbitrary-node", (wanted) => hasOnlyName(wanted) && nodeOf(wanted.name) !== null),
  constrained("serviceaccount", (wanted) => hasOnlyName(wanted) && accountOf(wanted.name) !== null),
  constrained("user-info", ({ name }) => nodeOf(name) === null && accountOf(name) === null),
  legacyMode,
];

/** Asks for the request itself, with a verb that says how, and then for each thing. */
function constrained(mode: string, applies: ImpersonationMode["applies"]): ImpersonationMode {
  return {
    applies,
    asks: (wanted, info) => [
      { ...info, verb: `impersonate-on:${mode}:${info.verb}` },
      ...claims(wanted, `impersonate:${mode}`, authentication),
    ],
    groups: (wanted) => (mode === "arbitrary-node" ? ["system:nodes"] : wanted.groups),
  };
}

function hasOnlyName({ uid, groups, extra }: WantedUser): boolean {
  return uid === "" && groups.length === 0 && Object.keys(extra).length === 0;
}

function nodeOf(username: string): string | null {
  return /^system:node:(.+)$/.exec(username)?.[1] ?? null;
}

/** Source of truth: SplitUsername in apiserver/pkg/authentication/serviceaccount/util.go. */
function accountOf(username: string): { readonly namespace: string; readonly name: string } | null {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  if (namespace === undefined || name === undefined) return null;
  const isValid = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace) && subdomain.test(name);
  return isValid ? { namespace, name } : null;
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function claims(wanted: WantedUser, verb: string, group: string): RequestInfo[] {
  const { uid, groups, extra } = wanted;
  const legacy = group === "";
  const uids = uid === "" ? [] : [claim(verb, authentication, "uids", uid)];
  const allExtra = Object.entries(extra).flatMap(([key, values]) =>
    values.map((value) => ({ ...claim(verb, authentication, "userextras", value), subresource: key })),
  );
  return [
    nameClaim(wanted.name, verb, group, !legacy),
    ...uids,
    ...groups.map((name) => claim(verb, group, "groups", name)),
    ...allExtra,
  ];
}

function nameClaim(username: string, verb: string, group: string, knowsNodes: boolean): RequestInfo {
  const account = accountOf(username);
  const node = nodeOf(username);
  if (account !== null) {
    return { ...claim(verb, group, "serviceaccounts", account.name), namespace: account.namespace };
  }
  return knowsNodes && node !== null
    ? claim(verb, group, "nodes", node)
    : claim(verb, group, "users", username);
}

function claim(verb: string, apiGroup: string, resource: string, name: string): RequestInfo {
  return {
    isResourceRequest: true,
    path: "",
    verb,
    apiPrefix: "",
    apiGroup,
    apiVersion: "v1",
    namespace: "",
    resource,
    subresource: "",
    name,
    fieldSelector: "",
    labelSelector: "",
    parts: [],
  };
}
