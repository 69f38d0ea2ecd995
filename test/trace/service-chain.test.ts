import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer, ServiceInfo } from "../../src/cluster/cluster.ts";
import { resolveServiceChain } from "../../src/trace/service-chain.ts";

const info: ServiceInfo = {
  namespace: "shop",
  name: "web",
  type: "ClusterIP",
  clusterIP: "10.96.0.9",
  ports: [],
  selector: {},
};

function answered<T>(value: T): Answer<T> {
  return { ok: true, value };
}

function refused(reason: string): Answer<never> {
  return { ok: false, reason, status: 403 };
}

for (const [what, service, endpoints, isMissing, reason] of [
  ["there", answered(info), answered([]), undefined, undefined],
  ["not there", answered(null), answered([]), true, "no Service shop/web"],
  ["not there, and more is not known", answered(null), refused("no"), true, "no; no Service shop/web"],
  ["not to be seen", refused("no"), answered([]), undefined, "no"],
  // What a server says is no proof, however it is worded.
  [
    "not to be seen, in such words",
    refused("no Service shop/web"),
    answered([]),
    undefined,
    "no Service shop/web",
  ],
] as const) {
  test(`a Service that is ${what}`, async () => {
    const chain = await resolveServiceChain(
      { namespace: "shop", name: "web", port: 443 },
      { service: async () => service, endpoints: async () => endpoints, pods: async () => answered([]) },
    );
    assert.deepEqual([chain.isMissing, chain.reason], [isMissing, reason]);
  });
}
