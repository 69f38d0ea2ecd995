import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint, PodInfo } from "../../../src/cluster/cluster.ts";
import {
  diagnoseWebhook,
  type SeenChain,
  stateOfChain,
} from "../../../src/trace/diagnosis/diagnose-webhook.ts";
import type { ServiceChain } from "../../../src/trace/service-chain.ts";

const endpoint = (ready: boolean): Endpoint => ({
  address: "10.0.0.1",
  port: 8443,
  ready,
  pod: "a",
  node: "n",
});

/** A Service in order, but for these changes. */
function chain(changes: Partial<ServiceChain>, seesEndpoints = true): SeenChain {
  return {
    chain: {
      namespace: "web",
      name: "hook",
      port: 443,
      type: "ClusterIP",
      clusterIP: "10.96.0.9",
      ports: [{ name: "", port: 443, targetPort: "8443" }],
      selector: { app: "hook" },
      endpoints: [endpoint(true)],
      pods: [],
      ...changes,
    },
    seesEndpoints,
  };
}

const unseen = { namespace: "web", name: "hook", port: 443, endpoints: [] };

const states: readonly [name: string, SeenChain, state: string][] = [
  ["in order", chain({}), "ready"],
  ["one of two is ready", chain({ endpoints: [endpoint(false), endpoint(true)] }), "ready"],
  ["none is ready", chain({ endpoints: [endpoint(false)] }), "MissingEndpoints"],
  ["there are none", chain({ endpoints: [] }), "MissingEndpoints"],
  ["they may not be seen", chain({ endpoints: [], reason: "forbidden" }, false), "unknown"],
  ["another port", chain({ port: 8080 }), "ServicePortError"],
  ["headless", chain({ clusterIP: "None" }), "HeadlessService"],
  // The first thing that kube-apiserver looks at.
  ["headless without ports", chain({ clusterIP: "None", ports: [] }), "HeadlessService"],
  ["a name elsewhere", chain({ type: "ExternalName", ports: [], endpoints: [] }), "unknown"],
  ["no Service", { chain: { ...unseen, isMissing: true }, seesEndpoints: true }, "ServiceNotFound"],
  [
    "it may not be seen",
    { chain: { ...unseen, reason: "services is forbidden" }, seesEndpoints: false },
    "unknown",
  ],
];

for (const [name, seen, state] of states) {
  test(`${name}: ${state}`, () => {
    assert.equal(stateOfChain(seen), state);
    const diagnosis = diagnoseWebhook({ kind: "MutatingWebhookConfiguration", name: "m" }, seen);
    assert.equal(diagnosis?.cause ?? null, state === "ready" || state === "unknown" ? null : state);
  });
}

test("what keeps it from being asked is the evidence, and what shows it the first advice", () => {
  const pod: PodInfo = {
    name: "a",
    node: "worker-1",
    phase: "Running",
    ready: false,
    reason: "container hook: CrashLoopBackOff",
    restarts: 2,
    hostNetwork: false,
    ports: [],
    workload: null,
  };
  const configuration = { kind: "MutatingWebhookConfiguration", name: "m" } as const;
  const down = diagnoseWebhook(configuration, chain({ endpoints: [endpoint(false)], pods: [pod] }));
  assert.deepEqual(down?.evidence, [
    "Service web/hook has 1 endpoint, none of them ready",
    "Pod web/a on worker-1 is not ready: container hook: CrashLoopBackOff; 2 restarts",
  ]);
  assert.match(down?.advice[0] ?? "", /^kubectl logs -n web a /);
  const wrongPort = diagnoseWebhook(configuration, chain({ port: 8 }));
  assert.deepEqual(wrongPort?.evidence.slice(0, 1), ["Service web/hook has port 443, but port 8 is called"]);
});

test("a conversion webhook is a party of its own; names that no shell takes stand in no command", () => {
  const seen = chain({ endpoints: [], namespace: "a;b" });
  const diagnosis = diagnoseWebhook({ kind: "CustomResourceDefinition", name: "x" }, seen);
  assert.equal(diagnosis?.party, "ConversionWebhook");
  assert.match(diagnosis?.advice.join("\n") ?? "", /-n NAMESPACE/);
});

test("nothing deletes a configuration, of which other webhooks are needed, or says to install what is there", () => {
  const configuration = { kind: "MutatingWebhookConfiguration", name: "m" } as const;
  for (const [, seen] of states) {
    assert.doesNotMatch(diagnoseWebhook(configuration, seen)?.advice.join() ?? "", /kubectl delete/);
  }
  const wrongPort = diagnoseWebhook(configuration, chain({ port: 8 }));
  assert.match(wrongPort?.advice.join() ?? "", /must fit: kubectl edit mutatingwebhookconfiguration m/);
  assert.doesNotMatch(wrongPort?.advice.join() ?? "", /install/);
});
