/** The namespace of these requests, and what exempts all others from the webhooks. */
export const namespace = "admitted";
export const group = "admitted.example.com";
const here = { matchLabels: { admitted: "true" } };

type Fields = Readonly<Record<string, unknown>>;

const rule = (operations: string, resources: string, more: Fields = {}): Fields => ({
  apiGroups: ["*"],
  apiVersions: ["*"],
  operations: operations.split(" "),
  resources: resources.split(" "),
  ...more,
});
const core = { apiGroups: [""], apiVersions: ["v1"] };
const own = (version: string): Fields => ({ apiGroups: [group], apiVersions: [version] });
const inOwnGroup = { apiGroups: [group, ""], apiVersions: ["*"] };

/**
 * Webhooks by name, each with what is special about it: one for each way to match or not. Those that match cluster-scoped objects
 * match only ones of this suite, for nothing else exempts the others.
 */
export const webhooks: Readonly<Record<string, Fields>> = {
  everything: { rules: [rule("*", "*/*", { scope: "Namespaced" })] },
  "no-subresources": { rules: [rule("*", "*", { scope: "Namespaced" })] },
  "all-scopes": { rules: [rule("*", "configmaps pods/*")] },
  creates: { rules: [rule("CREATE", "configmaps", core)] },
  updates: { rules: [rule("UPDATE", "configmaps", core)] },
  deletes: { rules: [rule("DELETE", "*", { scope: "Namespaced" })] },
  connects: { rules: [rule("CONNECT", "*/*", { scope: "Namespaced" })] },
  exec: { rules: [rule("CONNECT", "pods/exec", core)] },
  scales: { rules: [rule("*", "*/scale", { scope: "Namespaced" })] },
  status: { rules: [rule("*", "things/status")] },
  evictions: { rules: [rule("CREATE", "pods/eviction pods/binding bindings", core)] },
  tokens: { rules: [rule("*", "serviceaccounts/token", core)] },
  "version-exact": { rules: [rule("*", "things", own("v1"))], matchPolicy: "Exact" },
  "version-equivalent": { rules: [rule("*", "things", own("v1"))] },
  "version-not-served": { rules: [rule("*", "things", own("v9"))] },
  "version-of-another-group": { rules: [rule("*", "things", { apiGroups: ["batch"], apiVersions: ["v1"] })] },
  "first-rule-other": { rules: [rule("DELETE", "pods"), rule("CREATE", "things configmaps")] },
  "events-elsewhere": {
    rules: [rule("*", "events", { apiGroups: ["events.k8s.io"], apiVersions: ["v1"] })],
  },
  "events-elsewhere-any-version": { rules: [rule("*", "events", { apiGroups: ["events.k8s.io"] })] },
  "hpa-v1": {
    rules: [rule("*", "horizontalpodautoscalers", { apiGroups: ["autoscaling"], apiVersions: ["v1"] })],
  },
  red: {
    rules: [rule("*", "*/*", { scope: "Namespaced" })],
    objectSelector: { matchLabels: { colour: "red" } },
  },
  "not-red": {
    rules: [rule("*", "*/*", { scope: "Namespaced" })],
    objectSelector: { matchExpressions: [{ key: "colour", operator: "NotIn", values: ["red"] }] },
  },
  uncoloured: {
    rules: [rule("*", "*/*", { scope: "Namespaced" })],
    objectSelector: { matchExpressions: [{ key: "colour", operator: "DoesNotExist" }] },
  },
  "other-namespace": {
    rules: [rule("*", "*/*", { scope: "Namespaced" })],
    namespaceSelector: { matchLabels: { admitted: "true", not: "this" } },
  },
  "named-namespace": {
    rules: [rule("*", "*/*", inOwnGroup)],
    namespaceSelector: {
      matchExpressions: [
        { key: "kubernetes.io/metadata.name", operator: "In", values: [namespace, "admitted-too"] },
      ],
    },
  },
  "cluster-scope": {
    rules: [rule("*", "namespaces namespaces/* clusterthings", { ...inOwnGroup, scope: "Cluster" })],
  },
  "namespaced-scope": {
    rules: [rule("*", "namespaces namespaces/* clusterthings", { ...inOwnGroup, scope: "Namespaced" })],
  },
  clusterthings: { rules: [rule("*", "clusterthings", own("*"))] },
  always: {
    rules: [rule("*", "*/*", { scope: "Namespaced" })],
    matchConditions: [{ name: "always", expression: "true" }],
  },
  never: {
    rules: [rule("*", "*/*", { scope: "Namespaced" })],
    matchConditions: [{ name: "never", expression: "false" }],
  },
  "if-asked-by-admin": {
    rules: [rule("*", "*/*", { scope: "Namespaced" })],
    matchConditions: [{ name: "admin", expression: "request.userInfo.username == 'admin'" }],
  },
  "unless-asked-by-admin": {
    rules: [rule("*", "*/*", { scope: "Namespaced" })],
    matchConditions: [{ name: "others", expression: "request.userInfo.username != 'admin'" }],
  },
  configurations: { rules: [rule("*", "*", { apiGroups: ["admissionregistration.k8s.io"] })] },
  reviews: {
    rules: [rule("*", "localsubjectaccessreviews", { apiGroups: ["authorization.k8s.io"] })],
  },
};

/** Of these there are mutating ones too, in two configurations whose names are not in the order of their making. */
export const mutating: Readonly<Record<string, readonly string[]>> = {
  "admitted-z": ["changes-everything", "red", "version-equivalent"],
  "admitted-a": ["creates", "deletes", "cluster-scope", "scales"],
};

