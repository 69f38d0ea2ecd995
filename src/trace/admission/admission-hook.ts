import type { AdmissionPolicy, AdmissionPolicyBinding } from "../../cluster/admission-policy.ts";
import type { Trust } from "../../cluster/cluster.ts";
import type { AdmissionWebhook } from "../../cluster/webhook-info.ts";
import { newServiceChain, type ServiceChain } from "../service-chain.ts";
import type { AdmissionRequest } from "./admission-request.ts";
import { matchPolicy, matchWebhook } from "./match-request.ts";
import { type Matching, maybe } from "./matching.ts";
import type { NamedHook } from "./named-hook.ts";

/** A webhook or policy that is asked about a request. */
export interface AdmissionHook {
  readonly phase: "mutating" | "validating";
  readonly kind: AdmissionWebhook["kind"] | AdmissionPolicy["kind"];
  /** Name of the object: the configuration of a webhook, or the policy. */
  readonly configuration: string;
  /** Name of the webhook in it; "" for a policy. */
  readonly webhook: string;
  readonly matches: "yes" | "maybe";
  /** What it depends on; "" for yes. */
  readonly why: string;
  /** It is what the answer names as having refused the request, or as having failed. */
  readonly isRefuser?: true;
  readonly failurePolicy: string;
  /** Of a webhook. */
  readonly timeoutSeconds?: number;
  /** A mutating webhook that is asked again when one after it changes the object. */
  readonly isReinvoked?: boolean;
  /** Where the webhook is called. */
  readonly target?:
    | (ServiceChain & { readonly kind: "Service" })
    | { readonly kind: "URL"; readonly url: string };
  /** Whom kube-apiserver trusts there. */
  readonly trust?: Trust;
  /** Of a policy: those that put it into force for this request. */
  readonly bindings?: readonly Pick<AdmissionPolicyBinding, "name" | "validationActions">[];
}

/** What the webhook is to the request; null when it does not match. `named`: what the answer names. */
export function hookOfWebhook(
  webhook: AdmissionWebhook,
  request: AdmissionRequest,
  named: NamedHook | null,
): AdmissionHook | null {
  const { kind, configuration, name, failurePolicy, timeoutSeconds, isReinvoked, client } = webhook;
  const answered = named?.kind === "webhook" && named.name === name;
  const matching = answered ? likely(matchWebhook(webhook, request)) : matchWebhook(webhook, request);
  if (matching.matches === "no") return null;
  const isMutating = kind === "MutatingWebhookConfiguration";
  return {
    phase: isMutating ? "mutating" : "validating",
    kind,
    configuration,
    webhook: name,
    matches: matching.matches,
    why: matching.why,
    failurePolicy,
    timeoutSeconds,
    ...(isMutating ? { isReinvoked } : {}),
    target:
      client.service === null
        ? { kind: "URL", url: client.url }
        : { kind: "Service", ...newServiceChain(client.service) },
    trust: client.trust,
  };
}

/** The same of a policy. */
export function hookOfPolicy(
  policy: AdmissionPolicy,
  request: AdmissionRequest,
  named: NamedHook | null,
): AdmissionHook | null {
  const { kind, name, failurePolicy } = policy;
  const { matching: computed, bindings } = matchPolicy(policy, request);
  const answered = named?.kind === "policy" && named.name === name;
  const matching = answered ? likely(computed) : computed;
  if (matching.matches === "no") return null;
  return {
    phase: kind === "MutatingAdmissionPolicy" ? "mutating" : "validating",
    kind,
    configuration: name,
    webhook: "",
    matches: matching.matches,
    why: matching.why,
    failurePolicy,
    bindings: bindings.map((binding) => ({
      name: binding.name,
      validationActions: binding.validationActions,
    })),
  };
}

/** Of what the answer names although it would not be asked now. */
export const differs = "the answer names it, but as it is now it would not be asked";

/** What the answer names was asked, whatever its rules say now. */
function likely(matching: Matching): Matching {
  return matching.matches === "no" ? maybe(differs) : matching;
}
