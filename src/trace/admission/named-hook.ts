import type { AdmissionHook } from "./admission-hook.ts";

/** The webhook or policy that an answer's message names. */
export interface NamedHook {
  readonly kind: "webhook" | "policy";
  readonly name: string;
  /** Of a policy, when the message has it; "" otherwise. */
  readonly binding: string;
}

/**
 * null when the message names none. Source of truth: apiserver/pkg/admission/plugin/webhook/errors/statuserror.go,
 * pkg/util/webhook/error.go, plugin/policy/validating/dispatcher.go, plugin/policy/generic/policy_dispatcher.go.
 */
export function namedHookOf(message: string): NamedHook | null {
  const webhook =
    /^admission webhook "([^"]*)" (?:denied the request|does not support dry run)/.exec(message)?.[1] ??
    /failed calling webhook "([^"]*)"/.exec(message)?.[1];
  if (webhook !== undefined) return { kind: "webhook", name: webhook, binding: "" };
  const policy =
    /ValidatingAdmissionPolicy '([^']*)'(?: with binding '([^']*)')? denied request/.exec(message) ??
    /\bpolicy '([^']*)' with binding '([^']*)' denied request/.exec(message) ??
    /\bpolicy "([^"]*)" denied request/.exec(message);
  return policy === null ? null : { kind: "policy", name: policy[1] ?? "", binding: policy[2] ?? "" };
}

export function isNamed(hook: AdmissionHook, named: NamedHook): boolean {
  return named.kind === "webhook"
    ? hook.webhook === named.name
    : hook.webhook === "" && hook.configuration === named.name;
}
