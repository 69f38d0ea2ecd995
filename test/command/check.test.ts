import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { newSnapshotDocument } from "../../src/cluster/snapshot/snapshot-document.ts";
import { type CheckOptions, run } from "../../src/command/check.ts";
import { ClusterError, UsageError } from "../../src/errors.ts";
import { renderYaml } from "../../src/render/yaml.ts";
import { apiService } from "../cluster/objects.ts";
import { createReader } from "../cluster/snapshot/objects-server.ts";
import {
  apps,
  automanaged,
  check,
  core,
  custom,
  defaults,
  fine,
  metrics,
  metricsDown,
  metricsServer,
  noContexts,
  path,
  start,
  things,
} from "./check-cases.ts";
import { createTestIo } from "./test-io.ts";

const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-check-"));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function listText(items: readonly unknown[]): string {
  return renderYaml({ apiVersion: "v1", kind: "List", items });
}

/** Checks these objects through a file. */
async function checkFile(items: readonly KubeObject[], given: Partial<CheckOptions> = {}) {
  return await check({ files: ["-"], ...given }, "", createTestIo({ input: listText(items) }));
}

test("all available: exit 0", async () => {
  const { url } = await start();
  assert.deepEqual(await check({}, url), {
    exitCode: 0,
    stdout: [
      "APISERVICE              AVAILABLE  REASON  BACKEND",
      "v1beta1.metrics.k8s.io  True       Passed  kube-system/metrics-server:4443",
      "",
      "4 Local (2 built-in, 2 CRD) are available; --all lists them",
      "",
      "ok: all 5 APIServices are available",
      "",
    ].join("\n"),
    stderr: "",
  });
});

test("one not available: exit 1, and it comes first", async () => {
  const { url } = await start({ items: [core, metrics, custom] });
  const { exitCode, stdout } = await check({}, url);
  assert.equal(exitCode, 1);
  assert.deepEqual(stdout.split("\n").slice(1), [
    "v1beta1.custom.metrics.k8s.io  False      MissingEndpoints  monitoring/adapter:443",
    "  no addresses",
    "  MissingEndpoints: no ready Pod stands behind the Service's port",
    "  backend: no Service monitoring/adapter",
    "  try: kubectl get endpointslices -n monitoring -l kubernetes.io/service-name=adapter -o wide",
    "  try: kubectl get pods -n monitoring -o wide",
    "  the Pods are not ready, not there, or not chosen by the Service's selector",
    "v1beta1.metrics.k8s.io         True       Passed            kube-system/metrics-server:4443",
    "",
    "1 Local (1 built-in) is available; --all lists them",
    "",
    "not ok: 1 of 3 APIServices is not available",
    "",
  ]);
});

test("what stands behind one that is not available is looked at, once it is sure that it is not", async () => {
  const scope = "/namespaces/monitoring";
  const adapter = {
    kind: "Service",
    apiVersion: "v1",
    metadata: { namespace: "monitoring", name: "adapter" },
  };
  const pod = {
    kind: "Pod",
    apiVersion: "v1",
    metadata: { namespace: "monitoring", name: "adapter-1", labels: { app: "adapter" } },
    status: { containerStatuses: [{ name: "a", state: { waiting: { reason: "CrashLoopBackOff" } } }] },
  };
  const spec = { selector: { app: "adapter" }, ports: [{ port: 443, targetPort: 6443 }] };
  const { url, requests } = await start({
    lists: {
      [path]: [core, metrics, custom],
      "/api/v1/services": [{ ...adapter, spec }],
      "/api/v1/pods": [pod],
      "/apis/discovery.k8s.io/v1/endpointslices": [],
      "/apis/apps/v1/replicasets": [],
    },
  });
  const { stdout } = await check({}, url);
  assert.match(stdout, /\n {2}Pod monitoring\/adapter-1 is not ready: container a: CrashLoopBackOff\n/);
  assert.match(stdout, /\n {2}try: kubectl logs -n monitoring adapter-1 -c a --previous\n/);
  assert.deepEqual(requests.map((request) => request.split("?")[0]).toSorted(), [
    `/api/v1${scope}/pods`,
    `/api/v1${scope}/services/adapter`,
    path,
    `/apis/apps/v1${scope}/replicasets`,
    `/apis/discovery.k8s.io/v1${scope}/endpointslices`,
  ]);
});

