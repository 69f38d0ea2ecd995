import type { ReviewAttributes } from "../cluster.ts";

/**
 * A SelfSubjectAccessReview that asks exactly what the request asked. Selectors go as `rawSelector`, which the
 * API server parses itself; requirements beside it would be refused, and servers before 1.31 ignore both.
 * Source of truth: k8s.io/api/authorization/v1/types.go, k/k pkg/registry/authorization/util/helpers.go.
 */
export function reviewOf(attributes: ReviewAttributes): Readonly<Record<string, unknown>> {
  const spec = attributes.isResourceRequest
    ? { resourceAttributes: resourceAttributes(attributes) }
    : { nonResourceAttributes: { path: attributes.path, verb: attributes.verb } };
  return { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
}

function resourceAttributes(attributes: ReviewAttributes): Readonly<Record<string, unknown>> {
  const { fieldSelector, labelSelector } = attributes;
  const fields = {
    namespace: attributes.namespace,
    verb: attributes.verb,
    group: attributes.apiGroup,
    version: attributes.apiVersion,
    resource: attributes.resource,
    subresource: attributes.subresource,
    name: attributes.name,
  };
  return {
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "")),
    ...(fieldSelector === "" ? {} : { fieldSelector: { rawSelector: fieldSelector } }),
    ...(labelSelector === "" ? {} : { labelSelector: { rawSelector: labelSelector } }),
  };
}
