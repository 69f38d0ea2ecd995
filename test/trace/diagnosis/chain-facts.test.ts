import assert from "node:assert/strict";
import { test } from "node:test";
import type { Endpoint } from "../../../src/cluster/cluster.ts";
import { chainFacts } from "../../../src/trace/diagnosis/chain-facts.ts";
import type { ServiceChain } from "../../../src/trace/service-chain.ts";

const endpoint = (ready: boolean): Endpoint => ({
  address: "10.0.0.1",
  port: 8443,
  ready,
  pod: "a",
  node: "n",
});
const bare = { namespace: "web", name: "hook", port: 443, endpoints: [] };
/** A Service in order, but for Pods and endpoints. */
const service: ServiceChain = {
  ...bare,
  type: "ClusterIP",
  clusterIP: "10.96.0.9",
  ports: [{ name: "", port: 443, targetPort: "8443" }],
  selector: { app: "hook" },
};
const isEmpty = "Service web/hook has no endpoints";

for (const [name, chain, seesEndpoints, sentences] of [
  ["in order", { ...service, endpoints: [endpoint(true)] }, true, []],
  ["nothing was asked", bare, undefined, []],
  [
    "not there",
    { ...bare, isMissing: true, reason: "no Service web/hook" },
    true,
    ["there is no Service web/hook"],
  ],
  [
    "none behind it, and no Pod",
    { ...service, pods: [] },
    undefined,
    [
      isEmpty,
      "the selector app=hook of Service web/hook chooses no Pod: none was made, or the labels differ",
    ],
  ],
  ["none behind it, Pods may not be seen", { ...service, reason: "forbidden" }, true, [isEmpty]],
  ["it may not be seen what is behind it", { ...service, reason: "forbidden" }, undefined, []],
  [
    "one that is not ready is told of once, though Pods may not be seen",
    { ...service, endpoints: [endpoint(false)], reason: "forbidden" },
    true,
    ["the Service's only endpoint is not ready"],
  ],
  [
    "another port is called",
    { ...service, port: 8, endpoints: [endpoint(true)] },
    true,
    ["Service web/hook has port 443, but port 8 is called"],
  ],
  [
    "headless",
    { ...service, clusterIP: "None", endpoints: [endpoint(true)] },
    true,
    ["Service web/hook is headless (clusterIP None): kube-apiserver has no address to call"],
  ],
  [
    "a name elsewhere",
    { ...service, type: "ExternalName", selector: {} },
    true,
    ["Service web/hook is of type ExternalName: it has no Pods, only a name that leads elsewhere"],
  ],
] as const satisfies readonly (readonly [string, ServiceChain, boolean | undefined, readonly string[]])[]) {
  test(`what keeps a Service from working: ${name}`, () => {
    assert.deepEqual(
      chainFacts(chain, seesEndpoints).map(({ sentence }) => sentence),
      sentences,
    );
  });
}
