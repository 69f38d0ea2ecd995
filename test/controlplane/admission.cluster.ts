import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openLiveCluster } from "../../src/cluster/live/live.ts";
import { newRoundTrip, type RoundTrip } from "../../src/log/round-trip.ts";
import { resolveTrace } from "../../src/trace/resolve-trace.ts";
import type { Trace } from "../../src/trace/trace.ts";
import type { ApiAnswer } from "./admin-api.ts";
import {
  configurations,
  fullName,
  mutating,
  mutatingPolicy,
  namespace,
  policies,
  policyObjects,
  webhooks,
} from "./admission/hooks.ts";
import { type Recorder, startRecorder } from "./admission/recorder.ts";
import { things, type Write, writes } from "./admission/writes.ts";
import { type AuditEvent, eventsOf } from "./audit/audit-log.ts";
import { connectPlane, kubectlAt } from "./connect.ts";
import { adminKubectl } from "./world.ts";

/**
 * Whom kube-apiserver really asks about a write, by its audit log: each of them has to be in our list, and none that we are sure of
 * may be missing there. We say it twice: before the request, as of one that is never sent, and once its answer is known.
 */
const plane = connectPlane();
let recorder: Recorder;

const asJson = (items: readonly unknown[]): string =>
  JSON.stringify({ apiVersion: "v1", kind: "List", items });

async function apply(items: readonly unknown[]): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { code, stderr } = await kubectlAt(plane, "1.35", ["apply", "-f", "-"], { input: asJson(items) });
    if (code === 0) return;
    assert.ok(tries < 20, stderr);
    await sleep(500);
  }
}

let count = 0;
async function send({
  method,
  path,
  body,
  contentType = "application/json",
}: Omit<Write, "title" | "status">): Promise<{
  readonly answer: ApiAnswer;
  readonly auditId: string;
}> {
  const auditId = `admission-${process.pid}-${count++}`;
  const answer = await plane.api.send({ certificate: "admin" }, path, {
    method,
    headers: { "Content-Type": contentType, "Audit-Id": auditId },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { answer, auditId };
}

let asked: readonly string[] = [];
before(async () => {
  recorder = await startRecorder(plane);
  const ca = readFileSync(join(plane.keys, "ca.crt")).toString("base64");
  await apply(things);
  asked = [...Object.keys(webhooks)];
  await apply([...configurations(recorder.urlOf, ca), ...policyObjects()]);
  await untilInForce();
});

after(async () => {
  const all = [
    "validatingwebhookconfiguration/admitted",
    ...Object.keys(mutating).map((name) => `mutatingwebhookconfiguration/${name}`),
  ];
  const bound = Object.entries(policies).flatMap(([name, { bindings }]) =>
    bindings.map((_, i) => `validatingadmissionpolicybinding/${name}-${i}`),
  );
  const unbound = Object.keys(policies).map((name) => `validatingadmissionpolicy/${name}`);
  await adminKubectl(plane.kubeconfig, "delete", "--ignore-not-found", ...all, ...bound, ...unbound);
  if (plane.version !== "1.30") {
    const kinds = [
      "mutatingadmissionpolicybinding/mutating-policy",
      "mutatingadmissionpolicy/mutating-policy",
    ];
    await adminKubectl(plane.kubeconfig, "delete", "--ignore-not-found", ...kinds);
  }
  await kubectlAt(plane, "1.35", ["delete", "--wait=false", "--ignore-not-found", "-f", "-"], {
    input: asJson(things),
  });
  recorder.stop();
});

/** What is new in a configuration is asked a moment later. */
async function untilInForce(): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "probe" } };
  const wanted = [
    "creates.mutating",
    "changes-everything.mutating",
    "creates.validating",
    "p-everything",
    "p-configmaps",
  ];
  for (let tries = 0; ; tries++) {
    const { auditId } = await send({ method: "POST", path, body });
    const event = (await eventsOf(plane.auditLog, [auditId])).get(auditId);
    const called = event === undefined ? [] : calledIn(event);
    if (wanted.every((name) => called.some((one) => one.startsWith(name)))) return;
    assert.ok(tries < 60, `in force: ${called.join(", ")}`);
    await sleep(500);
  }
}

/** Who was asked, of those of this suite: mutating webhooks leave an annotation themselves, others have one written. */
function calledIn({ annotations = {} }: AuditEvent): readonly string[] {
  const ofMutating = Object.entries(annotations)
    .filter(([key]) => key.startsWith("mutation.webhook.admission.k8s.io/round_0_"))
    .toSorted(([a], [b]) => indexOf(a) - indexOf(b))
    .map(([, value]) => (JSON.parse(value) as { readonly webhook: string }).webhook);
  const others = Object.keys(annotations).flatMap(
    (key) => /^(.*\.validating\.example\.com|p-[^/]*)\/asked$/.exec(key)?.[1] ?? [],
  );
  return [...ofMutating, ...others];
}

