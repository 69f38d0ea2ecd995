import {
  admissionPolicy,
  admissionPolicyBinding,
  serviceReference,
  webhookConfiguration,
} from "./admission-shapes.ts";

/**
 * Which parts of an object are kept: "value" a string, number or boolean, "values" a list of such, "map" an
 * object of such, "origin" scheme and host of a URL, "certificates" those of a caBundle, [shape] a list of objects, {…} an object with those fields.
 * All that is not named is left out. The order of the fields here is that in the file.
 */
export type Shape =
  | "value"
  | "values"
  | "map"
  | "origin"
  | "certificates"
  | readonly [Shape]
  | { readonly [field: string]: Shape };

export type ObjectShape = { readonly [field: string]: Shape };

const conditions: Shape = [
  { type: "value", status: "value", reason: "value", message: "value", lastTransitionTime: "value" },
];

const rules: Shape = [
  {
    apiGroups: "values",
    resources: "values",
    resourceNames: "values",
    nonResourceURLs: "values",
    verbs: "values",
  },
];

const binding: Shape = {
  roleRef: { apiGroup: "value", kind: "value", name: "value" },
  subjects: [{ apiGroup: "value", kind: "value", namespace: "value", name: "value" }],
};

const limitResponse: Shape = {
  type: "value",
  queuing: { queues: "value", handSize: "value", queueLengthLimit: "value" },
};

/** Of an object that another one controls. */
const ownerReferences: Shape = [{ apiVersion: "value", kind: "value", name: "value", controller: "value" }];

const containerPorts: Shape = [{ name: "value", protocol: "value", containerPort: "value" }];

const containerState: Shape = {
  waiting: { reason: "value" },
  terminated: { reason: "value", exitCode: "value" },
};

const containerStatuses: Shape = [
  { name: "value", ready: "value", restartCount: "value", state: containerState },
];

/** Responses name these two by their uid. */
const withUid: Shape = { uid: "value", labels: "map" };

/** What is kept of each kind; of a kind that is not here, nothing. Every object also keeps its name and namespace. */
export const shapes: Readonly<Record<string, ObjectShape>> = {
  APIService: {
    spec: {
      group: "value",
      version: "value",
      groupPriorityMinimum: "value",
      versionPriority: "value",
      insecureSkipTLSVerify: "value",
      caBundle: "certificates",
      service: serviceReference,
    },
    status: { conditions },
  },
  CustomResourceDefinition: {
    spec: {
      group: "value",
      scope: "value",
      names: {
        plural: "value",
        singular: "value",
        kind: "value",
        listKind: "value",
        shortNames: "values",
        categories: "values",
      },
      versions: [{ name: "value", served: "value", storage: "value", deprecated: "value" }],
      conversion: {
        strategy: "value",
        webhook: { clientConfig: { service: serviceReference, url: "origin", caBundle: "certificates" } },
      },
    },
  },
  Service: {
    spec: {
      type: "value",
      clusterIP: "value",
      externalName: "value",
      ports: [{ name: "value", protocol: "value", port: "value", targetPort: "value" }],
      selector: "map",
    },
  },
  EndpointSlice: {
    addressType: "value",
    ports: [{ name: "value", protocol: "value", port: "value" }],
    endpoints: [
      {
        addresses: "values",
        conditions: { ready: "value", serving: "value", terminating: "value" },
        nodeName: "value",
        zone: "value",
        targetRef: { kind: "value", namespace: "value", name: "value" },
      },
    ],
  },
  Pod: {
    metadata: { labels: "map", deletionTimestamp: "value", ownerReferences },
    spec: {
      nodeName: "value",
      hostNetwork: "value",
      initContainers: [{ name: "value", restartPolicy: "value", ports: containerPorts }],
      containers: [{ name: "value", ports: containerPorts }],
    },
    status: {
      phase: "value",
      reason: "value",
      podIP: "value",
      conditions,
      initContainerStatuses: containerStatuses,
      containerStatuses,
    },
  },
  ReplicaSet: { metadata: { labels: "map", ownerReferences } },
  Role: { rules },
  ClusterRole: { rules },
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  FlowSchema: {
    metadata: withUid,
    spec: {
      priorityLevelConfiguration: { name: "value" },
      matchingPrecedence: "value",
      distinguisherMethod: { type: "value" },
      rules: [
        {
          subjects: [
            {
              kind: "value",
              user: { name: "value" },
              group: { name: "value" },
              serviceAccount: { namespace: "value", name: "value" },
            },
          ],
          resourceRules: [
            {
              verbs: "values",
              apiGroups: "values",
              resources: "values",
              clusterScope: "value",
              namespaces: "values",
            },
          ],
          nonResourceRules: [{ verbs: "values", nonResourceURLs: "values" }],
        },
      ],
    },
  },
  PriorityLevelConfiguration: {
    metadata: withUid,
    spec: {
      type: "value",
      limited: {
        nominalConcurrencyShares: "value",
        assuredConcurrencyShares: "value",
        lendablePercent: "value",
        borrowingLimitPercent: "value",
        limitResponse,
      },
      exempt: { nominalConcurrencyShares: "value", lendablePercent: "value" },
    },
  },
  MutatingWebhookConfiguration: webhookConfiguration,
  ValidatingWebhookConfiguration: webhookConfiguration,
  Namespace: { metadata: { labels: "map" } },
  ValidatingAdmissionPolicy: admissionPolicy,
  ValidatingAdmissionPolicyBinding: admissionPolicyBinding,
  MutatingAdmissionPolicy: admissionPolicy,
  MutatingAdmissionPolicyBinding: admissionPolicyBinding,
};
