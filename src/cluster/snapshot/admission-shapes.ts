import type { ObjectShape, Shape } from "./snapshot-shapes.ts";

/* Which parts of webhook configurations and admission policies are kept. */

const labelSelector: Shape = {
  matchLabels: "map",
  matchExpressions: [{ key: "value", operator: "value", values: "values" }],
};

/** Where kube-apiserver calls a webhook or an extension server. */
export const serviceReference: Shape = { namespace: "value", name: "value", path: "value", port: "value" };

const admissionRule = {
  apiGroups: "values",
  apiVersions: "values",
  operations: "values",
  resources: "values",
  scope: "value",
} as const;

const matchConditions: Shape = [{ name: "value", expression: "value" }];

export const webhookConfiguration: ObjectShape = {
  webhooks: [
    {
      name: "value",
      clientConfig: { service: serviceReference, url: "origin", caBundle: "certificates" },
      rules: [admissionRule],
      failurePolicy: "value",
      matchPolicy: "value",
      namespaceSelector: labelSelector,
      objectSelector: labelSelector,
      matchConditions,
      reinvocationPolicy: "value",
      sideEffects: "value",
      timeoutSeconds: "value",
    },
  ],
};

const namedRules: Shape = [{ ...admissionRule, resourceNames: "values" }];

const matchResources: Shape = {
  matchPolicy: "value",
  namespaceSelector: labelSelector,
  objectSelector: labelSelector,
  resourceRules: namedRules,
  excludeResourceRules: namedRules,
};

export const admissionPolicy: ObjectShape = {
  spec: {
    failurePolicy: "value",
    paramKind: { apiVersion: "value", kind: "value" },
    matchConstraints: matchResources,
    matchConditions,
  },
};

export const admissionPolicyBinding: ObjectShape = {
  spec: {
    policyName: "value",
    validationActions: "values",
    matchResources,
    paramRef: {
      name: "value",
      namespace: "value",
      selector: labelSelector,
      parameterNotFoundAction: "value",
    },
  },
};
