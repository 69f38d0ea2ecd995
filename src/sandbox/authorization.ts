import type { RequestInfo } from "../api/request-info.ts";
import { authorize } from "../rbac/authorize.ts";
import { goQuote } from "../rbac/go-quote.ts";
import type { RbacPolicy } from "../rbac/policy.ts";
import { type Answer, detailsOf, qualifiedResource, status } from "./status.ts";
import type { Identity } from "./users.ts";

/** May the user send this request? 403 when not, null when so. */
export function refuse(policy: RbacPolicy, user: Identity, info: RequestInfo): Answer | null {
  const { allowed, reason } = authorize(policy, user, info);
  return allowed ? null : forbidden(user, info, reason);
}

/**
 * The API server's sentence. The prefix names the object without its subresource, the inside names the subresource.
 * Source of truth: apiserver/pkg/endpoints/handlers/responsewriters/errors.go.
 */
export function forbidden(user: Identity, info: RequestInfo, reason: string): Answer {
  const sentence = escapeHtml(`User ${goQuote(user.username)} cannot ${attempt(info)}`);
  const message = [prefixOf(info) + sentence, ...(reason === "" ? [] : [reason])].join(": ");
  const answer = status(403, "Forbidden", message, detailsOf(info));
  return { ...answer, headers: { ...answer.headers, "X-Content-Type-Options": "nosniff" } };
}

function prefixOf(info: RequestInfo): string {
  if (!info.isResourceRequest) return "forbidden: ";
  const name = info.name === "" ? "" : ` ${goQuote(info.name)}`;
  return `${qualifiedResource(info)}${name} is forbidden: `;
}

function attempt({
  isResourceRequest,
  verb,
  path,
  resource,
  subresource,
  apiGroup,
  namespace,
}: RequestInfo): string {
  if (!isResourceRequest) return `${verb} path ${goQuote(path)}`;
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  const place = namespace === "" ? "at the cluster scope" : `in the namespace ${goQuote(namespace)}`;
  return `${verb} resource ${goQuote(full)} in API group ${goQuote(apiGroup)} ${place}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
