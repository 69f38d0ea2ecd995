import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { newApiService } from "../../../src/cluster/snapshot/snapshot-objects.ts";
import { conditionCause } from "../../../src/trace/diagnosis/condition-cause.ts";
import type { Cause } from "../../../src/trace/diagnosis/diagnosis.ts";

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
  }
}

test("every way is there", () => {
  const names = new Set(found.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(ways).filter((name) => !names.has(name)),
    [],
  );
});