function indexOf(key: string): number {
  return Number(/_index_(\d+)$/.exec(key)?.[1]);
}

async function traceOf(roundTrip: RoundTrip): Promise<Trace> {
  const cluster = await openLiveCluster({ kubeconfig: plane.kubeconfig, context: "admin" }, {}, {});
  try {
    return await resolveTrace(roundTrip, { clusterOf: () => ({ cluster }), detail: true });
  } finally {
    await cluster.close();
  }
}

interface Ours {
  /** In the order in which they are asked. */
  readonly all: readonly string[];
  readonly certain: readonly string[];
}

function oursIn({ admission = [] }: Trace): Ours {
  const own = admission.flatMap(({ webhook, configuration, matches }) => {
    const name = webhook || configuration;
    return /\.(?:validating|mutating)\.example\.com$|^p-/.test(name) ? [{ name, matches }] : [];
  });
  return {
    all: own.map(({ name }) => name),
    certain: own.filter(({ matches }) => matches === "yes").map(({ name }) => name),
  };
}

/** Statuses of requests that were answered before admission, or instead of it. */
const notAdmitted = new Set([404]);
let certainOnes = 0;
let calledOnes = 0;
const everCalled = new Set<string>();

for (const write of writes) {
  test(`who is asked: ${write.title}`, async () => {
    const { method, path, status } = write;
    const source = { file: "-", line: 1 };
    const url = `${plane.url}${path}`;
    const planned = oursIn(await traceOf(newRoundTrip({ method, url, outcome: "planned", source })));
    const { answer, auditId } = await send(write);
    if (status !== 0) assert.equal(answer.status, status, answer.text);
    const event = (await eventsOf(plane.auditLog, [auditId])).get(auditId);
    assert.ok(event, "the request is in the audit log");
    const called = calledIn(event);
    const trace = await traceOf(
      newRoundTrip({ method, url, outcome: "response", status: answer.status, source }),
    );
    const known = oursIn(trace);
    for (const [when, ours] of [
      ["planned", planned],
      ["answered", known],
    ] as const) {
      assert.deepEqual(
        called.filter((name) => !ours.all.includes(name)),
        [],
        `${when}: asked, but not in our list`,
      );
      if (notAdmitted.has(answer.status)) continue;
      assert.deepEqual(
        ours.certain.filter((name) => !called.includes(name)),
        [],
        `${when}: certain, but not asked`,
      );
    }
    const order = called.filter((name) => name.endsWith(".mutating.example.com"));
    assert.deepEqual(
      known.all.filter((name) => order.includes(name)),
      order,
      "mutating webhooks in their order",
    );
    certainOnes += known.certain.length;
    calledOnes += called.length;
    for (const name of called) everCalled.add(name);
  });
}

test("a mutating policy, where the server has them", { skip: plane.version === "1.30" }, async () => {
  const input = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "mutated" } };
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  await apply(mutatingPolicy);
  for (let tries = 0; ; tries++) {
    const { answer } = await send({ method: "POST", path: `${path}?dryRun=All`, body: input });
    if (answer.text.includes("evaluated")) break;
    assert.ok(tries < 60, answer.text);
    await sleep(500);
  }
  const ours = async (method: string, at: string): Promise<readonly (string | undefined)[]> => {
    const source = { file: "-", line: 1 };
    const url = `${plane.url}${at}`;
    const { admission = [] } = await traceOf(newRoundTrip({ method, url, outcome: "planned", source }));
    return [admission[0]?.configuration, admission[0]?.matches, admission[0]?.phase];
  };
  assert.deepEqual(await ours("POST", path), ["mutating-policy", "yes", "mutating"], "it comes first");
  assert.notEqual((await ours("DELETE", `${path}/mutated`))[0], "mutating-policy");
});

test("the cases are of some use: most is certain, and every webhook but those that cannot match was asked", (t) => {
  t.diagnostic(`${calledOnes} asked, ${certainOnes} of them certain`);
  assert.ok(certainOnes > calledOnes * 0.6, `${certainOnes} of ${calledOnes}`);
  const never = [
    "never",
    "unless-asked-by-admin",
    "other-namespace",
    "configurations",
    "version-not-served",
    "version-of-another-group",
    "namespaced-scope",
  ];
  const reviews = plane.version === "1.30" ? [] : ["reviews"];
  const expected = asked
    .filter((name) => ![...never, ...reviews].includes(name))
    .map((name) => fullName("validating", name));
  assert.deepEqual(
    expected.filter((name) => !everCalled.has(name)),
    [],
  );
});
