import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { fetchKubectl } from "../helpers/kubectl.ts";
import type { ControlPlane } from "./control-plane.ts";
import { anonymousContext, type Person, people, robot } from "./people.ts";
import { until } from "./processes.ts";

const run = promisify(execFile);

/** Fills the cluster with world/, and writes a kubeconfig with a context for everybody in it. Gives the kubeconfig's path. */
export async function createWorld(plane: ControlPlane): Promise<string> {
  const { keys } = plane;
  await keys.server("metrics-server", ["metrics-server.kube-system.svc"]);
  await keys.server("webhook", ["webhook.kube-system.svc"]);
  for (const [name, { user, groups }] of Object.entries(people)) await keys.client(name, user, groups);
  const kubeconfig = join(plane.folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(plane, null), { mode: 0o600 });
  for (const file of writeManifests(plane)) await apply(kubeconfig, file);
  const token = await tokenOf(plane, robot.namespace, robot.name);
  writeFileSync(kubeconfig, kubeconfigOf(plane, token), { mode: 0o600 });
  await until("metrics are there", 120, () => hasMetrics(plane));
  await until("all pods run", 60, () => podsRun(plane));
  return kubeconfig;
}

/** A token of that ServiceAccount, for an hour. */
export async function tokenOf({ api }: ControlPlane, namespace: string, name: string): Promise<string> {
  const answer = await api.send(
    { certificate: "admin" },
    `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} }),
    },
  );
  const { status } = answer.json() as { readonly status: { readonly token: string } };
  return status.token;
}

/** Runs the newest kubectl as the administrator; rejects when it fails. */
export async function adminKubectl(kubeconfig: string, ...args: readonly string[]): Promise<string> {
  const path = await fetchKubectl("1.35");
  if (path === null) throw new Error("there is no kubectl for this machine");
  const { stdout } = await run(path, ["--kubeconfig", kubeconfig, "--context", "admin", ...args]);
  return stdout;
}

/** What an object needs may come a moment later: a ServiceAccount of a namespace, the schema of a custom resource. */
async function apply(kubeconfig: string, file: string): Promise<void> {
  await until(`kubectl apply -f ${file}`, 60, async () => {
    await adminKubectl(kubeconfig, "apply", "--server-side", "--force-conflicts", "-f", file);
    return true;
  });
}

function writeManifests({ folder, keys, programs }: ControlPlane): string[] {
  const source = join(import.meta.dirname, "world");
  const target = join(folder, "world");
  mkdirSync(target, { recursive: true });
  const values: Readonly<Record<string, string>> = {
    CA: readFileSync(keys.file("ca", "crt")).toString("base64"),
    KEYS: keys.folder,
    METRICS_SERVER: programs.metricsServer,
    NODE: process.execPath,
    PROGRAMS: join(import.meta.dirname, "programs"),
  };
  return readdirSync(source)
    .sort()
    .map((name) => {
      const text = readFileSync(join(source, name), "utf8").replace(
        /\$\{(\w+)\}/g,
        (_, key) => values[key] ?? "",
      );
      writeFileSync(join(target, name), text);
      return join(target, name);
    });
}

async function hasMetrics({ api }: ControlPlane): Promise<boolean> {
  const answer = await api.get("/apis/metrics.k8s.io/v1beta1/nodes");
  return (
    answer.status === 200 && (answer.json() as { readonly items: readonly unknown[] }).items.length === 2
  );
}

interface PodList {
  readonly items: readonly { readonly status: { readonly phase?: string } }[];
}

async function podsRun({ api }: ControlPlane): Promise<boolean> {
  const { items } = (await api.get("/api/v1/pods")).json() as unknown as PodList;
  return items.length > 0 && items.every(({ status }) => status.phase === "Running");
}

function kubeconfigOf({ url, keys }: ControlPlane, robotToken: string | null): string {
  const cluster = {
    server: url,
    "certificate-authority-data": readFileSync(keys.file("ca", "crt")).toString("base64"),
  };
  const names = Object.keys(people) as Person[];
  const data = (name: string, kind: "crt" | "key"): string =>
    readFileSync(keys.file(name, kind)).toString("base64");
  const users = names.map((name) => ({
    name,
    user: { "client-certificate-data": data(name, "crt"), "client-key-data": data(name, "key") },
  }));
  const contexts = names.map((name) => ({ name, namespace: people[name].namespace }));
  const others = [
    { name: robot.context, namespace: robot.namespace },
    { name: anonymousContext, namespace: "default" },
  ];
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "admin",
      clusters: [{ name: "control-plane", cluster }],
      contexts: [...contexts, ...others].map(({ name, namespace }) => ({
        name,
        context: { cluster: "control-plane", user: name, namespace },
      })),
      users: [
        ...users,
        ...(robotToken === null ? [] : [{ name: robot.context, user: { token: robotToken } }]),
        { name: anonymousContext, user: {} },
      ],
    },
    null,
    2,
  );
}
