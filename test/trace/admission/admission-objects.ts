import type {
  AdmissionPolicy,
  AdmissionPolicyBinding,
  MatchResources,
} from "../../../src/cluster/admission-policy.ts";
import type { AdmissionRule, AdmissionWebhook, LabelSelector } from "../../../src/cluster/webhook-info.ts";
import type { AdmissionRequest } from "../../../src/trace/admission/admission-request.ts";

/** `POST /apis/g/v/namespaces/ns/r`, but for what is given. */
export function request(known: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    apiGroup: "g",
    apiVersion: "v",
    resource: "r",
    subresource: "",
    namespace: "ns",
    name: "",
    operations: ["CREATE"],
    isCollection: false,
    namespaceLabels: { labels: {}, unknown: "" },
    objectLabels: { labels: {}, unknown: "not asked for" },
    groupVersions: new Set(["v.g"]),
    served: new Map(),
    ...known,
  };
}

/** Of everything, but for what is given. */
export function rule(known: Partial<AdmissionRule> = {}): AdmissionRule {
  return {
    apiGroups: ["*"],
    apiVersions: ["*"],
    operations: ["*"],
    resources: ["*/*"],
    resourceNames: [],
    scope: "*",
    ...known,
  };
}

export function selector(
  matchLabels: LabelSelector["matchLabels"],
  ...matchExpressions: LabelSelector["matchExpressions"]
): LabelSelector {
  return { matchLabels, matchExpressions };
}

const anything = selector({});

export function webhook(known: Partial<AdmissionWebhook> = {}): AdmissionWebhook {
  return {
    kind: "ValidatingWebhookConfiguration",
    configuration: "c",
    name: "w.example.com",
    client: {
      service: null,
      url: "https://w.example.com",
      trust: { skipsVerification: false, authorities: [], error: "" },
    },
    rules: [rule()],
    failurePolicy: "Fail",
    matchPolicy: "Equivalent",
    namespaceSelector: anything,
    objectSelector: anything,
    matchConditions: [],
    timeoutSeconds: 10,
    isReinvoked: false,
    ...known,
  };
}

export function matchResources(known: Partial<MatchResources> = {}): MatchResources {
  return {
    rules: [rule()],
    excludedRules: [],
    matchPolicy: "Equivalent",
    namespaceSelector: anything,
    objectSelector: anything,
    ...known,
  };
}

export function binding(known: Partial<AdmissionPolicyBinding> = {}): AdmissionPolicyBinding {
  return {
    name: "b",
    validationActions: ["Deny"],
    match: matchResources({ rules: [] }),
    needsParameters: false,
    ...known,
  };
}

export function policy(known: Partial<AdmissionPolicy> = {}): AdmissionPolicy {
  return {
    kind: "ValidatingAdmissionPolicy",
    name: "p",
    failurePolicy: "Fail",
    match: matchResources(),
    matchConditions: [],
    bindings: [binding()],
    ...known,
  };
}
