import type { UserInfo } from "../cluster/cluster.ts";
import { goQuote } from "./go-quote.ts";

/** Whom a binding names. Its apiGroup is never compared, so it is not here. */
export interface Subject {
  /** "User", "Group" or "ServiceAccount"; any other kind applies to nobody. */
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/**
 * Is the user this subject? A ServiceAccount without a namespace is one of the binding's own namespace.
 * Source of truth: appliesToUser in k/k pkg/registry/rbac/validation/rule.go.
 */
export function subjectApplies(subject: Subject, user: UserInfo, bindingNamespace: string): boolean {
  switch (subject.kind) {
    case "User":
      return user.username === subject.name;
    case "Group":
      return user.groups.includes(subject.name);
    case "ServiceAccount": {
      const namespace = subject.namespace || bindingNamespace;
      return namespace !== "" && user.username === `system:serviceaccount:${namespace}:${subject.name}`;
    }
    default:
      return false;
  }
}

/** The subject as the server's reasons name it: a ServiceAccount is "name/namespace", in that order. */
export function describeSubject(subject: Subject, bindingNamespace: string): string {
  const name =
    subject.kind === "ServiceAccount"
      ? `${subject.name}/${subject.namespace || bindingNamespace}`
      : subject.name;
  return `${subject.kind} ${goQuote(name)}`;
}
