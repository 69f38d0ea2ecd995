import { goQuote } from "../rbac/go-quote.ts";
import type { HeaderList } from "./impersonation.ts";
import { type Answer, badRequest, plainText } from "./status.ts";

/** Who a request asks to be: authentication/user DefaultInfo. */
export interface WantedUser {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const extraPrefix = "impersonate-extra-";

/** The Impersonate-… headers; null when there are none, or nothing but an empty name. */
export function parseWantedUser(headers: HeaderList): WantedUser | null {
  const values = (name: string): string[] =>
    headers.filter(([key]) => key === name).map(([, value]) => value);
  const [name = ""] = values("impersonate-user");
  const [uid = ""] = values("impersonate-uid");
  const groups = values("impersonate-group");
  const extra: Record<string, string[]> = {};
  for (const [header, value] of headers.filter(([one]) => one.startsWith(extraPrefix))) {
    const key = decodeKey(header.slice(extraPrefix.length)).toLowerCase();
    extra[key] = [...(extra[key] ?? []), value];
  }
  const isEmpty = name === "" && uid === "" && groups.length === 0 && Object.keys(extra).length === 0;
  return isEmpty ? null : { name, uid, groups, extra };
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key; // kept as it came, as the API server does
  }
}

/** For one who asks to be a group, a UID or an extra of nobody. The API server's message is what Go prints of its own values. */
export function withoutUserError(wanted: WantedUser, path: string, isConstrained: boolean): Answer {
  if (!isConstrained) {
    const message = `requested [${oldRequests(wanted).join(" ")}] without impersonating a user`;
    return plainText(500, `Internal Server Error: ${JSON.stringify(path)}: ${message}`);
  }
  const answer = badRequest(`requested ${goSyntax(wanted)} without impersonating a user name`);
  return { ...answer, headers: { ...answer.headers, "X-Content-Type-Options": "nosniff" } };
}

/** Go's %#v of a DefaultInfo. */
function goSyntax({ name, uid, groups, extra }: WantedUser): string {
  const list = (texts: readonly string[]): string => `[]string{${texts.map(goQuote).join(", ")}}`;
  const keys = Object.keys(extra).sort();
  const pairs = keys.map((key) => `${goQuote(key)}:${list(extra[key] ?? [])}`);
  const allGroups = groups.length === 0 ? "[]string(nil)" : list(groups);
  const allExtra =
    keys.length === 0 ? "map[string][]string(nil)" : `map[string][]string{${pairs.join(", ")}}`;
  return `&user.DefaultInfo{Name:${goQuote(name)}, UID:${goQuote(uid)}, Groups:${allGroups}, Extra:${allExtra}}`;
}

/** Go's %v of ObjectReferences: kind, namespace, name, UID, version, resourceVersion, field. */
function oldRequests({ uid, groups, extra }: WantedUser): string[] {
  const struct = (kind: string, name: string, apiVersion = "", key = ""): string =>
    `{${[kind, "", name, "", apiVersion, "", key].join(" ")}}`;
  const version = "authentication.k8s.io/v1";
  return [
    ...groups.map((group) => struct("Group", group)),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => struct("UserExtra", value, version, key)),
    ),
    ...(uid === "" ? [] : [struct("UID", uid, version)]),
  ];
}