test("the report as JSON is the contract's", async () => {
  const { exitCode, stdout } = await checkFile([metricsDown, things, core, apps], { output: "json" });
  assert.equal(exitCode, 1);
  const local = (name: string, by: string) => ({
    apiService: { name, available: "True", reason: "Local", message: "" },
    target: { kind: "Local", by },
    ok: true,
  });
  const expected = {
    apiVersion: "kubectl-trace/v1alpha1",
    kind: "CheckReport",
    ok: false,
    items: [
      local("v1.", "built-in"),
      local("v1.apps", "built-in"),
      local("v1.example.com", "crd"),
      {
        apiService: {
          name: "v1beta1.metrics.k8s.io",
          available: "False",
          reason: "MissingEndpoints",
          message: "no addresses",
          trust: { skipsVerification: false, authorities: [], error: "caBundle holds no certificate" },
        },
        target: { kind: "Service", ...metricsServer, endpoints: [] },
        ok: false,
        diagnosis: {
          party: "Aggregator",
          cause: "MissingEndpoints",
          summary: "MissingEndpoints: no ready Pod stands behind the Service's port",
          evidence: ["no addresses"],
          advice: [
            "kubectl get endpointslices -n kube-system -l kubernetes.io/service-name=metrics-server -o wide",
            "kubectl get pods -n kube-system -o wide",
            "the Pods are not ready, not there, or not chosen by the Service's selector",
          ],
        },
      },
    ],
  };
  assert.equal(stdout, `${JSON.stringify(expected, null, 2)}\n`);
});

test("the report as YAML says the same", async () => {
  const { exitCode, stdout } = await checkFile([metrics], { output: "yaml" });
  assert.equal(exitCode, 0);
  assert.match(stdout, /^apiVersion: kubectl-trace\/v1alpha1\nkind: CheckReport\nok: true\nitems:\n/);
});

const local: readonly [name: string, label: string | null, by: string][] = [
  ["v1.", null, "built-in"],
  ["v1.apps", "onstart", "built-in"],
  ["v1.rbac.authorization.k8s.io", null, "built-in"],
  ["v1.gateway.networking.k8s.io", null, "crd"],
  ["v1.apps", "true", "crd"],
  ["v1.example.com", "true", "crd"],
  ["v1.example.com", null, "crd"],
  ["v1.example.com", "onstart", "built-in"],
];

for (const [name, label, by] of local) {
  test(`Local ${name} with label ${label} is ${by}`, async () => {
    const object = apiService(name, null, undefined, label === null ? {} : { [automanaged]: label });
    const { stdout } = await checkFile([object], { output: "json" });
    assert.deepEqual(JSON.parse(stdout).items[0].target, { kind: "Local", by });
  });
}

const v2 = apiService("v2beta1.metrics.k8s.io", metricsServer);
const named: readonly [names: readonly string[], found: readonly string[], exitCode: number][] = [
  [["v1.apps"], ["v1.apps"], 0],
  [["v1."], ["v1."], 0],
  [["apiservice/v1.apps"], ["v1.apps"], 0],
  [["apiservices/v1.apps"], ["v1.apps"], 0],
  [["apiservice.apiregistration.k8s.io/v1.apps"], ["v1.apps"], 0],
  [["metrics.k8s.io"], ["v1beta1.metrics.k8s.io", "v2beta1.metrics.k8s.io"], 1],
  [["v2beta1.metrics.k8s.io"], ["v2beta1.metrics.k8s.io"], 0],
  [
    ["v2beta1.metrics.k8s.io", "metrics.k8s.io", "apps"],
    ["v1.apps", "v1beta1.metrics.k8s.io", "v2beta1.metrics.k8s.io"],
    1,
  ],
  [["k8s.io"], ["k8s.io"], 1],
  [["v1.nothing", "v1.apps"], ["v1.apps", "v1.nothing"], 1],
];

for (const [names, found, exitCode] of named) {
  test(`named ${names.join(" ")}: ${found.join(" ")}, exit ${exitCode}`, async () => {
    const items = [core, apps, metricsDown, v2];
    const answer = await checkFile(items, { names, output: "json" });
    const report = JSON.parse(answer.stdout) as { items: { apiService: { name: string } }[] };
    assert.deepEqual(
      report.items.map((item) => item.apiService.name),
      found,
    );
    assert.equal(answer.exitCode, exitCode);
  });
}

