import assert from "node:assert/strict";
import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import type { CheckReport } from "../../../src/render/check-report.ts";
import { type ConnectedPlane, traceAt } from "../connect.ts";
import { putObject, removeObject } from "./objects.ts";
import { findings } from "./probe-findings.ts";
import { conditionOf } from "./settle.ts";
import type { Way } from "./way.ts";

/** What only those notice who are no administrators. */
const others: Readonly<Record<string, string>> = { "delegation-missing": "InternalError" };

const rbac = "rbac.authorization.k8s.io";

/** A group that may see APIServices, and nothing else. */
const viewers: readonly KubeObject[] = [
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name: "apiservice-viewers" },
    rules: [{ apiGroups: ["apiregistration.k8s.io"], resources: ["apiservices"], verbs: ["get", "list"] }],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "apiservice-viewers" },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "apiservice-viewers" },
    subjects: [{ apiGroup: rbac, kind: "Group", name: "apiservice-viewers" }],
  },
];

/** A probe finds what is broken though it is Available, and only that; of any other the condition stays the reason. */
export async function checkProbe(plane: ConnectedPlane, way: Way): Promise<void> {
  const condition = await conditionOf(plane.api, way.apiService);
  const plain = await causeOf(plane, way, []);
  const probed = await causeOf(plane, way, ["--probe"]);
  if (condition?.status === "True") {
    assert.ok(way.name in findings, `${way.name} is Available: what does a probe find?`);
    assert.deepEqual(plain, { code: 0, cause: null });
    const cause = findings[way.name] ?? null;
    assert.deepEqual(probed, { code: cause === null ? 0 : 1, cause });
  } else {
    assert.deepEqual(probed, plain);
    assert.equal(probed.code, 1);
  }
  const cause = others[way.name];
  if (cause !== undefined) {
    for (const object of viewers) await putObject(plane.api, object);
    const as = ["--as", "someone", "--as-group", "apiservice-viewers"];
    try {
      assert.deepEqual(await causeOf(plane, way, ["--probe", ...as]), { code: 1, cause });
    } finally {
      for (const object of viewers) await removeObject(plane.api, object);
    }
  }
}

async function causeOf(plane: ConnectedPlane, way: Way, flags: readonly string[]) {
  const { code, stdout, stderr } = await traceAt(plane, "1.35", [
    "check",
    "-o",
    "json",
    ...flags,
    way.apiService,
  ]);
  assert.notEqual(stdout, "", stderr);
  const { items } = JSON.parse(stdout) as CheckReport;
  return { code, cause: items[0]?.diagnosis?.cause ?? null };
}
