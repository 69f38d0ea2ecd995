import type { KubeObject } from "../../src/cluster/kube-object.ts";

/* Objects as a server gives them, with all the things that must never get into a snapshot. */

/** Stands for whatever is secret: a test looks for it in what is written. */
export const secret = "s3cr3t-value";

const noise = {
  uid: "8b6b2c0e-0000-4000-8000-000000000000",
  resourceVersion: "4711",
  creationTimestamp: "2025-01-01T00:00:00Z",
  annotations: { "kubectl.kubernetes.io/last-applied-configuration": secret, token: secret },
  managedFields: [{ manager: secret }],
};

type Backend = { readonly namespace: string; readonly name: string; readonly port?: number };

export function apiService(
  name: string,
  service: Backend | null = null,
  condition: Readonly<Record<string, string>> = { status: "True", reason: "Local" },
  labels: Readonly<Record<string, string>> = {},
): KubeObject {
  const [version = "", ...group] = name.split(".");
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { ...noise, name, labels },
    spec: {
      group: group.join("."),
      version,
      groupPriorityMinimum: 100,
      versionPriority: 100,
      caBundle: secret,
      ...(service === null ? {} : { service }),
    },
    status: { conditions: [{ type: "Available", message: "", ...condition }] },
  };
}

export function customResourceDefinition(plural: string, group: string): KubeObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { ...noise, name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural, singular: plural.slice(0, -1), kind: "Thing", listKind: "ThingList" },
      versions: [
        { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { description: secret } } },
      ],
      conversion: {
        strategy: "Webhook",
        webhook: {
          conversionReviewVersions: ["v1"],
          clientConfig: {
            caBundle: secret,
            service: { namespace: "things", name: "converter", path: "/convert" },
          },
        },
      },
    },
  };
}

export function service(
  namespace: string,
  name: string,
  selector: Readonly<Record<string, string>> = {},
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...noise, namespace, name },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.1.2",
      ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: "https" }],
      selector,
    },
  };
}

export function endpointSlice(
  namespace: string,
  ofService: string,
  addresses: readonly string[],
): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      ...noise,
      namespace,
      name: `${ofService}-x7x2k`,
      labels: { "kubernetes.io/service-name": ofService },
    },
    addressType: "IPv4",
    ports: [{ name: "https", protocol: "TCP", port: 10250 }],
    endpoints: addresses.map((address, index) => ({
      addresses: [address],
      conditions: { ready: index === 0, serving: true, terminating: false },
      nodeName: "node-1",
      targetRef: { kind: "Pod", namespace, name: `${ofService}-${index}`, uid: secret },
    })),
  };
}

export function pod(namespace: string, name: string, labels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...noise,
      namespace,
      name,
      labels,
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-1", controller: true, uid: secret },
      ],
    },
    spec: {
      nodeName: "node-1",
      serviceAccountName: "metrics",
      volumes: [{ name: "token", secret: { secretName: secret } }],
      containers: [
        {
          name: "server",
          image: `registry.example.com/server:${secret}`,
          command: [secret],
          args: [`--token=${secret}`],
          env: [{ name: "PASSWORD", value: secret }],
          ports: [{ name: "https", containerPort: 10250, protocol: "TCP" }],
        },
      ],
    },
    status: {
      phase: "Running",
      hostIP: "192.168.0.1",
      conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady", message: "not yet" }],
      containerStatuses: [
        {
          name: "server",
          ready: false,
          restartCount: 7,
          containerID: secret,
          state: { waiting: { reason: "CrashLoopBackOff", message: secret } },
        },
      ],
    },
  };
}

export function webhookConfiguration(): KubeObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { ...noise, name: "policy" },
    webhooks: [
      {
        name: "policy.example.com",
        clientConfig: { caBundle: secret, url: `https://hooks.example.com:8443/${secret}?key=${secret}` },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["pods"], scope: "*" }],
        failurePolicy: "Fail",
        sideEffects: "None",
        timeoutSeconds: 5,
        namespaceSelector: { matchLabels: { checked: "yes" } },
      },
    ],
  };
}