test("one that does not exist says so", async () => {
  const { stdout } = await checkFile([core], { names: ["v1.x"] });
  assert.equal(
    stdout,
    [
      "APISERVICE  AVAILABLE  REASON    BACKEND",
      "v1.x        Unknown    NotFound  ?",
      "  no APIService of this name or group: v1.x",
      "",
      "not ok: v1.x is not available",
      "",
    ].join("\n"),
  );
});

test("a missing condition is not available", async () => {
  const { exitCode } = await checkFile([{ ...metrics, status: {} }]);
  assert.equal(exitCode, 1);
});

test("several files, as YAML, JSON and documents, are one list", async () => {
  const files = [
    write("a.yaml", `${renderYaml(core)}---\n${renderYaml(apps)}`),
    write("b.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: [metrics] })),
    "-",
  ];
  const io = createTestIo({ input: renderYaml(things) });
  const { exitCode, stdout } = await check({ files }, "", io);
  assert.equal(exitCode, 0);
  assert.match(stdout, /ok: all 4 APIServices are available/);
});

test("a file is found from the working folder", async () => {
  write("here.yaml", renderYaml(metrics));
  assert.equal((await check({ files: ["here.yaml"] }, "", createTestIo({ cwd: folder }))).exitCode, 0);
});

const snapshot = {
  file: "",
  complete: true,
  server: "",
  serverVersion: "",
  user: null,
  missing: [],
  items: fine,
};

test("from a snapshot", async () => {
  const file = write("snapshot.yaml", renderYaml(newSnapshotDocument(snapshot)));
  assert.equal((await check({ snapshot: file })).exitCode, 0);
  assert.equal((await check({ files: [file] })).exitCode, 0);
});

test("a snapshot without them cannot be asked", async () => {
  const missing = [{ resource: "apiservices.apiregistration.k8s.io", reason: "403 Forbidden" }];
  const file = write("without.yaml", renderYaml(newSnapshotDocument({ ...snapshot, missing, items: [] })));
  await assert.rejects(check({ snapshot: file }), (error) => {
    assert.ok(error instanceof ClusterError);
    assert.match(error.message, /without\.yaml: the snapshot was taken without them: 403 Forbidden$/);
    return true;
  });
});

test("nothing is not all well: without any APIService the answer is not yes", async () => {
  await assert.rejects(checkFile([]), ClusterError);
  await assert.rejects(
    checkFile([{ apiVersion: "v1", kind: "Node", metadata: { name: "n" } }]),
    ClusterError,
  );
  const { url } = await start({ items: [] });
  await assert.rejects(check({}, url), ClusterError);
});

for (const status of [401, 403, 500, 503]) {
  test(`the server answers ${status}: it cannot be asked`, async () => {
    const { url } = await start({ refused: { [path]: status } });
    await assert.rejects(check({}, url), (error) => error instanceof ClusterError && error.exitCode === 3);
  });
}

const wrong: readonly [what: string, Partial<CheckOptions>, message: RegExp][] = [
  [
    "a file that is not there",
    { files: ["/nowhere/x.yaml"] },
    /^cannot read \/nowhere\/x\.yaml: no such file$/,
  ],
  ["a folder", { files: [folder] }, /: it is a folder$/],
  ["a file that is not YAML", { files: [write("bad.yaml", "a: b: c\n")] }, /bad\.yaml:1: invalid YAML: /],
  ["a file and a snapshot", { files: ["a"], snapshot: "b" }, /cannot be used together/],
  ["waiting for a file", { files: ["a"], waitMs: 1000 }, /^--wait needs a cluster$/],
  ["waiting for a snapshot", { snapshot: "a", waitMs: 1000 }, /^--wait needs a cluster$/],
];

for (const [what, given, message] of wrong) {
  test(`usage error: ${what}`, async () => {
    await assert.rejects(check(given), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test("a list of many pages is read whole", async () => {
  const items = Array.from({ length: 50 }, (_, index) => apiService(`v1.group${index}.example.com`));
  const { url } = await start({ items, maxPage: 7 });
  assert.match((await check({}, url)).stdout, /ok: all 50 /);
});

test("the connection is closed, whatever happens", async () => {
  let closed = 0;
  const openReader = async () => ({
    ...createReader("http://127.0.0.1:1"),
    close: async () => {
      closed += 1;
    },
  });
  await assert.rejects(
    run(defaults, { io: createTestIo(), openReader, listContexts: noContexts }),
    ClusterError,
  );
  assert.equal(closed, 1);
});
