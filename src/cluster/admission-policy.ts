import type { KubeObject } from "./kube-object.ts";
import { asArray, asObject, asObjects, asText } from "./narrow.ts";
import {
  type AdmissionRule,
  type LabelSelector,
  newAdmissionRule,
  newLabelSelector,
} from "./webhook-info.ts";

/** Which requests a policy, or one of its bindings, is for. `api/admissionregistration/v1/types.go` (MatchResources). */
export interface MatchResources {
  /** Empty: every request. */
  readonly rules: readonly AdmissionRule[];
  readonly excludedRules: readonly AdmissionRule[];
  /** Exact, or Equivalent: rules also match requests by other versions of the same resource. */
  readonly matchPolicy: string;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
}

/** What puts a policy into force. */
export interface AdmissionPolicyBinding {
  readonly name: string;
  /** Deny, Warn, Audit; none for a mutating policy. */
  readonly validationActions: readonly string[];
  readonly match: MatchResources;
  /** It says nothing of a request for which its parameters are not found. */
  readonly needsParameters: boolean;
}

/** A policy with its bindings; without one it is asked about nothing. */
export interface AdmissionPolicy {
  readonly kind: "MutatingAdmissionPolicy" | "ValidatingAdmissionPolicy";
  readonly name: string;
  /** What happens when it cannot be evaluated: Fail or Ignore. */
  readonly failurePolicy: string;
  readonly match: MatchResources;
  /** CEL. */
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
  readonly bindings: readonly AdmissionPolicyBinding[];
}

/** The policies among `policies`, each with those of `bindings` that name it. */
export function newAdmissionPolicies(
  policies: readonly KubeObject[],
  bindings: readonly KubeObject[],
): readonly AdmissionPolicy[] {
  return policies.flatMap((object) => {
    const { kind } = object;
    if (kind !== "MutatingAdmissionPolicy" && kind !== "ValidatingAdmissionPolicy") return [];
    const spec = asObject(object["spec"]);
    const { name } = object.metadata;
    const own = bindings.filter(
      (one) => one.kind === `${kind}Binding` && asObject(one["spec"])["policyName"] === name,
    );
    const policy: AdmissionPolicy = {
      kind,
      name,
      failurePolicy: asText(spec["failurePolicy"]) || "Fail",
      match: newMatchResources(spec["matchConstraints"]),
      matchConditions: asObjects(spec["matchConditions"]).map((one) => ({
        name: asText(one["name"]),
        expression: asText(one["expression"]),
      })),
      bindings: own.map(newBinding),
    };
    return [policy];
  });
}

function newBinding(object: KubeObject): AdmissionPolicyBinding {
  const spec = asObject(object["spec"]);
  const parameters = asObject(spec["paramRef"]);
  return {
    name: object.metadata.name,
    validationActions: asArray(spec["validationActions"]).map(asText),
    match: newMatchResources(spec["matchResources"]),
    needsParameters: "paramRef" in spec && parameters["parameterNotFoundAction"] !== "Deny",
  };
}

function newMatchResources(value: unknown): MatchResources {
  const match = asObject(value);
  return {
    rules: asObjects(match["resourceRules"]).map(newAdmissionRule),
    excludedRules: asObjects(match["excludeResourceRules"]).map(newAdmissionRule),
    matchPolicy: asText(match["matchPolicy"]) || "Equivalent",
    namespaceSelector: newLabelSelector(match["namespaceSelector"]),
    objectSelector: newLabelSelector(match["objectSelector"]),
  };
}
