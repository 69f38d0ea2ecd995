import type { Snapshot } from "../cluster/snapshot/snapshot.ts";
import { newRbacPolicy } from "../rbac/policy.ts";
import { type AccessLogEntry, createAccessLog } from "./access-log.ts";
import { buildCatalog } from "./catalog.ts";
import { type CertificateRequest, createCertificateAuthority, type KeyPair } from "./certificates.ts";
import type { Fault } from "./faults.ts";
import { createFlowClassifier } from "./flow-control.ts";
import { createImpersonator } from "./impersonation.ts";
import { renderKubeconfig } from "./kubeconfig.ts";
import { createMetrics } from "./metrics.ts";
import { minorOf } from "./release.ts";
import { startServer } from "./server.ts";
import { createStore, withMetadata } from "./store.ts";
import { createUsers, type SandboxUser } from "./users.ts";

export interface SandboxOptions {
  readonly snapshot: Pick<Snapshot, "items" | "serverVersion" | "user">;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Path in front of every other ("/k8s/clusters/c-x"), as proxies such as Rancher's have. */
  readonly basePath?: string;
  readonly faults?: readonly Fault[];
  /** Called for every request as it is answered. */
  readonly onRequest?: (entry: AccessLogEntry) => void;
}

export interface Sandbox {
  /** "https://127.0.0.1:PORT", with the base path. */
  readonly url: string;
  readonly port: number;
  /** YAML text; its contexts are the users. Holds credentials of this sandbox only. */
  readonly kubeconfig: string;
  readonly users: readonly SandboxUser[];
  /** PEM */
  readonly certificateAuthority: string;
  /** Grows as requests are answered. */
  readonly accessLog: readonly AccessLogEntry[];
  /** A certificate that the sandbox accepts: the common name is the user, the organizations are the groups. */
  issueClientCertificate(request: CertificateRequest): KeyPair;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Serves a snapshot as an API server on 127.0.0.1, over HTTPS with an authority and tokens of its own, new at each
 * start. It changes nothing: writes are authorized and then refused. Rejects when the port is taken.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { snapshot, basePath = "" } = options;
  const authority = createCertificateAuthority("kubectl-trace sandbox");
  const users = createUsers(
    snapshot,
    authority.issue({ commonName: "admin", organizations: ["system:masters"] }),
  );
  const accessLog = createAccessLog(options.onRequest);
  const server = await startServer(createChain(options, users), options.port ?? 0, {
    authority,
    serverCertificate: authority.issue({ commonName: "kube-apiserver", hosts: serverHosts }),
    basePath,
    accessLog,
    now: () => performance.now(),
  });
  const url = `https://127.0.0.1:${server.port}${basePath}`;
  return {
    url,
    port: server.port,
    kubeconfig: renderKubeconfig(url, authority.certificate, users),
    users,
    certificateAuthority: authority.certificate,
    accessLog: accessLog.entries,
    issueClientCertificate: (request) => authority.issue(request),
    close: () => server.close(),
  };
}

const serverHosts = ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"];

function createChain({ snapshot, faults = [] }: SandboxOptions, users: readonly SandboxUser[]) {
  const startedAt = new Date();
  const stored = snapshot.items.map((object) => withMetadata(object, startedAt));
  const objects = [...stored, ...createMetrics(stored, startedAt)];
  const serverVersion = snapshot.serverVersion || "v1.34.0";
  const policy = newRbacPolicy(objects, serverVersion);
  return {
    world: {
      catalog: buildCatalog(objects, minorOf(serverVersion)),
      store: createStore(objects),
      policy,
      serverVersion,
      now: () => new Date(),
    },
    users,
    impersonate: createImpersonator(policy, serverVersion),
    classify: createFlowClassifier(objects),
    faults,
  };
}
