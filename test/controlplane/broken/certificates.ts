import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Certificate, newAuthority, readAuthority } from "../../helpers/certificates.ts";

/** Issues what the ways present and trust, into the folder of the control plane's keys. */
export async function issueBrokenCertificates(folder: string): Promise<void> {
  const read = (kind: string): string => readFileSync(join(folder, `ca.${kind}`), "utf8");
  const authority = await readAuthority({ cert: read("crt"), key: read("key") });
  const write = (name: string, { cert, key }: Certificate): void => {
    writeFileSync(join(folder, `${name}.crt`), cert);
    writeFileSync(join(folder, `${name}.key`), key, { mode: 0o600 });
  };
  const names = ["extension.extensions.svc", "metrics-server.kube-system.svc"];
  const issue = async (name: string, options: { names: readonly string[]; days?: number }): Promise<void> =>
    write(name, await authority.issue({ commonName: name, ...options }));
  await issue("extension", { names });
  await issue("expired", { names, days: -1 });
  await issue("other-name", { names: ["metrics-server.monitoring.svc", "localhost"] });
  write("other-ca", await newAuthority("other-ca"));
}
