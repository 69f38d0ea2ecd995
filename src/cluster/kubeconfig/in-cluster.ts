import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { joinHostPort } from "../../api/host-port.ts";

type Env = Readonly<Record<string, string | undefined>>;

export const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What a pod is given to reach the API server with. */
export interface InCluster {
  readonly server: string;
  readonly tokenFile: string;
  /** "" when the file is missing: the system's authorities are used, as client-go does. */
  readonly certificateAuthority: string;
  readonly namespace: string;
}

/**
 * The service account of the pod this runs in; null outside of a pod. `folder` is where its files are mounted.
 * Source of truth: client-go/rest/config.go (InClusterConfig), tools/clientcmd/client_config.go (Possible).
 */
export async function findInCluster(env: Env, folder: string): Promise<InCluster | null> {
  const host = env["KUBERNETES_SERVICE_HOST"] ?? "";
  const port = env["KUBERNETES_SERVICE_PORT"] ?? "";
  const tokenFile = join(folder, "token");
  if (host === "" || port === "" || !(await isFile(tokenFile))) return null;
  const certificateAuthority = join(folder, "ca.crt");
  return {
    server: `https://${joinHostPort(host, port)}`,
    tokenFile,
    certificateAuthority: (await isFile(certificateAuthority)) ? certificateAuthority : "",
    namespace: env["POD_NAMESPACE"] || (await readNamespace(join(folder, "namespace"))) || "default",
  };
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  );
}

async function readNamespace(path: string): Promise<string> {
  return await readFile(path, "utf8").then(
    (text) => text.trim(),
    () => "",
  );
}
