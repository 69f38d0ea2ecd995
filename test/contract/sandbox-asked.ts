import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Snapshot } from "../../src/cluster/snapshot/snapshot.ts";
import { type Fault, tooManyRequests } from "../../src/sandbox/faults.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { createAdminApi } from "../controlplane/admin-api.ts";
import { people } from "../controlplane/people.ts";
import type { Asked } from "./asking.ts";
import { namesOf } from "./names.ts";

/** The sandbox is never busy: it is told to be for the one who has no room in the test cluster either. */
const faults: readonly Fault[] = [
  { match: (_method, _url, username) => username === "trickle", answer: tooManyRequests(1) },
];

export type Contract = Pick<Snapshot, "items" | "serverVersion">;

/** Serves the objects and lets the contract ask, with the same users as the test cluster has. */
export async function withSandboxAsked<T>(
  { items, serverVersion }: Contract,
  use: (asked: Asked) => Promise<T>,
): Promise<T> {
  const sandbox = await startSandbox({ snapshot: { items, serverVersion, user: null }, faults });
  const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-contract-"));
  const file = (name: string, kind: string): string => join(folder, `${name}.${kind}`);
  try {
    writeFileSync(file("ca", "crt"), sandbox.certificateAuthority);
    for (const [name, { user, groups }] of Object.entries(people)) {
      const pair = sandbox.issueClientCertificate({ commonName: user, organizations: groups });
      writeFileSync(file(name, "crt"), pair.certificate);
      writeFileSync(file(name, "key"), pair.key, { mode: 0o600 });
    }
    const robot = sandbox.users.find(({ name }) => name === "shop:robot")?.token ?? "";
    return await use({
      api: createAdminApi(sandbox.url, { file }),
      names: namesOf(items),
      credentials: (asker) => credentialsOf(asker, robot),
    });
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function credentialsOf(asker: Parameters<Asked["credentials"]>[0], robotToken: string) {
  if (asker === "anonymous") return null;
  if (asker === "wrong-token") return { token: "nonsense" };
  return asker === "robot" ? { token: robotToken } : { certificate: asker };
}
