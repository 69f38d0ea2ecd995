import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Authority, newAuthority } from "../helpers/certificates.ts";
import { apiServerAddress, kubernetesServiceAddress, nodes } from "./addresses.ts";

/** Certificates and keys of a control plane. Each name is that of two files: name.crt and name.key. */
export interface Keys {
  readonly folder: string;
  readonly authority: Authority;
  /** Paths of a certificate and its key. */
  file(name: string, kind: "crt" | "key" | "pub"): string;
  /** A client certificate of that user. */
  client(name: string, commonName: string, organizations: readonly string[]): Promise<void>;
  /** A serving certificate, by default of the authority that webhooks and extension servers are checked against. */
  server(
    name: string,
    names: readonly string[],
    options?: { readonly days?: number; readonly by?: Authority },
  ): Promise<void>;
}

export async function createKeys(folder: string): Promise<Keys> {
  mkdirSync(folder, { recursive: true });
  const authority = await newAuthority("kubernetes");
  const frontProxy = await newAuthority("front-proxy-ca");
  const file = (name: string, kind: string): string => join(folder, `${name}.${kind}`);
  const write = (name: string, { cert, key }: { readonly cert: string; readonly key: string }): void => {
    writeFileSync(file(name, "crt"), cert);
    writeFileSync(file(name, "key"), key, { mode: 0o600 });
  };
  const keys: Keys = {
    folder,
    authority,
    file,
    async client(name, commonName, organizations) {
      write(name, await authority.issue({ commonName, organizations, names: [] }));
    },
    async server(name, names, { days = 5, by = authority } = {}) {
      write(name, await by.issue({ commonName: names[0] ?? name, names, days }));
    },
  };
  write("ca", authority);
  write("front-proxy-ca", frontProxy);
  write("front-proxy-client", await frontProxy.issue({ commonName: "front-proxy-client", names: [] }));
  writeServiceAccountKeys(file("service-account", "key"), file("service-account", "pub"));
  await keys.server("kube-apiserver", apiServerNames);
  await keys.server(
    "kubelet",
    Object.entries(nodes).flatMap(([name, prefix]) => [name, `${prefix}.1`]),
  );
  await keys.client("admin", "admin", ["system:masters"]);
  await keys.client("kube-controller-manager", "system:kube-controller-manager", []);
  await keys.client("kubelet-client", "kube-apiserver-kubelet-client", ["system:masters"]);
  return keys;
}

const apiServerNames = [
  "localhost",
  "127.0.0.1",
  apiServerAddress,
  kubernetesServiceAddress,
  "kubernetes",
  "kubernetes.default.svc",
];

function writeServiceAccountKeys(privateFile: string, publicFile: string): void {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(privateFile, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  writeFileSync(publicFile, publicKey.export({ type: "spki", format: "pem" }));
}
