import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connectPlane, kubectlAt, traceAt } from "./connect.ts";
import { whileBusy } from "./contract-world.ts";

/** API priority and fairness refuses for real: is it said whose share was used up? */
const plane = connectPlane();

interface Found {
  readonly roundTrip: { readonly status: number | null };
  readonly flowControl?: object;
  readonly diagnosis?: {
    readonly cause: string;
    readonly evidence: readonly string[];
    readonly advice: readonly string[];
  };
}

async function request(...args: readonly string[]): Promise<Found | undefined> {
  const { stdout, stderr } = await traceAt(plane, "1.35", ["request", "-o", "json", ...args]);
  assert.notEqual(stdout, "", stderr);
  return (JSON.parse(stdout) as { readonly items: readonly Found[] }).items[0];
}

/** drop may have one ConfigMap at a time, in a FlowSchema of his own; what else he asks is nobody's business. */
const drop = "drop";
const flowControl = "flowcontrol.apiserver.k8s.io/v1";
const throttling = [
  {
    apiVersion: flowControl,
    kind: "PriorityLevelConfiguration",
    metadata: { name: "dripping" },
    spec: {
      type: "Limited",
      limited: {
        nominalConcurrencyShares: 0,
        lendablePercent: 0,
        borrowingLimitPercent: 0,
        limitResponse: { type: "Reject" },
      },
    },
  },
  {
    apiVersion: flowControl,
    kind: "FlowSchema",
    metadata: { name: drop },
    spec: {
      priorityLevelConfiguration: { name: "dripping" },
      matchingPrecedence: 101,
      rules: [
        {
          subjects: [{ kind: "User", user: { name: drop } }],
          resourceRules: [{ apiGroups: [""], resources: ["configmaps"], namespaces: ["*"], verbs: ["*"] }],
        },
      ],
    },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: drop },
    rules: [
      { apiGroups: [""], resources: ["configmaps"], verbs: ["list", "create"] },
      {
        apiGroups: ["flowcontrol.apiserver.k8s.io"],
        resources: ["flowschemas", "prioritylevelconfigurations"],
        verbs: ["list"],
      },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: drop },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: drop },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: drop }],
  },
];
const throttlingList = JSON.stringify({ apiVersion: "v1", kind: "List", items: throttling });
const configMaps = "/api/v1/namespaces/guarded/configmaps";

/** A webhook takes three seconds for what drop writes; nothing comes of it. */
const takePlace = async () =>
  await plane.api.send({ certificate: "admin" }, `${configMaps}?dryRun=All`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Impersonate-User": drop },
    body: JSON.stringify({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: drop, labels: { "delay-seconds": "3" } },
    }),
  });

describe("who is throttled is told by whom", () => {
  const kubectl = async (verb: string) =>
    await kubectlAt(plane, "1.35", [verb, "-f", "-"], { input: throttlingList });
  before(async () => assert.equal((await kubectl("create")).code, 0));
  after(async () => await kubectl("delete"));

  test("by name, where he may list them", async () => {
    for (let tries = 0; ; tries += 1) {
      const slow = takePlace();
      await sleep(500);
      const found = await request("--as", drop, configMaps);
      await slow;
      // The FlowSchema may be too new for the server to go by.
      if (found?.roundTrip.status === 200 && tries < 10) continue;
      assert.equal(found?.roundTrip.status, 429);
      assert.deepEqual(found.flowControl, { flowSchema: drop, priorityLevel: "dripping" });
      assert.equal(found.diagnosis?.evidence.at(-1), "FlowSchema drop, PriorityLevelConfiguration dripping");
      assert.equal(found.diagnosis?.advice[0], "kubectl get flowschema drop -o yaml");
      return;
    }
  });

  test("by UID, where he may not", async () => {
    const ask = async () => await request("--context", "trickle", "/api/v1/namespaces/shop/pods");
    const found = await whileBusy(plane.api, ask);
    assert.equal(found?.diagnosis?.cause, "TooManyRequests");
    assert.equal(found.flowControl, undefined);
    assert.match(found.diagnosis.evidence.at(-1) ?? "", /^FlowSchema [0-9a-f-]{36}, /);
  });
});

test("who is served is told so, too", async () => {
  const found = await request("/api/v1/nodes");
  assert.deepEqual(found?.flowControl, { flowSchema: "exempt", priorityLevel: "exempt" });
});