const special: Readonly<Record<string, Fields>> = {
  "changes-everything": { rules: [rule("*", "*", { scope: "Namespaced" })], reinvocationPolicy: "IfNeeded" },
};

/** The name of a webhook as the API server has it. */
export function fullName(phase: "validating" | "mutating", name: string): string {
  return `${name}.${phase}.example.com`;
}

function webhook(phase: "validating" | "mutating", name: string, url: string, ca: string): Fields {
  return {
    name: fullName(phase, name),
    admissionReviewVersions: ["v1"],
    sideEffects: "None",
    failurePolicy: "Ignore",
    clientConfig: { url, caBundle: ca },
    namespaceSelector: here,
    ...(special[name] ?? webhooks[name]),
  };
}

const admissionregistration = "admissionregistration.k8s.io/v1";

/** The configurations to create. `ca` is base64. */
export function configurations(urlOf: (name: string) => string, ca: string): readonly Fields[] {
  const validating = {
    apiVersion: admissionregistration,
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "admitted" },
    webhooks: Object.keys(webhooks).map((name) => webhook("validating", name, urlOf(name), ca)),
  };
  const others = Object.entries(mutating).map(([configuration, names]) => ({
    apiVersion: admissionregistration,
    kind: "MutatingWebhookConfiguration",
    metadata: { name: configuration },
    webhooks: names.map((name) => webhook("mutating", name, urlOf(name), ca)),
  }));
  return [validating, ...others];
}

interface PolicyCase {
  readonly match: Fields;
  readonly bindings: readonly Fields[];
  readonly conditions?: readonly Fields[];
}

/** Policies that let everything through, and have the audit log say that they were evaluated. */
export const policies: Readonly<Record<string, PolicyCase>> = {
  "p-everything": { match: { resourceRules: [rule("*", "*/*")] }, bindings: [{}] },
  "p-configmaps": { match: { resourceRules: [rule("CREATE UPDATE", "configmaps", core)] }, bindings: [{}] },
  "p-deletes": { match: { resourceRules: [rule("DELETE", "*")] }, bindings: [{}] },
  "p-names": {
    match: { resourceRules: [{ ...rule("*", "configmaps", core), resourceNames: ["one", "applied"] }] },
    bindings: [{}],
  },
  "p-excluded": {
    match: {
      resourceRules: [rule("*", "*/*")],
      excludeResourceRules: [rule("*", "configmaps things/*"), rule("CONNECT", "*/*")],
    },
    bindings: [{}],
  },
  "p-equivalent": { match: { resourceRules: [rule("*", "things", own("v1"))] }, bindings: [{}] },
  "p-exact": {
    match: { resourceRules: [rule("*", "things", own("v1"))], matchPolicy: "Exact" },
    bindings: [{}],
  },
  "p-unbound": { match: { resourceRules: [rule("*", "*/*")] }, bindings: [] },
  "p-bound-elsewhere": {
    match: { resourceRules: [rule("*", "*/*")] },
    bindings: [{ matchResources: { resourceRules: [rule("*", "pods/*")] } }],
  },
  "p-bound-twice": {
    match: { resourceRules: [rule("*", "*/*")] },
    bindings: [
      { matchResources: { objectSelector: { matchLabels: { colour: "red" } } } },
      { matchResources: { namespaceSelector: { matchLabels: { not: "this" } } } },
    ],
  },
  "p-condition": {
    match: { resourceRules: [rule("*", "*/*")] },
    bindings: [{}],
    conditions: [{ name: "red", expression: "has(object.metadata) && object.metadata.name == 'one'" }],
  },
};

/** Gives ConfigMaps an annotation, which says that it was evaluated; where the server has such policies. */
export const mutatingPolicy: readonly Fields[] = [
  {
    apiVersion: admissionregistration,
    kind: "MutatingAdmissionPolicy",
    metadata: { name: "mutating-policy" },
    spec: {
      failurePolicy: "Ignore",
      reinvocationPolicy: "Never",
      matchConstraints: {
        namespaceSelector: here,
        resourceRules: [rule("CREATE UPDATE", "configmaps", core)],
      },
      mutations: [
        {
          patchType: "ApplyConfiguration",
          applyConfiguration: {
            expression: "Object{metadata: Object.metadata{annotations: {'evaluated': 'yes'}}}",
          },
        },
      ],
    },
  },
  {
    apiVersion: admissionregistration,
    kind: "MutatingAdmissionPolicyBinding",
    metadata: { name: "mutating-policy" },
    spec: { policyName: "mutating-policy" },
  },
];

export function policyObjects(): readonly Fields[] {
  return Object.entries(policies).flatMap(([name, { match, bindings, conditions = [] }]) => [
    {
      apiVersion: admissionregistration,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name },
      spec: {
        failurePolicy: "Ignore",
        matchConstraints: { namespaceSelector: here, ...match },
        matchConditions: conditions,
        auditAnnotations: [{ key: "asked", valueExpression: "'yes'" }],
      },
    },
    ...bindings.map((binding, i) => ({
      apiVersion: admissionregistration,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: `${name}-${i}` },
      spec: {
        policyName: name,
        validationActions: ["Audit"],
        ...binding,
        matchResources: { namespaceSelector: here, ...(binding["matchResources"] as Fields | undefined) },
      },
    })),
  ]);
}
