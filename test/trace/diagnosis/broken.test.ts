import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { readSnapshot } from "../../../src/cluster/snapshot/snapshot.ts";
import { createSnapshotCluster } from "../../../src/cluster/snapshot/snapshot-cluster.ts";
import { newApiService } from "../../../src/cluster/snapshot/snapshot-objects.ts";
import { conditionCause } from "../../../src/trace/diagnosis/condition-cause.ts";
import { diagnoseApiService } from "../../../src/trace/diagnosis/diagnose-api-service.ts";
import type { Cause, Diagnosis } from "../../../src/trace/diagnosis/diagnosis.ts";
import { resolveServiceChain } from "../../../src/trace/service-chain.ts";

/** What real API servers said of each broken API, and what was the matter. null: they say that it is Available. */
const ways: Readonly<Record<string, Cause | null>> = {
  "answers-401": "DiscoveryUnauthorized",
  "answers-403": "DiscoveryForbidden",
  "answers-429": "DiscoveryFailed",
  "answers-500": "DiscoveryFailed",
  "answers-nothing": "ConnectionReset",
  "answers-redirect": "DiscoveryFailed",
  "certificate-expired": "CertificateExpired",
  "certificate-self-signed": "CertificateNameMismatch",
  "certificate-wrong-name": "CertificateNameMismatch",
  "connect-timeout": "RequestTimedOut",
  "endpoints-stale": "ConnectionRefused",
  "external-name": "NameNotResolved",
  "hangs-up": "ConnectionReset",
  "headless-service": "HeadlessService",
  "hides-a-crd": "ServiceNotFound",
  "namespace-missing": "ServiceNotFound",
  "never-worked": "ServiceNotFound",
  "no-ca": "UnknownAuthority",
  "no-endpoints": "MissingEndpoints",
  "no-route": "NoRouteToHost",
  "not-served": "DiscoveryNotFound",
  "nothing-listening": "ConnectionRefused",
  "old-tls": "TLSFailed",
  "plain-http": "PlainHTTP",
  "pods-crash": "MissingEndpoints",
  "pods-not-ready": "MissingEndpoints",
  "requestheader-name-not-allowed": "DiscoveryUnauthorized",
  "requestheader-other-ca": "DiscoveryUnauthorized",
  "requestheader-untrusted": "DiscoveryForbidden",
  "service-deleted": "ServiceNotFound",
  "service-port-missing": "ServicePortError",
  silent: "RequestTimedOut",
  slow: "RequestTimedOut",
  "target-port-unknown": "MissingEndpoints",
  "version-not-served": "DiscoveryNotFound",
  "wrong-ca": "UnknownAuthority",
};

/** What has to be seen behind each one, in every version that says that it is not Available; the others: nothing of it. */
const seen: Readonly<Record<string, readonly RegExp[]>> = {
  "endpoints-stale": [/^Service extensions\/extension has no selector: .* it has 1 endpoint$/],
  "external-name": [/^Service extensions\/extension is of type ExternalName/],
  "headless-service": [/^Service extensions\/extension is headless/],
  "no-ca": [/^spec\.caBundle is empty/],
  "no-endpoints": [/^the selector k8s-app=nobody of Service kube-system\/metrics-server chooses no Pod/],
  "nothing-listening": [
    /^port 443 leads to 4443, which no container of the Pods declares \(they declare 10250\)/,
  ],
  "pods-crash": [/^Pod kube-system\/pods-crash on worker-2 is not ready: ContainersNotReady/],
  "pods-not-ready": [/^Pod kube-system\/pods-not-ready on worker-2 is not ready: ContainersNotReady/],
  "service-port-missing": [
    /^Service kube-system\/metrics-server has port 443, but the APIService names port 4443$/,
  ],
  "target-port-unknown": [
    /^port 443 leads to the port named no-such-port, which no container of the Pods has: they declare https$/,
  ],
};

const folder = join(import.meta.dirname, "../../../fixtures/broken");
const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name } of found) {
  for (const version of ["1.37", "1.30"]) {
    const file = join(folder, name, version, "apiservice.yaml");
    if (!existsSync(file)) continue;
    test(`${name}, as Kubernetes ${version} says it`, () => {
      const service = newApiService(parse(readFileSync(file, "utf8")));
      // The availability check of 1.30 does not look at certificates.
      const expected = service.available === "True" ? null : ways[name];
      assert.equal(conditionCause(service), expected);
    });

    test(`${name}, as it is seen behind it in Kubernetes ${version}`, async () => {
      const diagnosis = await diagnoseRecord(join(folder, name, version));
      const expected =
        newApiService(parse(readFileSync(file, "utf8"))).available === "True" ? null : ways[name];
      assert.equal(diagnosis?.cause ?? null, expected);
      if (diagnosis === null) return;
      const [, ...facts] = diagnosis.evidence.filter((one) => !ofRecord.test(one));
      const wanted = seen[name] ?? [];
      assert.equal(facts.length, wanted.length, facts.join("\n"));
      for (const [i, pattern] of wanted.entries()) assert.match(facts[i] ?? "", pattern);
    });
  }
}

/** The records have a constant for caBundle, which is no certificate. */
const ofRecord = /^spec\.caBundle holds no certificate$/;

async function diagnoseRecord(record: string): Promise<Diagnosis | null> {
  const read = (name: string) =>
    existsSync(join(record, name)) ? readFileSync(join(record, name), "utf8") : "";
  const header = "{ apiVersion: kubectl-trace/v1alpha1, kind: Snapshot }";
  const text = [header, ...["apiservice.yaml", "backend.yaml"].map(read)].join("\n---\n");
  const cluster = createSnapshotCluster(readSnapshot(text, record));
  const { service, trust, ...condition } = newApiService(parse(read("apiservice.yaml")));
  assert.ok(service !== null && trust !== null);
  const chain = await resolveServiceChain({ ...service, port: service.port ?? 443 }, cluster);
  const surroundings = { now: Date.now(), versions: null, authentication: null };
  return diagnoseApiService({ ...condition, trust }, { kind: "Service", ...chain }, surroundings);
}

test("every way is there", () => {
  const names = new Set(found.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(ways).filter((name) => !names.has(name)),
    [],
  );
});
