import type { RequestInfo } from "../../api/request-info.ts";
import type { Impersonation } from "../../log/round-trip.ts";
import { resourceWord, word } from "./shell-word.ts";

/** What an authorizer is asked about. */
type Attributes = Pick<
  RequestInfo,
  "verb" | "resource" | "apiGroup" | "subresource" | "name" | "namespace" | "isResourceRequest" | "path"
>;

/** What to type to ask the same again, as whoever the request was made `as`. Without -A kubectl asks about the context's namespace. */
export function canI(attributes: Attributes, as: Impersonation | null): string {
  const { verb, subresource, name, namespace, isResourceRequest, path } = attributes;
  if (!isResourceRequest)
    return `kubectl auth can-i ${word(verb, "VERB")} ${word(path, "PATH")}${asText(as)}`;
  const what = resourceWord(attributes);
  const parts = [
    `kubectl auth can-i ${word(verb, "VERB")} ${what}${name === "" ? "" : `/${word(name, "NAME")}`}`,
  ];
  if (subresource !== "") parts.push(`--subresource=${word(subresource, "SUBRESOURCE")}`);
  parts.push(namespace === "" ? "-A" : `-n ${word(namespace, "NAMESPACE")}`);
  return `${parts.join(" ")}${asText(as)}`;
}

/** With its flags for everything that kubectl lets one name. */
export function asText(as: Impersonation | null): string {
  if (as === null) return "";
  const groups = as.groups.map((group) => ` --as-group=${word(group, "GROUP")}`);
  const uid = as.uid === "" ? "" : ` --as-uid=${word(as.uid, "UID")}`;
  return ` --as=${word(as.user, "USER")}${groups.join("")}${uid}`;
}

/** The authorizer's sentence of what may not be done, from 1.36 on with a verb of its own for each kind of impersonation. */
const refused =
  /^(?:\S+(?: "(?<name>[^"]*)")? is forbidden|forbidden): .*? cannot (?<verb>impersonate\S*) (?:path "(?<path>[^"]*)"|resource "(?<resource>[^"/]*)(?:\/(?<subresource>[^"]*))?" in API group "(?<group>[^"]*)"(?: in the namespace "(?<namespace>[^"]*)")?)/s;

/** What to type to ask whether the user himself may act as the one that the answer says he may not. */
export function canImpersonate(message: string): string {
  const { verb, resource, group, subresource, name, namespace, path } = refused.exec(message)?.groups ?? {};
  if (verb === undefined) return "kubectl auth can-i impersonate users";
  return canI(
    {
      verb,
      resource: resource ?? "",
      apiGroup: group ?? "",
      subresource: subresource ?? "",
      name: name ?? "",
      namespace: namespace ?? "",
      isResourceRequest: path === undefined,
      path: path ?? "",
    },
    null,
  );
}
