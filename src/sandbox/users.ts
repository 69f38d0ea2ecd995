import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { KubeObject } from "../cluster/kube-object.ts";
import type { Snapshot } from "../cluster/snapshot/snapshot.ts";
import { isOfKind } from "../cluster/snapshot/snapshot-objects.ts";
import { withImplicitGroups } from "../rbac/implicit-groups.ts";
import type { KeyPair } from "./certificates.ts";
import { list, text } from "./fields.ts";

/** Who a request is, as authentication or impersonation found: k8s.io/apiserver/pkg/authentication/user. */
export interface Identity {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Somebody who can use the sandbox: a user and context of its kubeconfig. */
export interface SandboxUser {
  /** Name of the user and of the context. */
  readonly name: string;
  readonly identity: Identity;
  /** Namespace of the context; "default" unless the user's rights are in another one. */
  readonly namespace: string;
  /** Bearer token, new at each start; "" for the anonymous. */
  readonly token: string;
  /** Used instead of the token in the kubeconfig. */
  readonly clientCertificate?: KeyPair;
}

export const anonymousIdentity: Identity = {
  username: "system:anonymous",
  uid: "",
  groups: ["system:unauthenticated"],
  extra: {},
};

/**
 * An administrator with a client certificate, everybody whom a binding of the snapshot names (except the system's
 * own users), a nobody without rights, and the anonymous.
 */
export function createUsers(
  snapshot: Pick<Snapshot, "items" | "user">,
  adminCertificate: KeyPair,
): SandboxUser[] {
  const admin = {
    ...newUser("admin", "admin", ["system:masters"], "default"),
    clientCertificate: adminCertificate,
  };
  const nobody = newUser("nobody", "nobody", [], "default");
  const anonymous = { name: "anonymous", identity: anonymousIdentity, namespace: "default", token: "" };
  const named = [...subjectUsers(snapshot.items), ...snapshotUser(snapshot)];
  const byName = new Map<string, SandboxUser>();
  for (const user of [admin, ...named, nobody, anonymous]) {
    if (!byName.has(user.name)) byName.set(user.name, user);
  }
  return [...byName.values()];
}

function snapshotUser({ user }: Pick<Snapshot, "user">): SandboxUser[] {
  return user === null ? [] : [newUser(user.username, user.username, user.groups, "default", user.uid)];
}

function subjectUsers(items: readonly KubeObject[]): SandboxUser[] {
  return items
    .filter((object) =>
      ["RoleBinding", "ClusterRoleBinding"].some((kind) => isOfKind(object, rbacGroup, kind)),
    )
    .flatMap((binding) => list(binding, "subjects").flatMap((one) => subjectUser(one, binding, items)));
}

const rbacGroup = "rbac.authorization.k8s.io";

function subjectUser(
  subject: unknown,
  { metadata }: KubeObject,
  items: readonly KubeObject[],
): SandboxUser[] {
  const name = text(subject, "name");
  const namespace = text(subject, "namespace") || (metadata.namespace ?? "");
  const home = metadata.namespace ?? "default";
  if (name === "" || name.startsWith("system:") || namespace === "kube-system") return [];
  switch (text(subject, "kind")) {
    case "User":
      return [newUser(name, name, [], home)];
    case "Group":
      return [newUser(`member-of-${name}`, `member-of-${name}`, [name], home)];
    case "ServiceAccount":
      return [serviceAccountUser(namespace, name, items)];
    default:
      return [];
  }
}

/** By a token that says of itself which it is: k/k pkg/serviceaccount/claims.go. */
function serviceAccountUser(namespace: string, name: string, items: readonly KubeObject[]): SandboxUser {
  const account = items.find(
    (object) =>
      isOfKind(object, "", "ServiceAccount") &&
      object.metadata.name === name &&
      object.metadata.namespace === namespace,
  );
  const username = `system:serviceaccount:${namespace}:${name}`;
  const user = newUser(`${namespace}:${name}`, username, [], namespace, text(account, "metadata.uid"));
  const extra = { "authentication.kubernetes.io/credential-id": [`JTI=${randomUUID()}`] };
  return { ...user, identity: { ...user.identity, extra } };
}

function newUser(
  name: string,
  username: string,
  groups: readonly string[],
  namespace: string,
  uid = "",
): SandboxUser {
  const identity = { username, uid, groups: withImplicitGroups(username, groups), extra: {} };
  return { name, identity, namespace, token: newToken(username) };
}

/** Random; a ServiceAccount's has the three parts of a JWT, as a real one has. */
function newToken(username: string): string {
  const secret = randomBytes(32).toString("base64url");
  if (!username.startsWith("system:serviceaccount:")) return secret;
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { aud: ["sandbox"], iss: "https://kubernetes.default.svc.cluster.local", sub: username };
  return `${part({ alg: "ES256", kid: "sandbox" })}.${part(claims)}.${secret}`;
}

/** Whose token it is. Compared in constant time, as credentials are. */
export function findByToken(users: readonly SandboxUser[], token: string): SandboxUser | undefined {
  const digest = sha256(token);
  return users.find((user) => user.token !== "" && timingSafeEqual(sha256(user.token), digest));
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
