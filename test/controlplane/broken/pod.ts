import type { KubeObject } from "../../../src/cluster/kube-object.ts";

/** What runs behind a way's Service. */
export interface Process {
  /** The real metrics-server, with these flags beside its usual ones; null takes one away. */
  readonly "metrics-server"?: Readonly<Record<string, string | boolean | null>>;
  /** Or the mode of programs/extension.js. */
  readonly extension?: string;
  readonly serviceAccount?: string;
  readonly neverReady?: boolean;
}

/** The pod of a way, which is named after it. Its first port is named https, and has the number that the API in order has. */
export function podOf(
  name: string,
  namespace: string,
  process: Process,
  values: Readonly<Record<string, string>>,
): KubeObject {
  const port = namespace === "kube-system" ? 10250 : 8443;
  const command =
    process.extension === undefined
      ? metricsServer(port, process["metrics-server"] ?? {}, values)
      : [
          values["NODE"],
          `${values["PROGRAMS"]}/extension.js`,
          process.extension,
          "$(POD_IP)",
          String(port),
          `${values["KEYS"]}/extension.crt`,
          `${values["KEYS"]}/extension.key`,
        ];
  const image = process.extension === undefined ? "metrics-server" : "extension";
  const isMetrics = process.extension === undefined;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      labels: { "k8s-app": name, app: name },
      ...(process.neverReady === true ? { annotations: { "node.test/never-ready": "" } } : {}),
    },
    spec: {
      nodeName: "worker-2",
      ...(isMetrics ? { serviceAccountName: process.serviceAccount ?? "metrics-server" } : {}),
      containers: [{ name: image, image, command, ports: [{ name: "https", containerPort: port }] }],
    },
  };
}

/** As in world/20-metrics-server.yaml. */
function metricsServer(
  port: number,
  others: NonNullable<Process["metrics-server"]>,
  values: Readonly<Record<string, string>>,
): string[] {
  const flags = {
    kubeconfig: "$(KUBECONFIG)",
    "authentication-kubeconfig": "$(KUBECONFIG)",
    "authorization-kubeconfig": "$(KUBECONFIG)",
    "bind-address": "$(POD_IP)",
    "secure-port": String(port),
    "tls-cert-file": `${values["KEYS"]}/metrics-server.crt`,
    "tls-private-key-file": `${values["KEYS"]}/metrics-server.key`,
    "kubelet-certificate-authority": `${values["KEYS"]}/ca.crt`,
    "kubelet-preferred-address-types": "InternalIP",
    "kubelet-use-node-status-port": "true",
    "metric-resolution": "10s",
    "kubelet-request-timeout": "5s",
    ...others,
  };
  const words = Object.entries(flags).flatMap(([name, value]) =>
    value === null ? [] : [`--${name}=${value}`],
  );
  return [values["METRICS_SERVER"] ?? "", ...words];
}
