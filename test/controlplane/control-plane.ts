import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apiServerAddress, apiServerPort, nodes, serviceRange } from "./addresses.ts";
import { type AdminApi, createAdminApi } from "./admin-api.ts";
import type { Programs } from "./build.ts";
import { createKeys, type Keys } from "./keys.ts";
import { type Running, startProgram, until } from "./processes.ts";

/** A Kubernetes control plane with two nodes, in the network of `runInNamespace`. */
export interface ControlPlane {
  readonly url: string;
  readonly folder: string;
  readonly auditLog: string;
  readonly keys: Keys;
  readonly api: AdminApi;
  readonly programs: Programs;
  stop(): Promise<void>;
}

/** Starts it, with its data below `folder`; all is answering when the promise is fulfilled. */
export async function startControlPlane(programs: Programs, folder: string): Promise<ControlPlane> {
  mkdirSync(folder, { recursive: true });
  const keys = await createKeys(join(folder, "keys"));
  const url = `https://127.0.0.1:${apiServerPort}`;
  const api = createAdminApi(url, keys);
  const auditLog = join(folder, "audit.log");
  const running: Running[] = [];
  const start = (name: string, path: string, flags: Readonly<Record<string, string>>): void => {
    running.unshift(startProgram(name, path, flags, folder));
  };
  const stop = async (): Promise<void> => {
    for (const program of running) await program.stop();
  };
  try {
    start("etcd", programs.etcd, etcdFlags(folder));
    writeFileSync(join(folder, "audit-policy.yaml"), auditPolicy);
    start("kube-apiserver", programs.apiServer, apiServerFlags(keys, folder, auditLog));
    await until(
      "kube-apiserver is ready",
      90,
      async () => (await api.get("/readyz")).status === 200,
      running,
    );
    const managerConfig = join(folder, "kube-controller-manager.kubeconfig");
    writeFileSync(managerConfig, clientKubeconfig(url, keys, "kube-controller-manager"));
    start("kube-controller-manager", programs.controllerManager, managerFlags(keys, managerConfig));
    const adminConfig = join(folder, "admin.kubeconfig");
    writeFileSync(adminConfig, clientKubeconfig(url, keys, "admin"));
    start("node", programs.node, nodeFlags(keys, adminConfig, folder));
    await until("the nodes and the first ServiceAccount are there", 60, () => hasBegun(api), running);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, folder, auditLog, keys, api, programs, stop };
}

async function hasBegun(api: AdminApi): Promise<boolean> {
  const paths = [
    ...Object.keys(nodes).map((name) => `/api/v1/nodes/${name}`),
    "/api/v1/namespaces/default/serviceaccounts/default",
  ];
  const answers = await Promise.all(paths.map((path) => api.get(path)));
  return answers.every(({ status }) => status === 200);
}

/** Every request is in the log, once it is answered; bodies are not. */
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{ level: Metadata }]
`;

function etcdFlags(folder: string): Record<string, string> {
  return {
    "data-dir": join(folder, "etcd"),
    "listen-client-urls": "http://127.0.0.1:2379",
    "advertise-client-urls": "http://127.0.0.1:2379",
    "listen-peer-urls": "http://127.0.0.1:2380",
    "initial-advertise-peer-urls": "http://127.0.0.1:2380",
    "initial-cluster": "default=http://127.0.0.1:2380",
    "unsafe-no-fsync": "true",
    "log-level": "warn",
  };
}

/** Admission plugins are at their defaults; authorization is Node and RBAC, as kubeadm sets up. */
function apiServerFlags({ file }: Keys, folder: string, auditLog: string): Record<string, string> {
  return {
    "etcd-servers": "http://127.0.0.1:2379",
    "secure-port": String(apiServerPort),
    "bind-address": "0.0.0.0",
    "advertise-address": apiServerAddress,
    "service-cluster-ip-range": serviceRange,
    "tls-cert-file": file("kube-apiserver", "crt"),
    "tls-private-key-file": file("kube-apiserver", "key"),
    "client-ca-file": file("ca", "crt"),
    "authorization-mode": "Node,RBAC",
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": file("service-account", "pub"),
    "service-account-signing-key-file": file("service-account", "key"),
    "requestheader-client-ca-file": file("front-proxy-ca", "crt"),
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-username-headers": "X-Remote-User",
    "proxy-client-cert-file": file("front-proxy-client", "crt"),
    "proxy-client-key-file": file("front-proxy-client", "key"),
    "kubelet-client-certificate": file("kubelet-client", "crt"),
    "kubelet-client-key": file("kubelet-client", "key"),
    "kubelet-certificate-authority": file("ca", "crt"),
    "kubelet-preferred-address-types": "InternalIP",
    "audit-log-path": auditLog,
    "audit-policy-file": join(folder, "audit-policy.yaml"),
    v: "1",
  };
}

function managerFlags({ file }: Keys, kubeconfig: string): Record<string, string> {
  return {
    kubeconfig,
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "service-account-private-key-file": file("service-account", "key"),
    "root-ca-file": file("ca", "crt"),
    "use-service-account-credentials": "true",
    "leader-elect": "false",
    v: "1",
  };
}

function nodeFlags({ file }: Keys, kubeconfig: string, folder: string): Record<string, string> {
  return {
    kubeconfig,
    folder: join(folder, "pods"),
    nodes: Object.entries(nodes)
      .map(([name, prefix]) => `${name}=${prefix}`)
      .join(),
    "tls-cert-file": file("kubelet", "crt"),
    "tls-private-key-file": file("kubelet", "key"),
  };
}

/** A kubeconfig of one user with a client certificate. */
function clientKubeconfig(server: string, { file }: Keys, name: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name: "control-plane", cluster: { server, "certificate-authority": file("ca", "crt") } }],
    contexts: [{ name, context: { cluster: "control-plane", user: name } }],
    users: [{ name, user: { "client-certificate": file(name, "crt"), "client-key": file(name, "key") } }],
  });
}
