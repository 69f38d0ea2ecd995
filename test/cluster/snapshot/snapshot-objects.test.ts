import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import { newServiceInfo } from "../../../src/cluster/snapshot/snapshot-objects.ts";

const cases: readonly [port: object, port: number, targetPort: string][] = [
  [{ port: 443, targetPort: 8443 }, 443, "8443"],
  [{ port: 443, targetPort: "https" }, 443, "https"],
  [{ port: 443 }, 443, "443"],
  [{ port: 443, targetPort: { a: 1 } }, 443, "443"],
  [{ port: "443", targetPort: null }, 0, "443"],
  [{}, 0, ""],
];

for (const [given, port, targetPort] of cases) {
  test(`a Service's port ${JSON.stringify(given)}`, () => {
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec: { ports: [given] } };
    assert.deepEqual(newServiceInfo(service as KubeObject).ports, [{ name: "", port, targetPort }]);
  });
}
